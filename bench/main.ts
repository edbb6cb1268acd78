import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { measureCost } from './cost.ts';
import { measureFlatness } from './flatness.ts';
import { describeMetrics, type Metrics } from './metrics.ts';
import { measureRush } from './rush.ts';

// One log line a request is written in the cloud too; here it would bury the tables.
process.env.POWERTOOLS_LOG_LEVEL = 'ERROR';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    clients: { type: 'string', default: '32' },
    rounds: { type: 'string' },
  },
});

const print = (text: string): void => console.log(text);

const measurements: Readonly<Record<string, () => Promise<Metrics>>> = {
  rush: () =>
    measureRush(
      {
        clients: z.coerce.number().int().min(1).max(512).parse(values.clients),
        most: z.coerce.number().int().min(1).optional().parse(values.rounds),
      },
      print,
    ),
  cost: () => measureCost(print),
  flatness: () => measureFlatness(print),
};

const measurement = measurements[positionals[0] ?? ''];
if (!measurement) {
  console.error(`Say what to measure: ${Object.keys(measurements).join(', ')}.`);
  process.exit(1);
}
const metrics = await measurement();
print(describeMetrics(metrics));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(metrics, null, 2)}\n`);
