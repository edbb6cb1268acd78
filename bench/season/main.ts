import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod';
import { readArguments } from '../../commands/arguments.ts';
import { ended } from '../../commands/stage.ts';
import { published } from './event.ts';
import { describeSeason, progressBar } from './print.ts';
import { playSeason } from './run.ts';

const usage = `Plays the Almaty Marathon 2024 at its real size through the API, proves it and prints the report.
  npm run season [-- --seed N] [--entries N] [--serve]
--serve keeps the service up afterwards, so that its pages and the console can be looked at.`;

// One log line a request is written in the cloud too; here it would bury the report.
process.env.POWERTOOLS_LOG_LEVEL = 'ERROR';

const { values } = readArguments(
  {
    options: {
      seed: { type: 'string', default: '1' },
      entries: { type: 'string', default: String(published.entries) },
      serve: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  },
  usage,
);
const whole = z.coerce.number().int().positive();
const asked = z.object({ seed: whole, entries: whole.max(100_000) }).safeParse(values);
if (values.help || !asked.success) ended(usage, values.help ? 0 : 2);
const started = performance.now();
const bar = progressBar(process.stderr);
const season = await playSeason({
  ...asked.data,
  web: join(import.meta.dirname, '..', '..', 'dist', 'web'),
  progress: bar.show,
});
bar.end();
console.log(describeSeason(season, (performance.now() - started) / 1000));
if (season.proof.asked.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
if (values.serve) {
  season.useRealTime();
  console.log(`
The season can be looked at until Ctrl+C:
  the site and the staff console   ${season.service.url}  (/console/)
  the outbox with every mail       ${season.service.outbox.url}
  Stripe's double                  ${season.service.stripe?.url}
  staff password                   ${season.service.staffPassword}  (finance@startline.test)`);
  await once(process, 'SIGINT');
}
await season.stop();
