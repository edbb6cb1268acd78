import { readFile } from 'node:fs/promises';
import { readCatalogueFile } from '../shared/catalogue/file.ts';
import { publishPromoCodes } from '../shared/catalogue/promo-codes.ts';
import { type Difference, publish } from '../shared/catalogue/publish.ts';
import { resize } from '../shared/entries/resize.ts';
import type { Database } from '../shared/platform/database.ts';
import { realWorld } from '../shared/platform/world.ts';
import { readArguments } from './arguments.ts';
import { ended, openStage, stageOptions, unanswered } from './stage.ts';

const usage = `Publishes an event's catalogue file.
  npm run publish:event -- FILE [--replace] [--stage NAME]
  --replace     overwrite what was edited in the service since it was last published
  --stage NAME  a deployed stage; without it, the service that runs on this machine`;

const { values, positionals } = readArguments(
  {
    options: { ...stageOptions, replace: { type: 'boolean', default: false } },
    allowPositionals: true,
  },
  usage,
);
const [file, ...others] = positionals;
if (values.help) ended(usage);
if (file === undefined || others.length > 0) ended(usage, 2);

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

const { outcome, codes } = await write(openStage(values)).catch(unanswered);
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

/** Writes the event, and what depends on it also when an earlier run was interrupted after the event itself. */
async function write(db: Database) {
  const outcome = await publish(db, realWorld, event, { replace: values.replace });
  const { result } = outcome;
  if (result === 'edited_since' || result === 'not_allowed' || result === 'changed_meanwhile')
    return { outcome, codes: { written: 0, removed: 0 } };
  // Places that a lowered capacity had retired are for sale again where the file has raised it.
  if (result !== 'published')
    for (const { id: distance, capacity } of event.distances)
      await resize(db, realWorld, { event: event.id, distance, capacity });
  return { outcome, codes: await publishPromoCodes(db, realWorld, event.id, promoCodes) };
}

function show(value: unknown): string {
  const text = value === undefined ? '(absent)' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
