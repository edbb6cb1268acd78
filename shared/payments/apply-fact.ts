import { bookRefund } from '../orders/book-refund.ts';
import { paidFact, type ReceivedPayment } from '../orders/booking.ts';
import { confirmPaidOrder } from '../orders/confirm-paid-order.ts';
import { bookDispute, noteWarning } from '../orders/disputes.ts';
import { endOrder, type KnownEnd } from '../orders/end-order.ts';
import { extendHold } from '../orders/extend-hold.ts';
import { type Order, readOrder } from '../orders/order.ts';
import { oweBack } from '../orders/owe-back.ts';
import type { ProviderDispute, ProviderRefund } from '../orders/provider.ts';
import { commit } from '../platform/database.ts';
import { raiseMatter } from '../staff/matters.ts';
import { GatewayUnavailable, type PaymentFact } from './gateway.ts';
import { payRefundsOf } from './pay-refunds.ts';
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
      return applyPaidFact(till, fact);
    case 'surplus':
      return applySurplus(till, fact.order, fact.payment);
    case 'pending': {
      const order = await currentAttempt(till, fact);
      if (order) await holdWhilePending(till, order);
      return;
    }
    case 'failed':
    case 'expired': {
      const order = await readOrder(till.db, fact.order);
      const known = order && knownEnd(order, fact);
      if (!known) return;
      await endOrder(till, order.id, fact.kind === 'failed' ? 'payment_failed' : 'hold_ended', known);
      return;
    }
    case 'refund':
      return applyRefund(till, fact.refund);
    case 'dispute':
      return applyDispute(till, fact.dispute);
    case 'warning':
      return noteWarning(till, fact.warning);
    case 'ignored':
      till.log('an event is ignored', { type: fact.type, why: fact.why });
  }
}

/** A payment of another mode or account is none of ours to book: staff must look at it. */
async function applyPaidFact(till: Till, fact: Extract<PaymentFact, { kind: 'paid' }>): Promise<void> {
  const { order, payment, reference, account } = fact;
  const isForeign =
    account !== undefined ? 'account' : fact.livemode !== till.livemode ? 'livemode' : undefined;
  if (isForeign) return refusePayment(till, 'payment_mismatch', order, payment, isForeign);
  return applyPaid(till, order, payment, { fits: reference === order });
}

/**
 * Confirms the order of a payment; money for which there is nothing to give is paid back at once, or by the next
 * housekeeping when the provider does not answer. A payment that does not match its order confirms nothing.
 */
export async function applyPaid(
  till: Till,
  id: string,
  payment: ReceivedPayment,
  options: { readonly fits?: boolean } = {},
): Promise<void> {
  const ids = { order: id, payment: payment.id };
  const confirmation = await confirmPaidOrder(till, id, payment, options);
  switch (confirmation) {
    case 'paid':
      return;
    case 'suspense':
      till.log('a payment does not match its order: staff must look at it', ids);
      return;
    case 'order_unknown':
      return refusePayment(till, 'payment_unknown', id, payment, 'order');
    case 'currency_wrong':
      return refusePayment(till, 'payment_mismatch', id, payment, 'currency');
    case 'refund_due':
      till.log('a payment is paid back: there is no place for it', ids);
      await payBackSoon(till, payment.id);
  }
}

/** Pays back what is owed of a payment now, or by the next housekeeping when the provider does not answer. */
async function payBackSoon(till: Till, payment: string): Promise<void> {
  try {
    await payRefundsOf(till, payment);
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
  }
}

/** @throws FactEarly when the order's own payment is not booked yet. */
async function applySurplus(till: Till, order: string, payment: ReceivedPayment): Promise<void> {
  const outcome = await oweBack(till, order, payment);
  if (outcome === 'early') throw new FactEarly(`Payment ${payment.id} is beside one that is not booked yet.`);
  if (outcome === 'unknown') return refusePayment(till, 'payment_unknown', order, payment, 'order');
  return payBackSoon(till, payment.id);
}

/** Tells staff of a payment that cannot be booked, once. */
async function refusePayment(
  till: Till,
  kind: 'payment_unknown' | 'payment_mismatch',
  order: string,
  { id: payment, amount, currency }: ReceivedPayment,
  detail: 'account' | 'livemode' | 'order' | 'currency',
): Promise<void> {
  till.log('a payment is not booked: staff must look at it', { order, payment, why: detail });
  await commit(till.db, till.world, [
    raiseMatter({
      kind,
      fact: paidFact(payment),
      raisedAt: till.world.now().toISOString(),
      about: { order, payment },
      amount: { amount, currency },
      detail,
    }),
  ]);
}

/** What a fact speaks of is not known yet: whoever told it must tell it again. */
export class FactEarly extends Error {
  override readonly name = 'FactEarly';
}

/**
 * Books what a refund did, whoever made it.
 * @throws FactEarly when its payment is not booked yet.
 */
export async function applyRefund(till: Till, refund: ProviderRefund): Promise<void> {
  const { id, order, payment, status } = refund;
  const outcome = await bookRefund(till, refund);
  if (outcome === 'early') throw new FactEarly(`Refund ${id} is of a payment that is not booked yet.`);
  if (outcome !== 'booked')
    till.log('a refund changes nothing', { refund: id, order, payment, status, outcome });
}

/** @throws FactEarly when the disputed payment is not booked yet. */
async function applyDispute(till: Till, dispute: ProviderDispute): Promise<void> {
  const { id, order, payment, status } = dispute;
  const outcome = await bookDispute(till, dispute);
  if (outcome === 'early') throw new FactEarly(`Dispute ${id} is of a payment that is not booked yet.`);
  till.log('a dispute', { dispute: id, order, payment, status, outcome });
}

/** Keeps the places of an order whose payment is under way; when it takes even longer, from day to day. */
export async function holdWhilePending(till: Till, order: Order): Promise<void> {
  const until = new Date(
    Math.max(Date.parse(order.createdAt) + pendingTime, till.world.now().getTime() + day),
  ).toISOString();
  const held = await extendHold(till, order, until, 'payment_pending');
  if (!held) till.log('a slow payment is under way for an order that lost its place', { order: order.id });
}

/**
 * What the end of a page says of an order: older pages no longer decide anything, but the one on which a slow payment was
 * found under way when another method was chosen, whose own page was therefore never made.
 */
function knownEnd(
  { state, attempt, session }: Order,
  fact: Extract<PaymentFact, { kind: 'pending' | 'failed' | 'expired' }>,
): KnownEnd | undefined {
  if (attempt?.number === fact.attempt) return { attempt: fact.attempt };
  const isAwaited =
    fact.kind === 'failed' && state === 'pending' && !session && attempt?.replaces === fact.session;
  return isAwaited ? { attempt: attempt.number, shown: false } : undefined;
}

/** The order, if the fact is about its latest attempt: older pages no longer decide anything. */
async function currentAttempt(
  till: Till,
  fact: { order: string; attempt: number },
): Promise<Order | undefined> {
  const order = await readOrder(till.db, fact.order);
  return order?.attempt?.number === fact.attempt ? order : undefined;
}
