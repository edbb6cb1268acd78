import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { readArguments } from '../commands/arguments.ts';
import { ended } from '../commands/stage.ts';
import { measureCost } from './cost.ts';
import { measureFlatness } from './flatness.ts';
import { describeMetrics, type Metrics } from './metrics.ts';
import { measureRush } from './rush.ts';

// One log line a request is written in the cloud too; here it would bury the tables.
process.env.POWERTOOLS_LOG_LEVEL = 'ERROR';

const usage = `Measures the service.
  npm run bench -- rush|cost|flatness [--json FILE]
  npm run bench -- rush [--clients N] [--rounds N]
  --json FILE   writes the figures for machines too
  --clients N   buyers at once, 1 to 512 (32)
  --rounds N    rounds of each kind, where fewer than planned will do`;

const { values, positionals } = readArguments(
  {
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      clients: { type: 'string', default: '32' },
      rounds: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  },
  usage,
);
const counts = z
  .object({
    clients: z.coerce.number().int().min(1).max(512),
    rounds: z.optional(z.coerce.number().int().min(1)),
  })
  .safeParse(values);

if (values.help || !counts.success) ended(usage, values.help ? 0 : 2);

const print = (text: string): void => console.log(text);

const measurements: Readonly<Record<string, () => Promise<Metrics>>> = {
  rush: () => measureRush({ clients: counts.data.clients, most: counts.data.rounds }, print),
  cost: () => measureCost(print),
  flatness: () => measureFlatness(print),
};

const measurement = measurements[positionals[0] ?? ''];
if (!measurement) ended(usage, 2);
const metrics = await measurement();
print(describeMetrics(metrics));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(metrics, null, 2)}\n`);
