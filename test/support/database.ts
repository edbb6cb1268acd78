import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import { createTables } from '../../local/tables.ts';
import { type Database, type Item, openDatabase, scanItems } from '../../shared/platform/database.ts';
import type { TableName } from '../../shared/platform/tables.ts';

/** How the tests reach DynamoDB Local. */
export const connection = () => ({
  endpoint: inject('dynamodb'),
  region: 'local',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** All tables, empty, under a prefix of their own. */
export async function openTestDatabase(): Promise<Database> {
  const prefix = `test-${randomUUID()}`;
  await createTables(new DynamoDBClient(connection()), prefix);
  return openDatabase(prefix, connection());
}

/** Everything a table holds, but places that were given back: their items say only that they are free. */
export async function contents(db: Database, table: TableName): Promise<Item[]> {
  const items = await Array.fromAsync(scanItems(db, table));
  return table === 'places' ? items.filter(({ free, onFree }) => !free || onFree !== undefined) : items;
}
