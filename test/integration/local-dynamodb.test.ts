import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { listenOnLoopback } from '../../local/ports.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'startline-dynamodb-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tableNames(database: DynamoDbLocal): Promise<string[]> {
  const client = new DynamoDBClient(database);
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  client.destroy();
  return TableNames;
}

async function makeTable(database: DynamoDbLocal, name: string): Promise<void> {
  const client = new DynamoDBClient(database);
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  client.destroy();
}

describe('DynamoDB Local', { timeout: 30_000 }, () => {
  test('keeps the data of a folder between runs', async () => {
    const directory = join(folder, 'kept');
    const first = await startDynamoDbLocal({ port: 0, directory });
    await makeTable(first, 'runners');
    await first.stop();
    await expect(fetch(first.endpoint)).rejects.toThrow();

    const second = await startDynamoDbLocal({ port: 0, directory });
    expect(await tableNames(second)).toEqual(['runners']);
    await second.stop();
  });

  test('starts empty without a folder', async () => {
    const database = await startDynamoDbLocal({ port: 0 });
    expect(await tableNames(database)).toEqual([]);
    await database.stop();
  });

  test('says which port is taken, also when only loopback has it', async () => {
    const other = createServer();
    const port = await listenOnLoopback(other, 0, 'the test');
    await expect(startDynamoDbLocal({ port })).rejects.toMatchObject({
      problem: 'port_taken',
      message: expect.stringContaining(`port ${port} is taken`),
    });
    other.close();
    await once(other, 'close');
  });

  test('says which folder it cannot read, and what to do', async () => {
    writeFileSync(join(folder, 'shared-local-instance.db'), 'this was never a database');
    await expect(startDynamoDbLocal({ port: 0, directory: folder })).rejects.toMatchObject({
      problem: 'data_unreadable',
      message: expect.stringMatching(new RegExp(`${folder}.*--fresh`)),
    });
  });

  test('says that Java is missing', async () => {
    const java = join(folder, 'no-java-here');
    await expect(startDynamoDbLocal({ port: 0, java })).rejects.toMatchObject({
      problem: 'no_java',
      message: expect.stringContaining(java),
    });
  });

  test('ends with its parent, even when that is killed', async () => {
    const module = JSON.stringify(new URL('../../local/dynamodb.ts', import.meta.url).href);
    const script = `const { startDynamoDbLocal } = await import(${module});
      const { endpoint } = await startDynamoDbLocal({ port: 0 });
      console.log(endpoint);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [endpoint] = await once(createInterface(parent.stdout), 'line');
    expect((await fetch(endpoint)).status).toBe(400);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await vi.waitFor(() => expect(fetch(endpoint)).rejects.toThrow(), { timeout: 5_000 });
  });
});
