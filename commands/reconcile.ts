import { readFileSync } from 'node:fs';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { findStage } from '../infra/config.ts';
import { openCatalogue } from '../shared/catalogue/store.ts';
import { openGuide } from '../shared/entries/availability.ts';
import { GatewayUnavailable } from '../shared/payments/gateway.ts';
import { reconcile } from '../shared/payments/reconciliation/reconcile.ts';
import { stripeBooks } from '../shared/payments/stripe/books.ts';
import type { EventReader } from '../shared/payments/stripe/events.ts';
import { stripeGateway } from '../shared/payments/stripe/gateway.ts';
import { openStripe } from '../shared/payments/stripe/sdk.ts';
import { realWorld } from '../shared/platform/world.ts';
import { readArguments } from './arguments.ts';
import { ended, openStage, runningFile, stageOptions, unanswered } from './stage.ts';

const usage = `Compares the ledger with the account at Stripe: books what was missed, and fees and payouts to the bank.
  npm run reconcile [-- --stage NAME]
Prints what differs, then the balances and "difference 0"; exits with 1 on any difference.`;

const { values } = readArguments({ options: stageOptions }, usage);
if (values.help) ended(usage);

const db = openStage(values);
const reader = values.stage === undefined ? localStripe() : await stripeOf(values.stage).catch(unanswered);
const till = {
  db,
  world: realWorld,
  catalogue: openCatalogue(db, realWorld),
  guide: openGuide(db, realWorld),
  gateway: stripeGateway(reader),
  livemode: reader.livemode,
  // What is said of orders here makes no payment page, so neither an address of one nor a key is needed.
  publicUrl: '',
  tokenOf: () => '',
  keys: { orderToken: '', runnerLock: '', ticket: '' },
  log: (message: string, ids: object) => console.error(`  ${message}: ${JSON.stringify(ids)}`),
};

try {
  const { result, movements, repaired, booked } = await reconcile(till, stripeBooks(reader));
  const { at, difference, differences, balances } = result;
  const lines = [
    ...differences.map(
      ({ kind, fact, provider, ledger, currency }) =>
        `  ${fact}: ${kind}, Stripe ${provider}, ledger ${ledger} ${currency}`,
    ),
    ...balances.map(
      ({ currency, provider, ledger, underWay, unexplained }) =>
        `  ${currency}: Stripe ${provider}, ledger ${ledger}, on its way ${underWay}, unexplained ${unexplained}`,
    ),
    `  ${movements} movements of the account, ${repaired} facts applied, ${booked} transactions booked`,
    `reconciled at ${at}, difference ${difference}`,
  ];
  ended(lines.join('\n'), difference === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof GatewayUnavailable) ended(`${error.message} Try again later.`, 3);
  unanswered(error);
}

/** Stripe as the service on this machine uses it: its test mode by the key of the environment, or the double. */
function localStripe(): EventReader {
  const key = process.env.STRIPE_SECRET_KEY;
  const { STRIPE_API_BASE: base } = z
    .object({ STRIPE_API_BASE: z.optional(z.url()) })
    .parse(JSON.parse(readFileSync(runningFile, 'utf8')));
  if (base === undefined && key === undefined)
    ended('The service uses Stripe itself: set STRIPE_SECRET_KEY as it was started with.', 2);
  const secretKey =
    base === undefined
      ? key
      : z
          .object({ stripe: z.object({ secretKey: z.string() }) })
          .parse(JSON.parse(readFileSync('.local/secrets.json', 'utf8'))).stripe.secretKey;
  return {
    stripe: openStripe({ secretKey: secretKey ?? '', ...(base !== undefined && { base }) }),
    livemode: false,
  };
}

/** Stripe as a deployed stage uses it, by the stage's secret and the caller's own AWS credentials. */
async function stripeOf(stage: string): Promise<EventReader> {
  const { livemode } = findStage(stage);
  const secret = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: `startline-${stage}/stripe` }),
  );
  const { secretKey } = z.object({ secretKey: z.string() }).parse(JSON.parse(secret.SecretString ?? ''));
  return { stripe: openStripe({ secretKey }), livemode };
}
