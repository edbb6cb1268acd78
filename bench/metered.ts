import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { localCredentials } from '../functions/settings.ts';
import { startDynamoDbLocal } from '../local/dynamodb.ts';
import { createTables } from '../local/tables.ts';
import { type Database, databaseOpened, openDatabase } from '../shared/platform/database.ts';
import { realWorld, type World } from '../shared/platform/world.ts';
import { startApi } from './api.ts';
import { startDoubles } from './doubles.ts';
import { type Meter, openMeter } from './meter.ts';

/** The service in this process, with a meter on all that it sends to DynamoDB. */
export interface MeteredService {
  readonly db: Database;
  readonly world: World;
  readonly meter: Meter;
  readonly api: string;
  readonly stripe: string;
  /** Puts the clock forward by so many seconds: what processes remember grows old. */
  readonly advance: (seconds: number) => void;
  /** Resolves when webhooks are answered and everything written is counted, folded and mailed. */
  readonly settle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const prefix = 'bench';

/** Starts the service with empty tables in memory. */
export async function startMetered(): Promise<MeteredService> {
  const meter = openMeter();
  const watch = (client: unknown): void => {
    if (client instanceof DynamoDBDocumentClient) meter.watch(client);
  };
  let ahead = 0;
  const world: World = { ...realWorld, now: () => new Date(Date.now() + ahead) };
  const dynamodb = await startDynamoDbLocal({ port: 0 });
  const connection = { endpoint: dynamodb.endpoint, ...localCredentials };
  await createTables(new DynamoDBClient(connection), prefix);
  const doubles = await startDoubles(world.now);
  databaseOpened.subscribe(watch);
  const db = openDatabase(prefix, connection);
  const api = await startApi(
    { prefix, dynamodb: dynamodb.endpoint, stripe: doubles.stripe, mail: doubles.mail },
    (operation, work) => meter.during(operation, work),
    world,
  );
  databaseOpened.unsubscribe(watch);
  doubles.setWebhookUrl(`${api.url}/api/webhooks/stripe`);
  return {
    db,
    world,
    meter,
    api: api.url,
    stripe: doubles.stripe,
    advance: (seconds) => {
      ahead += seconds * 1000;
    },
    settle: async () => {
      await doubles.settle();
      await api.settle();
    },
    stop: async () => {
      await api.stop();
      await doubles.stop();
      await dynamodb.stop();
    },
  };
}
