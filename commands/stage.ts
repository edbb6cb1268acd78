import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { stages } from '../infra/config.ts';
import { type Database, DatabaseBusy, openDatabase } from '../shared/platform/database.ts';

/** Options that every command on a stage takes. */
export const stageOptions = {
  stage: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const running = z.object({ DYNAMODB_ENDPOINT: z.url(), TABLE_PREFIX: z.string() });

/** Where `npm start` leaves the addresses of the service that runs on this machine. */
export const runningFile = '.local/running.json';

/**
 * The tables of a deployed stage (with the caller's own AWS credentials), or of the service that runs on this
 * machine; ends the command with one line when there is no such stage, or none runs here.
 */
export function openStage({ stage }: { stage?: string | undefined }): Database {
  if (stage !== undefined) {
    if (!Object.hasOwn(stages, stage))
      return ended(`There is no stage "${stage}", only ${Object.keys(stages).join(' and ')}.`, 2);
    return openDatabase(`startline-${stage}`);
  }
  try {
    const { DYNAMODB_ENDPOINT, TABLE_PREFIX } = running.parse(JSON.parse(readFileSync(runningFile, 'utf8')));
    return openDatabase(TABLE_PREFIX, {
      endpoint: DYNAMODB_ENDPOINT,
      region: 'local',
      credentials: { accessKeyId: 'startline', secretAccessKey: 'startline' },
    });
  } catch {
    return ended(
      'The service does not run on this machine. Start it with `npm start`, or name a deployed one with --stage.',
      2,
    );
  }
}

/** What the SDK throws before it asks anything, for want of settings. */
const unset: ReadonlySet<string> = new Set([
  'Region is missing',
  'Could not load credentials from any providers',
]);

/**
 * Ends the command with one line and the code 3 when tables or secrets do not answer or are busy: the service does not
 * run any more, the stage is not deployed, or AWS was not told who asks and where. Any other error is a fault of the
 * program and is thrown on.
 */
export function unanswered(error: unknown): never {
  if (error instanceof DatabaseBusy) return ended('Others are writing the same. Try again in a minute.', 3);
  if (!(error instanceof Error) || error.name === 'ValidationException') throw error;
  // The SDK puts it on every error of a request, those of the connection too.
  if (!('$metadata' in error) && !unset.has(error.message)) throw error;
  return ended(`No answer from the service: ${error.message || error.name}.`.replace('..', '.'), 3);
}

/** Prints a line and ends the command; to the error output when the code is not 0. */
export function ended(text: string, code = 0): never {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}
