import { channel } from 'node:diagnostics_channel';
import Stripe from 'stripe';

/** How Stripe is reached; `base` is another address than Stripe's own, for the one-machine run and tests. */
export interface StripeSettings {
  readonly secretKey: string;
  readonly base?: string;
}

/**
 * Tells how each client is about to be opened, for simulations of what may happen to its calls: a subscriber may set its
 * `httpClient`.
 */
export const stripeOpening = channel('startline.stripe.opening');

/** The SDK, with its own retries (they keep the idempotency key) and a bound on each call. */
export function openStripe({ secretKey, base }: StripeSettings): Stripe {
  const address = base === undefined ? undefined : new URL(base);
  const config: Stripe.StripeConfig = {
    maxNetworkRetries: 1,
    timeout: 8_000,
    telemetry: false,
    ...(address && {
      host: address.hostname,
      port: address.port,
      protocol: address.protocol === 'http:' ? 'http' : 'https',
    }),
  };
  stripeOpening.publish(config);
  return new Stripe(secretKey, config);
}
