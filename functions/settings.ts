import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Keys } from '../shared/orders/tokens.ts';
import { type Database, openDatabase } from '../shared/platform/database.ts';
import { keyedDigest } from '../shared/platform/ids.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const settings = z.object({
  TABLE_PREFIX: z.string().min(1),
  /** The address of the site, without a final slash. */
  PUBLIC_URL: z.url(),
  /** `true` where real money is moved. */
  LIVEMODE: z.stringbool().default(false),
  STRIPE_SECRET_ID: z.string().optional(),
  KEYS_SECRET_ID: z.string().optional(),
  /** Where CloudFront stands in front: the secret it adds to each request. */
  ORIGIN_SECRET_ID: z.string().optional(),
  STAFF_ISSUER: z.url().optional(),
  STAFF_CLIENT_ID: z.string().optional(),
  MAIL_FROM: z.string().optional(),
  /** Where the one-machine run and the tests have their parts; in the cloud these are absent. */
  DYNAMODB_ENDPOINT: z.url().optional(),
  STRIPE_API_BASE: z.url().optional(),
  SES_ENDPOINT: z.url().optional(),
  SECRETS_JSON: z.string().optional(),
  /** What the build of the pages made: `readAssets` of Vite's manifest, as JSON. */
  SITE_ASSETS: z.string().optional(),
});
export type Settings = z.infer<typeof settings>;

const stripeSecret = z.object({
  secretKey: z.string().min(1),
  /** Two while one is being replaced: docs.stripe.com/webhooks, "Roll endpoint secrets". */
  webhookSecrets: z.array(z.string().min(1)).min(1),
});
export type StripeSecret = z.infer<typeof stripeSecret>;

/** The one secret from which the keys of the service derive. */
const keysSecret = z.object({ root: z.string().min(32) });

const originSecret = z.object({ value: z.string().min(32) });

/**
 * The environment of a function, checked when it starts.
 * @throws ZodError naming the variables that are missing or wrong.
 */
export function readSettings(environment: Environment): Settings {
  return settings.parse(environment);
}

/** What the doubles of AWS on one machine take for credentials: anything. */
export const localCredentials = {
  region: 'local',
  credentials: { accessKeyId: 'startline', secretAccessKey: 'startline' },
} as const;

/**
 * How the tables of a prefix are reached in DynamoDB Local, which may keep a database for each access key: here each
 * prefix has its own.
 */
export function localConnection(endpoint: string, prefix: string) {
  const accessKeyId = prefix.replaceAll(/[^a-zA-Z0-9]/g, 'x');
  return {
    endpoint,
    region: localCredentials.region,
    credentials: { ...localCredentials.credentials, accessKeyId },
  };
}

/** Connects to the stage's tables. */
export function databaseOf({ TABLE_PREFIX: prefix, DYNAMODB_ENDPOINT: endpoint }: Settings): Database {
  return openDatabase(prefix, endpoint === undefined ? {} : localConnection(endpoint, prefix));
}

/** Stripe's keys, from the secret of the stage. */
export async function readStripeSecret(from: Settings): Promise<StripeSecret> {
  return stripeSecret.parse(await readSecret(from, 'stripe', from.STRIPE_SECRET_ID));
}

/** The service's own keys, derived from the root secret of the stage. */
export async function readKeys(from: Settings): Promise<Keys> {
  const { root } = keysSecret.parse(await readSecret(from, 'keys', from.KEYS_SECRET_ID));
  const key = (purpose: string) => keyedDigest(root, 'key', purpose);
  return { orderToken: key('order-token'), runnerLock: key('runner-lock'), ticket: key('ticket') };
}

/** What CloudFront adds to each request; undefined where nothing stands in front. */
export async function readOriginSecret(from: Settings): Promise<string | undefined> {
  if (from.ORIGIN_SECRET_ID === undefined) return undefined;
  return originSecret.parse(await readSecret(from, 'origin', from.ORIGIN_SECRET_ID)).value;
}

async function readSecret(from: Settings, name: string, id: string | undefined): Promise<unknown> {
  if (from.SECRETS_JSON !== undefined)
    return z.record(z.string(), z.unknown()).parse(JSON.parse(from.SECRETS_JSON))[name];
  if (id === undefined) throw new Error(`No secret is configured for "${name}".`);
  const answer = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: id }));
  return JSON.parse(answer.SecretString ?? '');
}
