import type { PaymentMethod } from '../contracts/payers.ts';
import type { Order } from './order.ts';

/** One try to have an order paid: one payment page at the most. */
export type Attempt = NonNullable<Order['attempt']>;

/** How an attempt is to be paid. */
export function methodOf(attempt: Attempt | undefined): PaymentMethod {
  return attempt?.method ?? 'card';
}

/** The page closes before the hold ends, so that a payment in the last second still finds its place. */
const margin = 2 * 60_000;

/** The attempt whose page closes in time before a hold ends, and is named by the second, as Stripe counts. */
export function attemptWithin(number: number, heldUntil: Date): Attempt {
  const seconds = Math.floor((heldUntil.getTime() - margin) / 1000);
  return { number, expiresAt: new Date(seconds * 1000).toISOString() };
}

/** When a hold must end so that its payment page can stay open until a moment. */
export function holdFor(pageUntil: Date): Date {
  return new Date(pageUntil.getTime() + margin);
}
