import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { checkpointFile } from '../../local/stream-checkpoint.ts';
import { followStream } from '../../local/streams.ts';

const quiet = { error: () => {} };

let folder: string;
let database: DynamoDbLocal;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;

async function connect(): Promise<void> {
  database = await startDynamoDbLocal({ port: 0, directory: join(folder, 'data') });
  client = new DynamoDBClient(database);
  streams = new DynamoDBStreamsClient(database);
}

async function disconnect(): Promise<void> {
  client.destroy();
  streams.destroy();
  await database.stop();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'startline-streams-'));
  await connect();
}, 30_000);

afterAll(async () => {
  await disconnect();
  rmSync(folder, { recursive: true, force: true });
});

async function makeTable(tableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    }),
  );
}

async function put(tableName: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await client.send(new PutItemCommand({ TableName: tableName, Item: { pk: { S: name } } }));
  }
}

function namesIn(event: DynamoDBStreamEvent): (string | undefined)[] {
  return event.Records.map((record) => record.dynamodb?.Keys?.pk?.S);
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `item-${from + index}`);
}

describe('following a stream', { timeout: 30_000 }, () => {
  test('hands over everything in order, in batches of the size asked for, as Lambda does', async () => {
    await makeTable('ordered');
    await put('ordered', numbered(1, 7));
    const events: DynamoDBStreamEvent[] = [];
    const follower = await followStream({
      client: streams,
      tableName: 'ordered',
      batchSize: 3,
      handler: async (event) => void events.push(event),
      log: quiet,
    });
    await follower.idle();
    await put('ordered', numbered(8, 9));
    await follower.idle();
    await follower.stop();

    expect(events.flatMap(namesIn)).toEqual(numbered(1, 9));
    expect(events.slice(0, 3).map(({ Records }) => Records.length)).toEqual([3, 3, 1]);
    expect(events[0]?.Records[0]).toMatchObject({
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:.*:table\/ordered\/stream\//),
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        NewImage: { pk: { S: 'item-1' } },
        SequenceNumber: expect.any(String),
        StreamViewType: 'NEW_IMAGE',
      },
    });
  });

  test('repeats a failed batch until it succeeds, and nothing overtakes it', async () => {
    await makeTable('retried');
    await put('retried', numbered(1, 4));
    const attempts: (string | undefined)[][] = [];
    let running = 0;
    let mostAtOnce = 0;
    const follower = await followStream({
      client: streams,
      tableName: 'retried',
      batchSize: 2,
      handler: async (event) => {
        running += 1;
        mostAtOnce = Math.max(mostAtOnce, running);
        attempts.push(namesIn(event));
        await nextTurn();
        running -= 1;
        if (attempts.length < 3) throw new Error('not yet');
      },
      log: quiet,
    });
    await follower.idle();
    await follower.stop();
    const [first, second] = [numbered(1, 2), numbered(3, 4)];
    expect(attempts).toEqual([first, first, first, second]);
    expect(mostAtOnce).toBe(1);
  });

  test('goes on after the checkpoint when the run and the database were restarted', async () => {
    await makeTable('restarted');
    const seen: (string | undefined)[] = [];
    const follow = () =>
      followStream({
        client: streams,
        tableName: 'restarted',
        batchSize: 10,
        handler: async (event) => void seen.push(...namesIn(event)),
        log: quiet,
        checkpoint: checkpointFile(join(folder, 'checkpoints', 'restarted.json')),
      });
    const first = await follow();
    await put('restarted', numbered(1, 3));
    await first.idle();
    await first.stop();

    await put('restarted', numbered(4, 5));
    await disconnect();
    await connect();
    const second = await follow();
    await second.idle();
    await put('restarted', numbered(6, 6));
    await second.idle();
    await second.stop();
    expect(seen).toEqual(numbered(1, 6));
  });

  test('refuses a table without a stream', async () => {
    await expect(
      followStream({
        client: streams,
        tableName: 'no-such',
        batchSize: 1,
        handler: async () => {},
        log: quiet,
      }),
    ).rejects.toThrow('The table no-such has no stream');
  });
});
