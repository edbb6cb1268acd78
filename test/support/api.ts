import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHousekeeping } from '../../functions/housekeeping/create.ts';
import { createMailEvents } from '../../functions/mail-events/create.ts';
import { createAvailability } from '../../functions/projector/create-availability.ts';
import { createProjector } from '../../functions/projector/create-projector.ts';
import { createPublicApi } from '../../functions/public-api/create.ts';
import { createSendMailFunction } from '../../functions/send-mail/create.ts';
import type { Environment } from '../../functions/settings.ts';
import { createStaffApi } from '../../functions/staff-api/create.ts';
import { createStripeWebhook } from '../../functions/stripe-webhook/create.ts';
import type { FunctionName } from '../../infra/functions.ts';
import { createGateway } from '../../local/gateway.ts';
import { type Outbox, startOutbox } from '../../local/mail/outbox.ts';
import { serve } from '../../local/serve.ts';
import { loadSite } from '../../local/site.ts';
import { CLIENT_ID, sampleStaff } from '../../local/staff/claims.ts';
import { mintToken } from '../../local/staff/mint-token.ts';
import { type StaffSignIn, startStaffSignIn } from '../../local/staff/sign-in.ts';
import { type StripeDouble, startStripeDouble } from '../../local/stripe/server.ts';
import { publish } from '../../shared/catalogue/publish.ts';
import type { CatalogueEvent } from '../../shared/catalogue/schema.ts';
import type { Database } from '../../shared/platform/database.ts';
import { connection, openTestDatabase } from './database.ts';
import { sampleEvent } from './sample.ts';
import { type TestWorld, testWorld } from './world.ts';

/** The functions behind a gateway that sends them the events of API Gateway, over real tables and doubles. */
export interface TestApi {
  readonly url: string;
  readonly db: Database;
  readonly world: TestWorld;
  readonly stripe: StripeDouble;
  readonly signIn: StaffSignIn;
  readonly environment: Environment;
  call(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** An access token of somebody in the groups, or of the person with that address. */
  token(groups: readonly string[], email?: string): Promise<string>;
  readonly outbox: Outbox;
  /** Runs a function that a schedule starts. */
  housekeeping(time?: string): Promise<void>;
  /** Adds what is booked to the totals, and counts the places of these partitions anew. */
  project(...partitions: string[]): Promise<void>;
  /** Sends the mails that are due, and tells the service of those that come back. */
  sendMail(): Promise<void>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, and fail when it is another.
  readonly body: any;
}

/** The pages' scripts and styles are not part of these tests. */
const noAssets = {
  css: '/assets/none.css',
  entries: Object.fromEntries(
    ['entry-form', 'donation-form', 'order', 'counters', 'waiting-form', 'waiter'].map((name) => [
      name,
      { script: '/assets/none.js', shared: [] },
    ]),
  ),
};

const webhookSecret = 'whsec_test';
const secretKey = 'sk_test_double';

/** Starts the API with a published event. Time stands still until the test moves it. */
export async function openTestApi(
  event: CatalogueEvent = sampleEvent(),
  /** Where each function finds DynamoDB, when not all at the same address. */
  dynamodbOf: (name: FunctionName, prefix: string) => Promise<string> = async () => connection().endpoint,
): Promise<TestApi> {
  const world = testWorld(new Date().toISOString());
  const db = await openTestDatabase();
  await publish(db, world, event);
  const stripe = await startStripeDouble({ port: 0, webhookSecret, secretKey, now: world.now });
  const signIn = await startStaffSignIn({
    port: 0,
    redirectUris: ['http://localhost:3000/console/callback'],
    users: sampleStaff,
    password: 'password-for-tests',
  });
  const environment: Environment = {
    TABLE_PREFIX: db.prefix,
    PUBLIC_URL: 'http://localhost:3000',
    DYNAMODB_ENDPOINT: connection().endpoint,
    STRIPE_API_BASE: stripe.url,
    STAFF_ISSUER: signIn.issuer,
    STAFF_CLIENT_ID: CLIENT_ID,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    SECRETS_JSON: JSON.stringify({
      keys: { root: 'root-key-for-tests-0123456789abcdefghijklmnop' },
      stripe: { secretKey, webhookSecrets: [webhookSecret] },
    }),
  };
  const environmentOf = async (name: FunctionName): Promise<Environment> => ({
    ...environment,
    DYNAMODB_ENDPOINT: await dynamodbOf(name, db.prefix),
  });
  const outboxDirectory = await mkdtemp(join(tmpdir(), 'startline-outbox-'));
  const mailEvents = createMailEvents(await environmentOf('mail-events'), world);
  const outbox = await startOutbox({ port: 0, directory: outboxDirectory, onEvent: mailEvents });
  const createSite = await loadSite(outboxDirectory);
  const siteEnvironment = { ...(await environmentOf('site')), SITE_ASSETS: JSON.stringify(noAssets) };
  const mailEnvironment = {
    ...(await environmentOf('send-mail')),
    SES_ENDPOINT: outbox.url,
    MAIL_FROM: 'Test <test@startline.test>',
  };
  const [publicApi, staffApi, webhook, housekeeping, site, sendMail] = await Promise.all([
    createPublicApi(await environmentOf('public-api'), world),
    createStaffApi(await environmentOf('staff-api'), world),
    createStripeWebhook(await environmentOf('stripe-webhook'), world),
    createHousekeeping(await environmentOf('housekeeping'), world),
    createSite(siteEnvironment, world),
    createSendMailFunction(mailEnvironment, world),
  ]);
  const projector = createProjector(await environmentOf('projector'), world);
  const availability = createAvailability(await environmentOf('availability'), world);
  const gateway = createGateway({
    functions: {
      'public-api': publicApi,
      'staff-api': staffApi,
      'stripe-webhook': webhook,
      site,
    },
    web: 'dist/web',
    consoleConfig: { issuer: signIn.issuer, clientId: CLIENT_ID },
  });
  const server = await serve({ port: 0, purpose: 'the API under test', handler: gateway });
  stripe.setWebhookUrl(`${server.url}/api/webhooks/stripe`);
  return {
    url: server.url,
    db,
    world,
    stripe,
    signIn,
    environment,
    call: (method, path, options) => call(server.url, method, path, options),
    token: (groups, email) =>
      mintToken(signIn.keys, {
        issuer: signIn.issuer,
        groups,
        now: world.now(),
        ...(email !== undefined && { email }),
      }),
    housekeeping: (time = world.now().toISOString()) => housekeeping({ time }),
    outbox,
    project: async (...partitions) => {
      await projector({ time: world.now().toISOString() });
      await availability({ Records: partitions.map((pk) => ({ dynamodb: { Keys: { pk: { S: pk } } } })) });
    },
    sendMail: async () => {
      await sendMail({ time: world.now().toISOString() });
      await outbox.settle();
    },
    stop: async () => {
      await server.stop();
      await outbox.stop();
      await rm(outboxDirectory, { recursive: true, force: true });
      await signIn.stop();
      await stripe.stop();
    },
  };
}

async function call(
  url: string,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const answer = await fetch(url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}
