import Stripe from 'stripe';

/** How Stripe is reached; `base` is another address than Stripe's own, for the one-machine run and tests. */
export interface StripeSettings {
  readonly secretKey: string;
  readonly base?: string;
}

/** The SDK, with its own retries (they keep the idempotency key) and a bound on each call. */
export function openStripe({ secretKey, base }: StripeSettings): Stripe {
  const address = base === undefined ? undefined : new URL(base);
  return new Stripe(secretKey, {
    maxNetworkRetries: 1,
    timeout: 8_000,
    telemetry: false,
    ...(address && {
      host: address.hostname,
      port: address.port,
      protocol: address.protocol === 'http:' ? 'http' : 'https',
    }),
  });
}
