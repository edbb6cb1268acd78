import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureCost } from './cost.ts';
import { describeMetrics, type Metrics } from './metrics.ts';

// One log line a request is written in the cloud too; here it would bury the tables.
process.env.POWERTOOLS_LOG_LEVEL = 'ERROR';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, clients: { type: 'string' } },
});

const print = (text: string): void => console.log(text);

const measurements: Readonly<Record<string, () => Promise<Metrics>>> = {
  cost: () => measureCost(print),
};

const measurement = measurements[positionals[0] ?? ''];
if (!measurement) {
  console.error(`Say what to measure: ${Object.keys(measurements).join(', ')}.`);
  process.exit(1);
}
const metrics = await measurement();
print(describeMetrics(metrics));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(metrics, null, 2)}\n`);
