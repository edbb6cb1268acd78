import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import Stripe from 'stripe';
import { type Environment, localConnection, readKeys, readSettings } from '../../functions/settings.ts';
import { type FunctionDefinition, functions } from '../../infra/functions.ts';
import { type Outbox, startOutbox } from '../../local/mail/outbox.ts';
import { CLIENT_ID } from '../../local/staff/claims.ts';
import type { StaffSignIn } from '../../local/staff/sign-in.ts';
import { drawIdsFrom } from '../../local/stripe/ids.ts';
import { type StripeDouble, startStripeDouble } from '../../local/stripe/server.ts';
import { createTables } from '../../local/tables.ts';
import { publishPromoCodes } from '../../shared/catalogue/promo-codes.ts';
import { publish } from '../../shared/catalogue/publish.ts';
import type { CatalogueEvent } from '../../shared/catalogue/schema.ts';
import type { Keys } from '../../shared/orders/tokens.ts';
import { actedUpon } from '../../shared/payments/stripe/events.ts';
import { type Database, openDatabase } from '../../shared/platform/database.ts';
import { physicalName, tableNames } from '../../shared/platform/tables.ts';
import type { World } from '../../shared/platform/world.ts';
import { chanceOf } from './chance.ts';
import type { Clock } from './clock.ts';
import { Gate } from './gate.ts';
import { Processes, type SimulatedFunction } from './processes.ts';
import { codes } from './race.ts';
import { openStream, type Stream } from './streams.ts';
import { tapClients } from './taps.ts';

/** What all seeds of a process share. */
export interface Machine {
  /** Where DynamoDB Local answers. */
  readonly dynamodb: string;
  readonly signIn: StaffSignIn;
  /** A token of somebody on the fund's staff who may do everything, from a moment on. */
  readonly staffToken: (now: Date, email?: string) => Promise<string>;
}

export const publicUrl = 'http://localhost:3000';
export const webhookSecret = 'whsec_simulation';
const secretKey = 'sk_test_double';

/** A service of its own for one seed: tables, doubles, processes, and the gate through which all their calls go. */
export interface Service {
  readonly db: Database;
  readonly world: World;
  readonly keys: Keys;
  readonly stripe: StripeDouble;
  /** Stripe's SDK on the double, for looking at it from outside of all jobs. */
  readonly stripeSdk: Stripe;
  readonly outbox: Outbox;
  readonly gate: Gate;
  readonly processes: Processes;
  readonly streams: readonly { readonly name: SimulatedFunction; readonly stream: Stream }[];
  close(): Promise<void>;
}

let made = 0;

/** Makes the service of a seed, with its events published; the first one has codes. */
export async function openService(
  machine: Machine,
  seed: number,
  clock: Clock,
  events: readonly CatalogueEvent[],
): Promise<Service> {
  made += 1;
  const prefix = `seed-${process.pid}-${made}`;
  const connection = localConnection(machine.dynamodb, prefix);
  const client = new DynamoDBClient(connection);
  await createTables(client, prefix);
  const db = openDatabase(prefix, connection);
  const gate = new Gate(seed, clock.now);
  const own = chanceOf(seed, 'world');
  const chance = () => gate.job?.chance ?? own;
  const world: World = {
    now: () => new Date(clock.now()),
    random: () => chance().next(),
    bytes: (count) => chance().bytes(count),
    wait: (milliseconds) => gate.wait(milliseconds),
  };
  for (const event of events) await publish(db, world, event);
  const [first] = events;
  if (first) await publishPromoCodes(db, world, first.id, codes);
  const ids = chanceOf(seed, 'ids');
  drawIdsFrom((count) => ids.bytes(count));
  const stripe = await startStripeDouble({
    port: 0,
    webhookSecret,
    secretKey,
    enabledEvents: actedUpon,
    now: world.now,
    ticks: false,
  });
  const directory = await mkdtemp(join(tmpdir(), 'startline-simulation-'));
  const outbox = await startOutbox({ port: 0, directory });
  const environment: Environment = {
    TABLE_PREFIX: prefix,
    PUBLIC_URL: publicUrl,
    DYNAMODB_ENDPOINT: machine.dynamodb,
    STRIPE_API_BASE: stripe.url,
    SES_ENDPOINT: outbox.url,
    MAIL_FROM: 'Test <test@startline.test>',
    STAFF_ISSUER: machine.signIn.issuer,
    STAFF_CLIENT_ID: CLIENT_ID,
    SECRETS_JSON: JSON.stringify({
      keys: { root: 'root-key-for-simulations-0123456789abcdefghij' },
      stripe: { secretKey, webhookSecrets: [webhookSecret] },
    }),
  };
  const untap = tapClients(gate);
  const streamsClient = new DynamoDBStreamsClient(connection);
  return {
    db,
    world,
    keys: await readKeys(readSettings(environment)),
    stripe,
    stripeSdk: new Stripe(secretKey, {
      host: '127.0.0.1',
      port: stripe.port,
      protocol: 'http',
      telemetry: false,
    }),
    outbox,
    gate,
    processes: new Processes(gate, chanceOf(seed, 'processes'), world, environment, () =>
      machine.staffToken(world.now()),
    ),
    streams: await openStreams(streamsClient, prefix),
    async close() {
      untap();
      gate.close();
      await stripe.stop();
      await outbox.stop();
      await rm(directory, { recursive: true, force: true });
      await Promise.all(
        tableNames.map((name) =>
          client.send(new DeleteTableCommand({ TableName: physicalName(prefix, name) })),
        ),
      );
      db.client.destroy();
      client.destroy();
      streamsClient.destroy();
    },
  };
}

/** The streams that start functions, as `infra/functions.ts` says. */
async function openStreams(client: DynamoDBStreamsClient, prefix: string): Promise<Service['streams']> {
  const found: Service['streams'][number][] = [];
  for (const name of ['projector', 'availability', 'send-mail'] as const) {
    const { stream }: FunctionDefinition = functions[name];
    if (stream) found.push({ name, stream: await openStream(client, physicalName(prefix, stream.table)) });
  }
  return found;
}
