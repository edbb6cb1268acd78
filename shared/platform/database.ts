import { channel } from 'node:diagnostics_channel';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  type NativeAttributeValue,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { physicalName, type TableName } from './tables.ts';
import type { World } from './world.ts';

export type Item = Record<string, NativeAttributeValue>;

/** A connection to the tables of one stage. */
export interface Database {
  readonly client: DynamoDBDocumentClient;
  readonly prefix: string;
}

/** Tells of each database that is opened, for measurements of what the functions send. */
export const databaseOpened = channel('startline.database.opened');

/** A fold or a report reads more partitions side by side than the SDK's own 50 connections. */
const sockets = { keepAlive: true, maxSockets: 256 } as const;

/** Connects to the tables whose names begin with the prefix. */
export function openDatabase(prefix: string, config: DynamoDBClientConfig = {}): Database {
  const connection = new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: { httpAgent: sockets, httpsAgent: sockets },
    ...config,
  });
  // It prepares every request and answer for a logger that is not there.
  connection.middlewareStack.remove('loggerMiddleware');
  const client = DynamoDBDocumentClient.from(connection, {
    marshallOptions: { removeUndefinedValues: true },
  });
  databaseOpened.publish(client);
  return { prefix, client };
}

interface Condition {
  readonly condition?: string;
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

/** A change of one item, on a condition or not. */
export type Write = { readonly table: TableName } & (
  | ({ readonly put: Item } & Condition)
  | ({ readonly update: string; readonly key: Item } & Condition)
  | ({ readonly delete: Item } & Condition)
);

type Check = { readonly table: TableName; readonly check: Item } & Condition &
  Required<Pick<Condition, 'condition'>>;

/**
 * One action of a transaction. Concepts export functions that make parts; the one function that is the business
 * fact puts them together. The name tells the parts apart when one is refused.
 */
export type Part = { readonly name: string } & (Write | Check);

/** What became of a transaction: all of it was written, or nothing since the named parts' conditions did not hold. */
export type Outcome =
  | { readonly done: true }
  | { readonly done: false; readonly refused: ReadonlySet<string> };

/** The tables could not take a write for a while (conflicts or throttling); nothing was written. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy';
}

const passing: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);
const passingErrors: ReadonlySet<string> = new Set([
  // A write of one item that meets a transaction on it; the SDK does not try that again.
  'TransactionConflictException',
  'TransactionInProgressException',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
]);

/** Tries of one write or transaction before the caller is told to come back: about two seconds with the delays between. */
const mostTries = 8;

/**
 * Writes all parts or none. Conflicts with other transactions and throttling are tried again with jitter; a
 * condition that does not hold is an answer, not an error.
 * @throws DatabaseBusy when conflicts or throttling outlast the tries.
 */
export async function commit(db: Database, world: World, parts: readonly Part[]): Promise<Outcome> {
  const input: TransactWriteCommandInput = { TransactItems: parts.map((part) => action(db, part)) };
  return untilItPasses(world, async () => {
    try {
      await db.client.send(new TransactWriteCommand(input));
      return { done: true };
    } catch (error) {
      const refused = refusedParts(error, parts);
      if (refused.size > 0) return { done: false, refused };
      throw error;
    }
  });
}

/** What became of a write of one item, and with `returnItem` that item. */
export interface Written {
  /** False when the condition did not hold; nothing was written then. */
  readonly done: boolean;
  /** After an update, the item as it is now; when refused, as it was found. Undefined when there is none. */
  readonly item?: Item;
}

/**
 * Writes one item alone, with the patience of `commit`: a transaction on the same item, or throttling, is tried again;
 * a condition that does not hold is an answer.
 * @throws DatabaseBusy when conflicts or throttling outlast the tries.
 */
export async function writeItem(
  db: Database,
  world: World,
  write: Write,
  { returnItem = false }: { returnItem?: boolean } = {},
): Promise<Written> {
  const refused = returnItem ? ({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const) : {};
  return untilItPasses(world, async () => {
    try {
      const { Put, Update, Delete } = action(db, write);
      if (Put) await db.client.send(new PutCommand({ ...Put, ...refused }));
      if (Delete) await db.client.send(new DeleteCommand({ ...Delete, ...refused }));
      if (!Update) return { done: true };
      const returned = returnItem ? ({ ReturnValues: 'ALL_NEW' } as const) : {};
      const { Attributes } = await db.client.send(new UpdateCommand({ ...Update, ...refused, ...returned }));
      return { done: true, ...(Attributes && { item: Attributes }) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { done: false, ...(error.Item && { item: unmarshall(error.Item) }) };
    }
  });
}

async function untilItPasses<T>(world: World, send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (attempt === mostTries)
        throw new DatabaseBusy('The write met conflicts at every try.', { cause: error });
      await world.wait(world.random() * Math.min(20 * 2 ** attempt, 800));
    }
  }
}

function refusedParts(error: unknown, parts: readonly Part[]): Set<string> {
  const refused = new Set<string>();
  if (!(error instanceof TransactionCanceledException)) return refused;
  for (const [index, reason] of (error.CancellationReasons ?? []).entries()) {
    const part = parts[index];
    if (reason.Code === 'ConditionalCheckFailed' && part !== undefined) refused.add(part.name);
  }
  return refused;
}

function isPassing(error: unknown): boolean {
  if (error instanceof TransactionCanceledException)
    return (error.CancellationReasons ?? []).some((reason) => passing.has(reason.Code ?? ''));
  return error instanceof Error && passingErrors.has(error.name);
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

function action(db: Database, part: Write | Check): TransactItem {
  const common = {
    TableName: physicalName(db.prefix, part.table),
    ...(part.names && { ExpressionAttributeNames: part.names }),
    ...(part.values && { ExpressionAttributeValues: part.values }),
  };
  const condition = part.condition === undefined ? {} : { ConditionExpression: part.condition };
  if ('put' in part) return { Put: { ...common, ...condition, Item: part.put } };
  if ('update' in part)
    return { Update: { ...common, ...condition, Key: part.key, UpdateExpression: part.update } };
  if ('delete' in part) return { Delete: { ...common, ...condition, Key: part.delete } };
  return { ConditionCheck: { ...common, ConditionExpression: part.condition, Key: part.check } };
}

/** One item, or undefined. `strong` reads what is committed now; otherwise the answer may be a moment old. */
export async function getItem(
  db: Database,
  table: TableName,
  key: Item,
  options: { strong?: boolean } = {},
): Promise<Item | undefined> {
  const answer = await db.client.send(
    new GetCommand({
      TableName: physicalName(db.prefix, table),
      Key: key,
      ConsistentRead: options.strong ?? false,
    }),
  );
  return answer.Item;
}

/** Items by key, at most 100 at once; those that do not exist are left out. Eventually consistent. */
export async function getItems(db: Database, table: TableName, keys: readonly Item[]): Promise<Item[]> {
  const name = physicalName(db.prefix, table);
  const found: Item[] = [];
  let pending: Item[] = [...keys];
  while (pending.length > 0) {
    const answer = await db.client.send(new BatchGetCommand({ RequestItems: { [name]: { Keys: pending } } }));
    found.push(...(answer.Responses?.[name] ?? []));
    pending = [...(answer.UnprocessedKeys?.[name]?.Keys ?? [])];
  }
  return found;
}

type QueryOptions = Partial<
  Pick<QueryCommandInput, 'FilterExpression' | 'ProjectionExpression' | 'Limit' | 'ScanIndexForward'>
> & {
  condition: string;
  names?: Record<string, string>;
  values: Item;
  strong?: boolean;
};

/** Every item of one partition that the key condition names, page by page; with `Limit` at most so many. */
export async function queryItems(db: Database, table: TableName, options: QueryOptions): Promise<Item[]> {
  const { condition, names, values, strong, ...rest } = options;
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const answer = await db.client.send(
      new QueryCommand({
        TableName: physicalName(db.prefix, table),
        KeyConditionExpression: condition,
        ...(names && { ExpressionAttributeNames: names }),
        ExpressionAttributeValues: values,
        ConsistentRead: strong ?? false,
        ...rest,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined && (rest.Limit === undefined || items.length < rest.Limit));
  return items;
}

/** Every item of a table, strongly read, a page at a time. */
export async function* scanItems(db: Database, table: TableName): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const answer = await db.client.send(
      new ScanCommand({
        TableName: physicalName(db.prefix, table),
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* answer.Items ?? [];
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
}
