import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { z } from 'zod';
import { createHousekeeping } from '../functions/housekeeping/create.ts';
import { createMailEvents } from '../functions/mail-events/create.ts';
import { createAvailability } from '../functions/projector/create-availability.ts';
import { createProjector } from '../functions/projector/create-projector.ts';
import { createPublicApi } from '../functions/public-api/create.ts';
import { createSendMailFunction } from '../functions/send-mail/create.ts';
import type { Environment } from '../functions/settings.ts';
import { createStaffApi } from '../functions/staff-api/create.ts';
import { createStripeWebhook } from '../functions/stripe-webhook/create.ts';
import { type FunctionDefinition, type FunctionName, functions } from '../infra/functions.ts';
import { actedUpon } from '../shared/payments/stripe/events.ts';
import { type Database, openDatabase } from '../shared/platform/database.ts';
import { physicalName } from '../shared/platform/tables.ts';
import { realWorld, type World } from '../shared/platform/world.ts';
import { startDynamoDbLocal } from './dynamodb.ts';
import { LocalRunError } from './errors.ts';
import { createGateway } from './gateway.ts';
import type { LocalLog } from './log.ts';
import { type Outbox, startOutbox } from './mail/outbox.ts';
import type { SesEvent } from './mail/ses.ts';
import { type Running, runEvery } from './schedules.ts';
import { type Served, serve } from './serve.ts';
import { loadSite, siteAssets } from './site.ts';
import { CLIENT_ID, sampleStaff } from './staff/claims.ts';
import { type StaffSignIn, startStaffSignIn } from './staff/sign-in.ts';
import { checkpointFile } from './stream-checkpoint.ts';
import { followStream, type StreamFollower } from './streams.ts';
import { type StripeDouble, startStripeDouble } from './stripe/server.ts';
import { createTables } from './tables.ts';

/** Ports of the parts; 0 takes any free one. */
export interface Ports {
  readonly site: number;
  readonly stripe: number;
  readonly outbox: number;
  readonly signIn: number;
  readonly dynamodb: number;
}

export const anyPorts: Ports = { site: 0, stripe: 0, outbox: 0, signIn: 0, dynamodb: 0 };

/** Stripe itself, in test mode, in place of the double. */
export interface RealStripe {
  readonly secretKey: string;
  readonly webhookSecret: string;
}

export interface ServiceOptions {
  readonly ports: Ports;
  /** Where data stays between runs. */
  readonly directory: string;
  /** Keep the database in memory: for tests, twice as fast. */
  readonly inMemory?: boolean;
  /** The folder with the built `assets/` and `console/`. */
  readonly web: string;
  readonly log: LocalLog;
  readonly stripe?: RealStripe;
  readonly world?: World;
  /** Schedules run only when they are asked to, by `run`: where what is seen must not depend on the minute. */
  readonly schedulesByHand?: boolean;
  /** Told of each part as it starts. */
  readonly progress?: (part: string) => void;
}

/** The whole service on one machine. */
export interface Service {
  readonly url: string;
  readonly db: Database;
  readonly environment: Environment;
  readonly outbox: Outbox;
  readonly signIn: StaffSignIn;
  readonly staffPassword: string;
  /** Undefined when Stripe itself is used. */
  readonly stripe: StripeDouble | undefined;
  readonly dynamodbEndpoint: string;
  /** Runs a scheduled function now, as its schedule would. */
  run(name: 'projector' | 'send-mail' | 'housekeeping'): Promise<void>;
  /** Resolves when the webhooks sent and the stream records written so far have been handled. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const secretsFile = z.object({
  keys: z.object({ root: z.string() }),
  stripe: z.object({ secretKey: z.string(), webhookSecrets: z.array(z.string()) }),
  staffPassword: z.string(),
});

const tablePrefix = 'startline-local';

/**
 * Starts every part of the service on this machine: the functions behind a gateway that sends them the events they
 * get in the cloud, their streams and schedules, and doubles of what is outside (Stripe, mail, staff directory).
 * Parts that have started are stopped again when a later one fails.
 * @throws LocalRunError with a line for whoever started it.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const running: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopPart of running.splice(0).reverse()) await stopPart();
  };
  try {
    return await startParts(options, running, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: ServiceOptions,
  running: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Service> {
  const { directory, log, ports, progress = () => {}, world = realWorld } = options;
  const keep = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
    running.push(() => part.stop());
    return part;
  };
  mkdirSync(directory, { recursive: true });
  const secrets = readSecrets(join(directory, 'secrets.json'));

  progress('DynamoDB Local');
  const dynamodb = keep(
    await startDynamoDbLocal({
      port: ports.dynamodb,
      ...(options.inMemory ? {} : { directory: join(directory, 'dynamodb') }),
    }),
  );
  const connection = {
    endpoint: dynamodb.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'startline', secretAccessKey: 'startline' },
  };
  await createTables(new DynamoDBClient(connection), tablePrefix);

  progress('the site');
  let gateway: ((request: Request) => Promise<Response>) | undefined;
  const site: Served = keep(
    await serve({
      port: ports.site,
      purpose: 'the site',
      handler: (request) => gateway?.(request) ?? new Response('Starting', { status: 503 }),
    }),
  );
  const url = `http://localhost:${site.port}`;

  progress('outbox, staff sign-in and payments');
  let mailEvents: ((event: SesEvent) => Promise<void>) | undefined;
  const outbox = keep(
    await startOutbox({
      port: ports.outbox,
      directory: join(directory, 'outbox'),
      onEvent: async (event) => mailEvents?.(event),
    }),
  );
  const signIn = keep(
    await startStaffSignIn({
      port: ports.signIn,
      redirectUris: [`${url}/console/callback`, `${url}/console/`],
      users: sampleStaff,
      password: secrets.staffPassword,
      keysFile: join(directory, 'sign-in-keys.json'),
    }),
  );
  const stripe = options.stripe
    ? undefined
    : keep(
        await startStripeDouble({
          port: ports.stripe,
          webhookSecret: secrets.stripe.webhookSecrets[0] ?? '',
          secretKey: secrets.stripe.secretKey,
          ...(options.inMemory ? {} : { stateFile: join(directory, 'stripe.json') }),
          enabledEvents: actedUpon,
          now: world.now,
        }),
      );

  const environment: Environment = {
    TABLE_PREFIX: tablePrefix,
    PUBLIC_URL: url,
    LIVEMODE: 'false',
    STAFF_ISSUER: signIn.issuer,
    STAFF_CLIENT_ID: CLIENT_ID,
    MAIL_FROM: 'Startline <entries@startline.test>',
    DYNAMODB_ENDPOINT: dynamodb.endpoint,
    SES_ENDPOINT: outbox.url,
    SITE_ASSETS: siteAssets(options.web),
    ...(stripe && { STRIPE_API_BASE: stripe.url }),
    SECRETS_JSON: JSON.stringify({
      keys: secrets.keys,
      stripe: options.stripe
        ? { secretKey: options.stripe.secretKey, webhookSecrets: [options.stripe.webhookSecret] }
        : secrets.stripe,
    }),
  };

  progress('the functions');
  const createSiteFunction = await loadSite(join(directory, 'build'));
  const [publicApi, staffApi, webhook, siteFunction, housekeeping, sendMail] = await Promise.all([
    createPublicApi(environment, world),
    createStaffApi(environment, world),
    createStripeWebhook(environment, world),
    createSiteFunction(environment, world),
    createHousekeeping(environment, world),
    createSendMailFunction(environment, world),
  ]);
  mailEvents = createMailEvents(environment, world);
  gateway = createGateway({
    functions: {
      'public-api': publicApi,
      'staff-api': staffApi,
      'stripe-webhook': webhook,
      site: siteFunction,
    },
    web: options.web,
    consoleConfig: { issuer: signIn.issuer, clientId: CLIENT_ID },
  });
  stripe?.setWebhookUrl(`${url}/api/webhooks/stripe`);

  type Triggered = (event: DynamoDBStreamEvent | Pick<ScheduledEvent, 'time'>) => Promise<unknown>;
  const triggered: Partial<Record<FunctionName, Triggered>> = {
    projector: createProjector(environment, world),
    availability: streamOnly(createAvailability(environment, world)),
    'send-mail': sendMail,
    housekeeping: scheduleOnly(housekeeping),
  };
  const runNow = async (name: FunctionName): Promise<void> => {
    await triggered[name]?.({ time: world.now().toISOString() });
  };
  const streamsClient = new DynamoDBStreamsClient(connection);
  const followers: StreamFollower[] = [];
  const definitions: [FunctionName, FunctionDefinition][] = Object.entries(functions).flatMap(
    ([name, definition]) => (isFunctionName(name) ? [[name, definition]] : []),
  );
  for (const [name, { stream, everySeconds }] of definitions) {
    const handler = triggered[name];
    if (handler && stream)
      followers.push(
        keep(
          await followStream({
            client: streamsClient,
            tableName: physicalName(tablePrefix, stream.table),
            batchSize: stream.batchSize,
            handler,
            log,
            ...(options.inMemory
              ? {}
              : { checkpoint: checkpointFile(join(directory, `stream-${name}.json`)) }),
          }),
        ),
      );
    if (handler && everySeconds && !options.schedulesByHand)
      keep<Running>(
        runEvery({ name, seconds: everySeconds, handler: () => runNow(name), log, firstAfterSeconds: 2 }),
      );
  }

  return {
    url,
    db: openDatabase(tablePrefix, connection),
    environment,
    outbox,
    signIn,
    staffPassword: secrets.staffPassword,
    stripe,
    dynamodbEndpoint: dynamodb.endpoint,
    run: runNow,
    settle: async () => {
      await stripe?.settle();
      for (const follower of followers) await follower.idle();
      await outbox.settle();
    },
    stop,
  };
}

function isFunctionName(name: string): name is FunctionName {
  return name in functions;
}

type TriggerEvent = DynamoDBStreamEvent | Pick<ScheduledEvent, 'time'>;

const streamOnly =
  (handler: (event: DynamoDBStreamEvent) => Promise<void>) =>
  async (event: TriggerEvent): Promise<void> => {
    if ('Records' in event) await handler(event);
  };

const scheduleOnly =
  (handler: (event: Pick<ScheduledEvent, 'time'>) => Promise<void>) =>
  async (event: TriggerEvent): Promise<void> => {
    if ('time' in event) await handler(event);
  };

function readSecrets(file: string): z.infer<typeof secretsFile> {
  if (!existsSync(file)) {
    const random = (bytes = 32) => randomBytes(bytes).toString('base64url');
    const secrets = {
      keys: { root: random(48) },
      stripe: { secretKey: `sk_test_${random()}`, webhookSecrets: [`whsec_${random()}`] },
      staffPassword: random(9),
    };
    writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
    return secrets;
  }
  try {
    return secretsFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new LocalRunError(
      'data_unreadable',
      `${file} is damaged. Start over with \`npm start -- --fresh\`, which deletes all local data.`,
      { cause: error },
    );
  }
}

/** Forgets everything that earlier runs left in a folder, but for what was downloaded or built. */
export function forgetData(directory: string): void {
  for (const name of [
    'dynamodb',
    'outbox',
    'stripe.json',
    'secrets.json',
    'sign-in-keys.json',
    'running.json',
  ])
    rmSync(join(directory, name), { recursive: true, force: true });
  for (const name of Object.keys(functions)) rmSync(join(directory, `stream-${name}.json`), { force: true });
}
