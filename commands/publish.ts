import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readCatalogueFile } from '../shared/catalogue/file.ts';
import { publishPromoCodes } from '../shared/catalogue/promo-codes.ts';
import { type Difference, publish } from '../shared/catalogue/publish.ts';
import { resize } from '../shared/entries/resize.ts';
import { realWorld } from '../shared/platform/world.ts';
import { ended, openStage, stageOptions } from './stage.ts';

const usage = `Publishes an event's catalogue file.
  npm run publish:event -- FILE [--replace] [--stage NAME]
  --replace     overwrite what was edited in the service since it was last published
  --stage NAME  a deployed stage; without it, the service that runs on this machine`;

const { values, positionals } = parseArgs({
  options: { ...stageOptions, replace: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [file] = positionals;
if (file === undefined || values.help) ended(usage, file === undefined && !values.help ? 2 : 0);

let content: unknown;
try {
  content = JSON.parse(await readFile(file, 'utf8'));
} catch (error) {
  ended(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`, 2);
}
const read = readCatalogueFile(content);
if ('faults' in read)
  ended(
    [`${file} is not a valid catalogue file:`, ...read.faults.map((fault) => `  ${fault}`)].join('\n'),
    1,
  );
const { event, promoCodes } = read;

const db = openStage(values);
const outcome = await publish(db, realWorld, event, { replace: values.replace });
// Places that a lowered capacity had retired are for sale again where the file has raised it.
if (outcome.result === 'updated' || outcome.result === 'replaced')
  for (const { id: distance, capacity } of event.distances)
    await resize(db, realWorld, { event: event.id, distance, capacity });
const isPublished = !['edited_since', 'not_allowed', 'changed_meanwhile'].includes(outcome.result);
const codes = isPublished
  ? await publishPromoCodes(db, realWorld, event.id, promoCodes)
  : { written: 0, removed: 0 };
const ofCodes =
  codes.written + codes.removed === 0
    ? []
    : [`Promo codes: ${codes.written} written, ${codes.removed} taken away.`];
const list = (differences: readonly Difference[]) =>
  differences.map(
    ({ path, stored, file }) => `  ${path}\n    stored: ${show(stored)}\n    file:   ${show(file)}`,
  );

switch (outcome.result) {
  case 'unchanged':
    ended([`${event.id} is published already, and the same.`, ...ofCodes].join('\n'));
    break;
  case 'edited_since':
    ended(
      [
        `${event.id} was edited since it was published. Nothing was written. The differences:`,
        ...list(outcome.differences),
        'To overwrite the edits, publish with --replace.',
      ].join('\n'),
      1,
    );
    break;
  case 'not_allowed':
    ended(
      [`${event.id} was not published:`, ...outcome.reasons.map((reason) => `  ${reason}`)].join('\n'),
      1,
    );
    break;
  case 'changed_meanwhile':
    ended(`${event.id} was changed by somebody else just now. Nothing was written; try again.`, 1);
    break;
  default:
    ended([`${event.id} is ${outcome.result}.`, ...list(outcome.differences), ...ofCodes].join('\n'));
}

function show(value: unknown): string {
  const text = value === undefined ? '(absent)' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
