import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Database, openDatabase } from '../shared/platform/database.ts';

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
 * machine; ends the command with one line when none runs.
 */
export function openStage({ stage }: { stage?: string | undefined }): Database {
  if (stage !== undefined) return openDatabase(`startline-${stage}`);
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

/** Prints a line and ends the command; to the error output when the code is not 0. */
export function ended(text: string, code = 0): never {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}
