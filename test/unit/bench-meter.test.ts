import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { itemSize } from '../../bench/item-size.ts';
import { type Meter, openMeter } from '../../bench/meter.ts';
import { type Served, serve } from '../../local/serve.ts';

const TableName = 'test-orders';
const key = (sk: string) => ({ pk: 'p', sk });
/** An item of that many bytes. */
const item = (sk: string, bytes: number) => ({
  ...key(sk),
  t: 'x'.repeat(bytes - 'pk'.length - 'p'.length - 'sk'.length - sk.length - 't'.length),
});

/** What DynamoDB says next. */
let answer: { status: number; body: unknown };
let server: Served;
let client: DynamoDBDocumentClient;
let meter: Meter;

beforeAll(async () => {
  server = await serve({
    port: 0,
    purpose: 'DynamoDB',
    handler: () => Response.json(answer.body, { status: answer.status }),
  });
  client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: server.url,
      region: 'local',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }),
  );
});

beforeEach(() => {
  answer = { status: 200, body: {} };
  client.middlewareStack.remove('startlineMeter');
  meter = openMeter();
  meter.watch(client);
});

afterAll(() => server.stop());

const put = (Item: Record<string, unknown>) => client.send(new PutCommand({ TableName, Item }));
/** What one piece of work costs. */
async function units(work: () => Promise<unknown>): Promise<[reads: number, writes: number]> {
  meter.reset();
  await work().catch((error: unknown) => {
    if (!(error instanceof TransactionCanceledException)) throw error;
  });
  const { reads, writes } = meter.total();
  return [reads, writes];
}

describe('the size of an item', () => {
  test.each([
    ['text, in UTF-8', { S: 'Әлия' }, 8],
    ['a number, two digits a byte and one more', { N: '2000000' }, 2],
    ['a negative number, one more', { N: '-1234' }, 4],
    ['zero', { N: '0' }, 1],
    ['bytes', { B: new Uint8Array(13) }, 13],
    ['true', { BOOL: true }, 1],
    ['a list, three and one for each element', { L: [{ S: 'ab' }, { S: 'c' }] }, 8],
    ['a map, three and one for each element', { M: { a: { S: 'bc' } } }, 7],
  ])('counts %s', (_, value, bytes) => {
    expect(itemSize({ name: value })).toBe('name'.length + bytes);
  });
});

describe('a write', () => {
  test('costs a unit for each KB begun', async () => {
    expect(await units(() => put(item('a', 1024)))).toEqual([0, 1]);
    expect(await units(() => put(item('b', 1025)))).toEqual([0, 2]);
  });

  test('is charged by the larger of before and after', async () => {
    await put(item('a', 3000));
    expect(await units(() => put(item('a', 100)))).toEqual([0, 3]);
    expect(await units(() => put(item('a', 100)))).toEqual([0, 1]);
  });

  test('that updates is charged for the item it leaves', async () => {
    await put({ ...item('a', 1000), u: 'x'.repeat(20) });
    const update = (expression: string, values?: Record<string, unknown>) => () =>
      client.send(
        new UpdateCommand({
          TableName,
          Key: key('a'),
          UpdateExpression: expression,
          ...(values && { ExpressionAttributeValues: values }),
        }),
      );
    expect(await units(update('SET u = :u', { ':u': 'x'.repeat(23) }))).toEqual([0, 1]);
    expect(await units(update('SET u = :u', { ':u': 'x'.repeat(24) }))).toEqual([0, 2]);
    // Before it was over 1 KB, after it is not.
    expect(await units(update('REMOVE u'))).toEqual([0, 2]);
    expect(await units(update('ADD c :c', { ':c': 1 }))).toEqual([0, 1]);
  });

  test('costs twice as much in a transaction, also a check and a delete', async () => {
    await put(item('b', 1500));
    const transaction = new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: item('a', 500) } },
        { Delete: { TableName, Key: key('b') } },
        { ConditionCheck: { TableName, Key: key('c'), ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
    });
    expect(await units(() => client.send(transaction))).toEqual([0, 2 + 4 + 2]);
    expect(await units(() => put(item('b', 100)))).toEqual([0, 1]);
  });

  test('that is cancelled costs the same and changes nothing', async () => {
    answer = {
      status: 400,
      body: {
        __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
        CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
      },
    };
    const transaction = new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: item('a', 5000), ConditionExpression: 'attribute_exists(pk)' } },
      ],
    });
    expect(await units(() => client.send(transaction))).toEqual([0, 10]);
    expect(meter.cancelled()).toBe(1);
    answer = { status: 200, body: {} };
    expect(await units(() => put(item('a', 100)))).toEqual([0, 1]);
  });

  test('of a batch costs as much as its items one by one', async () => {
    const batch = new BatchWriteCommand({
      RequestItems: {
        [TableName]: [{ PutRequest: { Item: item('a', 100) } }, { PutRequest: { Item: item('b', 1100) } }],
      },
    });
    expect(await units(() => client.send(batch))).toEqual([0, 3]);
  });
});

describe('a read', () => {
  const get = (ConsistentRead: boolean) => () =>
    client.send(new GetCommand({ TableName, Key: key('a'), ConsistentRead }));
  const query = (ConsistentRead: boolean, ProjectionExpression?: string) => () =>
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'p' },
        ConsistentRead,
        ...(ProjectionExpression !== undefined && { ProjectionExpression }),
      }),
    );

  test('costs a unit for each 4 KB begun, half when it may be old', async () => {
    const bytes = item('a', 4097);
    const Item = Object.fromEntries(Object.entries(bytes).map(([name, S]) => [name, { S }]));
    answer = { status: 200, body: { Item } };
    expect(await units(get(true))).toEqual([2, 0]);
    expect(await units(get(false))).toEqual([1, 0]);
  });

  test('that finds nothing costs as much as the smallest', async () => {
    expect(await units(get(true))).toEqual([1, 0]);
    expect(await units(query(true))).toEqual([1, 0]);
    expect(await units(query(false))).toEqual([0.5, 0]);
  });

  test('of many is charged for their sum, whatever is left out of the answer', async () => {
    await put(item('a', 3000));
    await put(item('b', 3000));
    expect(await units(query(true, 'sk'))).toEqual([2, 0]);
  });
});

test('work is counted under its name, and by key', async () => {
  await meter.during('hold', () => put(item('a', 100)));
  await put(item('b', 2000));
  expect(Object.fromEntries(meter.byOperation())).toEqual({
    hold: { reads: 0, writes: 1 },
    other: { reads: 0, writes: 2 },
  });
  expect(Object.fromEntries(meter.byKey())).toEqual({ 'orders p': { reads: 0, writes: 3 } });
});

test('a request that the meter cannot follow is an error, not a wrong figure', async () => {
  const update = new UpdateCommand({
    TableName,
    Key: key('a'),
    UpdateExpression: 'SET n = if_not_exists(n, :n)',
    ExpressionAttributeValues: { ':n': 1 },
  });
  await expect(client.send(update)).rejects.toThrow('cannot follow');
});
