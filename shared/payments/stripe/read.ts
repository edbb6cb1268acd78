import type Stripe from 'stripe';
import type { ReceivedPayment } from '../../orders/booking.ts';
import type { SucceededRefund } from '../../orders/refunds.ts';
import type { CheckoutPage } from '../gateway.ts';

/** A moment that Stripe gives in seconds. */
export function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

const idOf = (value: string | { id: string } | null): string | undefined =>
  typeof value === 'string' ? value : value?.id;

/**
 * The payment of a completed, paid session. The session and its payment say all of it, so webhook, page and
 * reconciliation book the same.
 * @param paidAt when it was paid, where an event tells; else the session's own creation is the nearest known.
 */
export function paymentOfSession(
  session: Stripe.Checkout.Session,
  paidAt?: string,
): ReceivedPayment | undefined {
  const id = idOf(session.payment_intent);
  if (session.payment_status !== 'paid' || id === undefined) return undefined;
  if (session.amount_total === null || session.currency === null) return undefined;
  return {
    id,
    amount: session.amount_total,
    currency: session.currency.toUpperCase(),
    sessionCreatedAt: instantOf(session.created),
    paidAt: paidAt ?? instantOf(session.created),
  };
}

/** What a session says of its payment page. */
export function pageOfSession(session: Stripe.Checkout.Session): CheckoutPage {
  const { id } = session;
  const payment = paymentOfSession(session);
  if (payment) return { id, status: 'paid', payment };
  if (session.status === 'complete') return { id, status: hasFailed(session) ? 'expired' : 'pending' };
  if (session.status === 'expired' || session.url === null) return { id, status: 'expired' };
  return { id, status: 'open', url: session.url };
}

/** Whether the slow payment of a completed session came to nothing; known only when its payment is expanded. */
function hasFailed({ payment_intent: intent }: Stripe.Checkout.Session): boolean {
  if (intent === null || typeof intent === 'string') return false;
  return intent.status === 'requires_payment_method' || intent.status === 'canceled';
}

/** A refund that has succeeded, or undefined. */
export function succeededRefund(refund: Stripe.Refund, succeededAt?: string): SucceededRefund | undefined {
  const payment = idOf(refund.payment_intent);
  if (refund.status !== 'succeeded' || payment === undefined) return undefined;
  const createdAt = instantOf(refund.created);
  return { id: refund.id, payment, amount: refund.amount, createdAt, succeededAt: succeededAt ?? createdAt };
}
