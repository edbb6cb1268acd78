import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { behindEdge } from '../functions/edge.ts';
import { createAvailability } from '../functions/projector/create-availability.ts';
import { createProjector } from '../functions/projector/create-projector.ts';
import { createPublicApi } from '../functions/public-api/create.ts';
import { createSendMailFunction } from '../functions/send-mail/create.ts';
import { type Environment, localCredentials, readSettings } from '../functions/settings.ts';
import { createStripeWebhook } from '../functions/stripe-webhook/create.ts';
import { functions } from '../infra/functions.ts';
import { createGateway } from '../local/gateway.ts';
import { type Served, serve } from '../local/serve.ts';
import { followStream } from '../local/streams.ts';
import { physicalName } from '../shared/platform/tables.ts';
import { realWorld, type World } from '../shared/platform/world.ts';

/** Lambda looks at each shard of a stream four times a second (docs.aws.amazon.com/lambda/latest/dg/with-ddb.html). */
const pauseMilliseconds = { first: 250, longest: 250 };

/** What the doubles of Stripe and SES and the functions share. */
export const secrets = { stripeKey: 'sk_test_bench', webhook: 'whsec_bench' } as const;

/** Where the parts of a measured service are. */
export interface Places {
  readonly prefix: string;
  readonly dynamodb: string;
  readonly stripe: string;
  readonly mail: string;
}

/** Does a part of the service's work under its name: `hold`, `checkout`, `confirm`, `fold`, `availability`, `mail`. */
export type Around = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>;

/** The functions that take part in an entry, behind the local gateway, with their streams. */
export interface MeasuredApi extends Served {
  /** Resolves when everything written so far has been counted, folded and mailed. */
  settle(): Promise<void>;
}

/** Starts the functions. The streams wait for their batching windows, as they do in the cloud. */
export async function startApi(
  places: Places,
  around: Around = (_, work) => work(),
  world: World = realWorld,
): Promise<MeasuredApi> {
  const environment: Environment = {
    TABLE_PREFIX: places.prefix,
    PUBLIC_URL: 'http://localhost:3000',
    DYNAMODB_ENDPOINT: places.dynamodb,
    STRIPE_API_BASE: places.stripe,
    SES_ENDPOINT: places.mail,
    MAIL_FROM: 'Startline <entries@startline.test>',
    SECRETS_JSON: JSON.stringify({
      keys: { root: 'root-key-for-benchmarks-0123456789abcdefgh' },
      stripe: { secretKey: secrets.stripeKey, webhookSecrets: [secrets.webhook] },
    }),
  };
  const [publicApi, webhook, sendMail] = await Promise.all([
    createPublicApi(environment, world),
    createStripeWebhook(environment, world),
    createSendMailFunction(environment, world),
  ]);
  const absent = await behindEdge(
    { fetch: () => new Response('Not part of the measurement.', { status: 404 }) },
    readSettings(environment),
  );
  const gateway = createGateway({
    functions: {
      'public-api': publicApi,
      'stripe-webhook': webhook,
      'staff-api': absent,
      site: absent,
    },
    web: '.',
    consoleConfig: { issuer: 'http://127.0.0.1', clientId: 'bench' },
  });
  const served = await serve({
    port: 0,
    purpose: 'the measured API',
    handler: (request) => around(operationOf(request), () => gateway(request)),
  });

  const client = new DynamoDBStreamsClient({ endpoint: places.dynamodb, ...localCredentials });
  const consumers = [
    ['fold', functions.projector.stream, createProjector(environment, world)],
    ['availability', functions.availability.stream, createAvailability(environment, world)],
    ['mail', functions['send-mail'].stream, sendMail],
  ] as const;
  const followers = await Promise.all(
    consumers.map(([operation, { table, batchSize, windowSeconds }, handler]) => {
      let window = Promise.resolve();
      return followStream({
        client,
        tableName: physicalName(places.prefix, table),
        batchSize,
        pauseMilliseconds,
        handler: async (event: DynamoDBStreamEvent) => {
          // What comes in while a window is open is the next batch.
          await window;
          await around(operation, () => handler(event));
          window = delay(windowSeconds * 1000);
        },
        log: console,
      });
    }),
  );
  return {
    ...served,
    settle: async () => {
      for (const follower of followers) await follower.idle();
    },
    stop: async () => {
      await served.stop();
      await Promise.all(followers.map((follower) => follower.stop()));
    },
  };
}

function operationOf({ url }: Request): string {
  if (url.includes('/webhooks/')) return 'confirm';
  return url.endsWith('/checkout') ? 'checkout' : 'hold';
}
