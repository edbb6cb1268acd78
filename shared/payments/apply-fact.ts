import type { ReceivedPayment } from '../orders/booking.ts';
import { confirmPaidOrder } from '../orders/confirm-paid-order.ts';
import { endOrder } from '../orders/end-order.ts';
import { extendHold } from '../orders/extend-hold.ts';
import { type Order, readOrder } from '../orders/order.ts';
import type { ProviderRefund } from '../orders/provider.ts';
import { bookDueRefund } from '../orders/refunds.ts';
import { GatewayUnavailable, type PaymentFact } from './gateway.ts';
import { payRefund } from './pay-refunds.ts';
import type { Till } from './till.ts';

const day = 86_400_000;
/** How long places stay with an order whose payment is under way but slow, as bank debits are. */
const pendingTime = 14 * day;

/**
 * Applies what the payment provider says, whether a webhook or a reconciliation brought it. Repeating it, or
 * applying facts in another order, ends in the same state.
 */
export async function applyFact(till: Till, fact: PaymentFact): Promise<void> {
  switch (fact.kind) {
    case 'paid':
      if (isForeign(till, fact)) {
        const ids = { order: fact.order, payment: fact.payment.id, session: fact.session };
        till.log('a payment of another mode, account or order is not booked: staff must look at it', ids);
        return;
      }
      return applyPaid(till, fact.order, fact.payment);
    case 'pending': {
      const order = await currentAttempt(till, fact);
      if (order) await holdWhilePending(till, order);
      return;
    }
    case 'failed':
    case 'expired': {
      const order = await currentAttempt(till, fact);
      if (!order) return;
      await endOrder(till, order.id, fact.kind === 'failed' ? 'payment_failed' : 'hold_ended', {
        attempt: fact.attempt,
      });
      return;
    }
    case 'refund':
      return applyRefund(till, fact.refund);
    case 'dispute': {
      const { id, order, payment, status } = fact.dispute;
      till.log('a dispute: staff must look at it', { dispute: id, order, payment, status });
      return;
    }
    case 'warning': {
      const { id, order, payment, actionable } = fact.warning;
      till.log('a warning of fraud: staff must look at it', { warning: id, order, payment, actionable });
      return;
    }
    case 'ignored':
      till.log('an event is ignored', { type: fact.type, why: fact.why });
  }
}

function isForeign(till: Till, fact: Extract<PaymentFact, { kind: 'paid' }>): boolean {
  return fact.livemode !== till.livemode || fact.account !== undefined || fact.reference !== fact.order;
}

/** Books a refund of money that was owed back once it has succeeded. */
export async function applyRefund(till: Till, refund: ProviderRefund): Promise<void> {
  const { id, order, payment, status } = refund;
  const booked = status === 'succeeded' && (await bookDueRefund(till, { ...refund, succeededAt: refund.at }));
  if (!booked) till.log('a refund changes nothing', { refund: id, order, payment, status });
}

/**
 * Confirms the order of a payment; money for which there is nothing to give is paid back at once, or by the next
 * housekeeping when the provider does not answer. A payment that does not match its order confirms nothing.
 */
export async function applyPaid(till: Till, id: string, payment: ReceivedPayment): Promise<void> {
  const ids = { order: id, payment: payment.id };
  const confirmation = await confirmPaidOrder(till, id, payment);
  if (confirmation === 'order_unknown') till.log('a payment names an order that does not exist', ids);
  if (confirmation === 'amount_wrong')
    till.log('a payment does not match its order: staff must look at it', ids);
  if (confirmation !== 'refund_due') return;
  till.log('a payment is paid back: there is no place for it', ids);
  try {
    await payRefund(till, payment.id);
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
  }
}

/** Keeps the places of an order whose payment is under way; when it takes even longer, from day to day. */
export async function holdWhilePending(till: Till, order: Order): Promise<void> {
  const until = new Date(
    Math.max(Date.parse(order.createdAt) + pendingTime, till.world.now().getTime() + day),
  ).toISOString();
  const held = await extendHold(till, order, until, 'payment_pending');
  if (!held) till.log('a slow payment is under way for an order that lost its place', { order: order.id });
}

/** The order, if the fact is about its latest attempt: older pages no longer decide anything. */
async function currentAttempt(
  till: Till,
  fact: { order: string; attempt: number },
): Promise<Order | undefined> {
  const order = await readOrder(till.db, fact.order);
  return order?.attempt?.number === fact.attempt ? order : undefined;
}
