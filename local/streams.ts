import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { LocalLog } from './log.ts';
import { type Running, waited } from './schedules.ts';
import { type Checkpoint, noCheckpoint, type ShardProgress } from './stream-checkpoint.ts';
import { toLambdaRecord } from './stream-records.ts';

/** The pause between two looks at a stream: short after news, longer while nothing happens. */
const PAUSE_MS: Pause = { first: 5, longest: 100 };
/** The pause before a batch is tried again doubles up to the longest, as Lambda's does. */
const RETRY_MS = { first: 100, longest: 10_000 };
/** The pause after DynamoDB itself did not answer. */
const UNREADABLE_MS = 1_000;
const LOOK_FOR_SHARDS_MS = 2_000;
/** What GetRecords gives at most. */
const LONGEST_BATCH = 1_000;

interface Pause {
  readonly first: number;
  readonly longest: number;
}

export interface StreamFollower extends Running {
  /**
   * Resolves when everything written before the call has been handed over, that is after a look at all
   * shards, begun after the call, that found nothing. Does not resolve while the handler fails.
   */
  idle(): Promise<void>;
}

interface Shard {
  readonly id: string;
  readonly parent: string | undefined;
  /** A closed shard gets no more records; the follower is not idle before it was read to its end. */
  closed: boolean;
  iterator?: string;
  failed?: { readonly records: DynamoDBRecord[]; readonly times: number; readonly retryAt: number };
}

/** What one step on one shard came to. */
type Step = 'handed over' | 'caught up' | 'to be continued' | 'unreadable';

/**
 * Hands a table's stream to `handler` as Lambda's event source mapping does: in order, one batch of at most
 * `batchSize` records at a time per shard, children after their parent, the same batch again with growing
 * pauses until it succeeds. It starts at the oldest record kept, or after what `checkpoint` says; records
 * since the last checkpoint come again after a crash.
 *
 * Throws if the table has no stream.
 */
export async function followStream(options: {
  readonly client: DynamoDBStreamsClient;
  readonly tableName: string;
  readonly batchSize: number;
  readonly handler: (event: DynamoDBStreamEvent) => Promise<unknown>;
  readonly log: LocalLog;
  readonly checkpoint?: Checkpoint;
  readonly pauseMilliseconds?: Pause;
}): Promise<StreamFollower> {
  const { client, tableName, handler, log, checkpoint = noCheckpoint } = options;
  const { pauseMilliseconds: pauses = PAUSE_MS } = options;
  const batchSize = Math.min(options.batchSize, LONGEST_BATCH);
  const streamArn = await newestStream(client, tableName);
  const progress = checkpoint.load(streamArn);
  const shards = new Map<string, Shard>();
  const stopping = new AbortController();
  const abort = { abortSignal: stopping.signal };
  let waiting: (() => void)[] = [];
  let lastLook = Number.NEGATIVE_INFINITY;

  async function findShards(): Promise<void> {
    const listed = await listShards(client, streamArn, stopping.signal);
    for (const shard of listed) {
      const known = shards.get(shard.id);
      if (known) known.closed = shard.closed;
      else shards.set(shard.id, shard);
    }
    for (const id of [...shards.keys(), ...progress.keys()]) {
      if (listed.some((shard) => shard.id === id)) continue;
      shards.delete(id);
      progress.delete(id);
    }
  }

  function isFinished(id: string): boolean {
    return progress.get(id)?.finished ?? false;
  }

  function readableShards(): Shard[] {
    return [...shards.values()].filter(
      ({ id, parent }) =>
        !isFinished(id) && (parent === undefined || !shards.has(parent) || isFinished(parent)),
    );
  }

  function record(shard: Shard, change: Partial<ShardProgress>): void {
    progress.set(shard.id, { finished: false, ...progress.get(shard.id), ...change });
    checkpoint.save(streamArn, progress);
  }

  async function openIterator(shard: Shard): Promise<string | undefined> {
    const after = progress.get(shard.id)?.after;
    const from =
      after === undefined
        ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
        : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after } as const);
    const opened = await client.send(
      new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shard.id, ...from }),
      abort,
    );
    return opened.ShardIterator;
  }

  /** Reads one batch, or takes the one that failed, and hands it over. */
  async function advance(shard: Shard): Promise<Step> {
    if (shard.failed) {
      const isDue = performance.now() >= shard.failed.retryAt;
      return isDue ? handOver(shard, shard.failed.records) : 'to be continued';
    }
    const iterator = shard.iterator ?? (await openIterator(shard));
    const read = await client.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit: batchSize }),
      abort,
    );
    const records = (read.Records ?? []).map((item) => toLambdaRecord(item, streamArn));
    setIterator(shard, read.NextShardIterator);
    if (records.length > 0) return handOver(shard, records);
    if (read.NextShardIterator !== undefined) return shard.closed ? 'to be continued' : 'caught up';
    record(shard, { finished: true });
    lastLook = Number.NEGATIVE_INFINITY;
    return 'to be continued';
  }

  async function handOver(shard: Shard, records: DynamoDBRecord[]): Promise<Step> {
    try {
      await handler({ Records: records });
    } catch (error) {
      const times = (shard.failed?.times ?? 0) + 1;
      const pause = Math.min(RETRY_MS.first * 2 ** (times - 1), RETRY_MS.longest);
      shard.failed = { records, times, retryAt: performance.now() + pause };
      log.error(
        `${tableName}: ${records.length} changes failed (${times} times); again in ${pause} ms`,
        error,
      );
      return 'to be continued';
    }
    delete shard.failed;
    const after = records.at(-1)?.dynamodb?.SequenceNumber;
    if (after !== undefined) record(shard, { after });
    return 'handed over';
  }

  /** An iterator may expire or be refused after a restart; another is opened where the last batch ended. */
  async function tryToAdvance(shard: Shard): Promise<Step> {
    try {
      return await advance(shard);
    } catch (error) {
      setIterator(shard, undefined);
      if (stopping.signal.aborted || error instanceof ExpiredIteratorException) return 'to be continued';
      if (error instanceof TrimmedDataAccessException) {
        // DynamoDB Local also says so of a stream that is new: then nothing had been read, and nothing is lost.
        if (progress.delete(shard.id))
          log.error(`${tableName}: changes older than a day are gone; going on with the oldest kept`, error);
        return 'to be continued';
      }
      return unreadable(error);
    }
  }

  function unreadable(error: unknown): Step {
    if (!stopping.signal.aborted) log.error(`${tableName}: its stream cannot be read; trying again`, error);
    return 'unreadable';
  }

  /** One step on every shard. Answers how long to pause after it. */
  async function pass(lastPause: number): Promise<number> {
    const askedBefore = waiting;
    if (askedBefore.length > 0 || performance.now() - lastLook > LOOK_FOR_SHARDS_MS) {
      await findShards();
      lastLook = performance.now();
    }
    const steps = await Promise.all(readableShards().map(tryToAdvance));
    if (steps.every((step) => step === 'caught up')) {
      waiting = waiting.filter((asked) => !askedBefore.includes(asked));
      for (const resolve of askedBefore) resolve();
    }
    if (steps.includes('unreadable')) return UNREADABLE_MS;
    return steps.includes('handed over') ? pauses.first : Math.min(lastPause * 2, pauses.longest);
  }

  async function follow(): Promise<void> {
    let pause = pauses.first;
    do {
      try {
        pause = await pass(pause);
      } catch (error) {
        unreadable(error);
        pause = UNREADABLE_MS;
      }
    } while (await waited(pause, stopping.signal));
  }

  const finished = follow();
  return {
    async stop() {
      stopping.abort();
      await finished;
    },
    idle: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting = [...waiting, resolve];
      return promise;
    },
  };
}

function setIterator(shard: Shard, iterator: string | undefined): void {
  if (iterator === undefined) delete shard.iterator;
  else shard.iterator = iterator;
}

async function newestStream(client: DynamoDBStreamsClient, tableName: string): Promise<string> {
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: tableName }));
  // A table that was deleted and made again may still list its old stream; labels are times.
  const newest = Streams.toSorted((a, b) => (a.StreamLabel ?? '').localeCompare(b.StreamLabel ?? '')).at(-1);
  if (newest?.StreamArn === undefined) throw new Error(`The table ${tableName} has no stream`);
  return newest.StreamArn;
}

async function listShards(
  client: DynamoDBStreamsClient,
  streamArn: string,
  abortSignal: AbortSignal,
): Promise<Shard[]> {
  const shards: Shard[] = [];
  let last: string | undefined;
  do {
    const { StreamDescription: page } = await client.send(
      new DescribeStreamCommand({ StreamArn: streamArn, ...(last && { ExclusiveStartShardId: last }) }),
      { abortSignal },
    );
    for (const { ShardId, ParentShardId, SequenceNumberRange } of page?.Shards ?? []) {
      if (ShardId === undefined) continue;
      const closed = SequenceNumberRange?.EndingSequenceNumber !== undefined;
      shards.push({ id: ShardId, parent: ParentShardId, closed });
    }
    last = page?.LastEvaluatedShardId;
  } while (last !== undefined);
  return shards;
}
