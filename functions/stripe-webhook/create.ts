import { readWebhook } from '../../shared/payments/stripe/webhook.ts';
import { createApp } from '../../shared/platform/http.ts';
import { openLog } from '../../shared/platform/log.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { behindEdge } from '../edge.ts';
import { type Environment, readKeys, readSettings, readStripeSecret } from '../settings.ts';
import { connectStripe, openShop, openTill } from '../wiring.ts';
import { webhookHandlers } from './handlers.ts';

/** The Lambda handler of Stripe's webhooks in an environment. */
export async function createStripeWebhook(environment: Environment, world: World = realWorld) {
  const settings = readSettings(environment);
  const [keys, secret] = await Promise.all([readKeys(settings), readStripeSecret(settings)]);
  const log = openLog('stripe-webhook');
  const till = openTill(openShop(settings, world), settings, secret, keys, log);
  const reader = connectStripe(settings, secret);
  const handlers = webhookHandlers(
    till,
    (request) => readWebhook(reader, request, secret.webhookSecrets),
    log,
  );
  return behindEdge(createApp('stripe-webhook', handlers, { log, world }), settings);
}
