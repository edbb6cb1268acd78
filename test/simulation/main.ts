import { cpus } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { startChild } from '../../bench/child.ts';
import { readArguments } from '../../commands/arguments.ts';
import { ended } from '../../commands/stage.ts';
import { startDynamoDbLocal } from '../../local/dynamodb.ts';
import { faultTable, story } from './report.ts';
import { shrink } from './shrink.ts';
import { type Play, type Played, played } from './simulate.ts';

const usage = `Plays the whole service by chance: people, staff, Stripe, faults, crashes and time, each seed another way.
  npm run simulate -- [--seeds N] [--steps M] [--first-seed S] [--workers W] [--without FAULT]...
  --seeds N       how many (20)
  --steps M       things that happen in each (400)
  --first-seed S  the first of them (1)
  --workers W     processes that play seeds side by side (at most 2)
  --without F     leave out a fault, by the name that the table of faults gives it`;

const { values } = readArguments(
  {
    options: {
      seeds: { type: 'string', default: '20' },
      steps: { type: 'string', default: '400' },
      'first-seed': { type: 'string', default: '1' },
      workers: { type: 'string', default: String(Math.min(2, cpus().length)) },
      without: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  },
  usage,
);
const count = z.coerce.number().int().min(0);
const asked = z
  .object({
    seeds: count,
    steps: count,
    'first-seed': count,
    workers: count.min(1),
    without: z.array(z.string()),
  })
  .safeParse(values);
if (values.help || !asked.success) ended(usage, values.help ? 0 : 2);
const { seeds, steps, workers, without } = asked.data;

process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
const dynamodb = await startDynamoDbLocal({ port: 0, separate: true });
const children = Array.from({ length: Math.min(workers, seeds) }, () =>
  startChild(join(import.meta.dirname, 'worker.ts')),
);
const left = Array.from({ length: seeds }, (_, index) => asked.data['first-seed'] + index);
const results: Played[] = [];
const began = performance.now();

await Promise.all(
  children.map(async (child) => {
    const play = ({ without = [], ...rest }: Play) =>
      child.ask({ dynamodb: dynamodb.endpoint, ...rest, without }, played);
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const result = await play({ seed, steps, without });
      results.push(result);
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      console.log(`${result.violation ? 'VIOLATION' : 'held'}  seed ${seed}  ${result.digest}  ${seconds} s`);
      if (!result.violation) continue;
      console.log(story({ seed, steps, without }, result));
      const small = await shrink(result, play);
      if (small.played !== result) console.log(story(small.play, small.played));
    }
  }),
);
for (const child of children) child.stop();
await dynamodb.stop();

const violations = results.filter(({ violation }) => violation).length;
const sum = (figure: (result: Played) => number) =>
  results.reduce((total, result) => total + figure(result), 0);
console.log(faultTable(results));
console.log(
  `${sum(({ calls }) => calls)} calls let through; two or more jobs in flight after ` +
    `${(
      (100 * sum(({ interleaved }) => interleaved)) /
        Math.max(
          1,
          sum(({ steps }) => steps),
        )
    ).toFixed(0)} % of the steps`,
);
console.log(`${seeds} seeds, ${seeds * steps} steps, ${violations} violations`);
process.exitCode = violations > 0 ? 1 : 0;
