import Stripe from 'stripe';
import { GatewayUnavailable } from '../gateway.ts';

/** Calls Stripe; what may be better later (rate limits, its own errors, no connection) is told apart. */
export async function reach<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const passing =
      error instanceof Stripe.errors.StripeConnectionError ||
      error instanceof Stripe.errors.StripeRateLimitError ||
      (error instanceof Stripe.errors.StripeAPIError && !isReplayed(error)) ||
      (error instanceof Stripe.errors.StripeError && error.statusCode === 409);
    if (passing) throw new GatewayUnavailable('Stripe does not answer at the moment.', { cause: error });
    throw error;
  }
}

/**
 * Whether an idempotency key is of no more use: a replayed error answers the same for a day, and a key that met other
 * parameters is no better.
 */
export function isSpent(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeIdempotencyError ||
    (error instanceof Stripe.errors.StripeError && isReplayed(error))
  );
}

function isReplayed(error: InstanceType<typeof Stripe.errors.StripeError>): boolean {
  return error.headers?.['idempotent-replayed'] === 'true';
}
