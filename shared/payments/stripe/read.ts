import type Stripe from 'stripe';
import type { ReceivedPayment } from '../../orders/booking.ts';
import type {
  DisputeMovement,
  FraudWarning,
  ProviderDispute,
  ProviderRefund,
  RefundStatus,
} from '../../orders/provider.ts';
import type { CheckoutPage } from '../gateway.ts';

/** A moment that Stripe gives in seconds. */
export function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

const idOf = (value: string | { id: string } | null | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.id;

/**
 * The payment, and the order and event it was made for; undefined when it is none of ours, or was not expanded. Of a
 * page without an event in its metadata the event is left out.
 */
export function originOf(
  intent: string | Pick<Stripe.PaymentIntent, 'id' | 'metadata'> | null | undefined,
): { payment: string; order: string; event?: string } | undefined {
  if (typeof intent !== 'object' || intent === null) return undefined;
  const { order, event } = intent.metadata;
  return order === undefined
    ? undefined
    : { payment: intent.id, order, ...(event !== undefined && { event }) };
}

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
    account: 'stripe',
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

/** A status that Stripe adds one day is as good as pending: it decides nothing. */
export function refundStatus(status: string | null): RefundStatus {
  return status === 'succeeded' || status === 'failed' || status === 'canceled' ? status : 'pending';
}

/**
 * A refund with its payment expanded; undefined when that is none of ours.
 * @param at when it came to stand so, where an event tells.
 */
export function refundOf(refund: Stripe.Refund, at?: string): ProviderRefund | undefined {
  const origin = originOf(refund.payment_intent);
  if (!origin) return undefined;
  const { payment, order } = origin;
  const request = refund.metadata?.refund;
  const createdAt = instantOf(refund.created);
  return {
    id: refund.id,
    account: 'stripe',
    payment,
    order,
    amount: refund.amount,
    currency: refund.currency.toUpperCase(),
    status: refundStatus(refund.status),
    ...(request !== undefined && { request }),
    createdAt,
    at: at ?? createdAt,
  };
}

/** A dispute with its payment expanded; undefined when that is none of ours. */
export function disputeOf(dispute: Stripe.Dispute): ProviderDispute | undefined {
  const origin = originOf(dispute.payment_intent);
  if (!origin) return undefined;
  const { payment, order } = origin;
  return {
    id: dispute.id,
    payment,
    order,
    amount: dispute.amount,
    currency: dispute.currency.toUpperCase(),
    status: disputeStatus(dispute.status),
    reason: dispute.reason,
    createdAt: instantOf(dispute.created),
    movements: dispute.balance_transactions.map(movementOf),
  };
}

function disputeStatus(status: Stripe.Dispute.Status): ProviderDispute['status'] {
  switch (status) {
    case 'won':
      return 'won';
    case 'lost':
      return 'lost';
    case 'warning_needs_response':
    case 'warning_under_review':
      return 'warning';
    case 'warning_closed':
    case 'prevented':
      return 'closed';
    // A status that Stripe adds one day is shown to staff as one that may need them.
    default:
      return 'open';
  }
}

function movementOf({ id, amount, currency, fee, net, created }: Stripe.BalanceTransaction): DisputeMovement {
  return {
    id,
    kind: amount < 0 ? 'withdrawn' : 'reinstated',
    amount: Math.abs(amount),
    currency: currency.toUpperCase(),
    fee,
    net,
    at: instantOf(created),
  };
}

/** A warning with its payment expanded; undefined when that is none of ours. */
export function warningOf(warning: Stripe.Radar.EarlyFraudWarning): FraudWarning | undefined {
  const origin = originOf(warning.payment_intent);
  if (!origin) return undefined;
  const { payment, order } = origin;
  return {
    id: warning.id,
    payment,
    order,
    type: warning.fraud_type,
    actionable: warning.actionable,
    createdAt: instantOf(warning.created),
  };
}
