import type Stripe from 'stripe';
import { refundsStayPending } from './cards.ts';
import { type Core, emit, nowSeconds } from './core.ts';
import { findCharge } from './disputes.ts';
import { invalidParam, missing, refused } from './errors.ts';
import { newId } from './ids.ts';
import { formatMoney } from './money.ts';
import { makeRefund, makeTransaction } from './objects.ts';
import { type BalanceTransaction, bookTransaction, type Charge, type Refund } from './state.ts';

/** What is to be refunded: a charge or payment intent, and the minor units (all that is left when undefined). */
export type NewRefund = {
  charge: string;
  amount?: number | undefined;
  reason: string | null;
  metadata: Stripe.Metadata;
};

function checkRefundable(charge: Charge, wanted: number | undefined): number {
  if (!charge.paid) {
    throw refused({
      code: 'payment_intent_unexpected_state',
      message: `This PaymentIntent (${charge.payment_intent}) does not have a successful charge to refund.`,
    });
  }
  if (charge.disputed) {
    throw refused({
      code: 'charge_disputed',
      message: `Charge ${charge.id} has been charged back; cannot issue a refund.`,
    });
  }
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) {
    throw refused({
      code: 'charge_already_refunded',
      message: `Charge ${charge.id} has already been refunded.`,
    });
  }
  const amount = wanted ?? left;
  if (amount < 1) throw invalidParam({ param: 'amount', message: 'Invalid positive integer' });
  if (amount > left) {
    const [asked, rest] = [amount, left].map((value) => formatMoney(value, charge.currency));
    throw refused({
      param: 'amount',
      message: `Refund amount (${asked}) is greater than unrefunded amount on charge (${rest})`,
    });
  }
  return amount;
}

function bookRefund(
  core: Core,
  refund: Pick<Refund, 'amount' | 'charge' | 'currency' | 'id'>,
): BalanceTransaction {
  return bookTransaction(
    core.state,
    makeTransaction({
      amount: -refund.amount,
      fee: 0,
      currency: refund.currency,
      created: nowSeconds(core),
      source: refund.id,
      type: 'refund',
      category: 'refund',
      description: `REFUND FOR CHARGE (${refund.charge})`,
    }),
  );
}

/**
 * Refunds a charge in whole or in part; processing fees are not returned. Refunds of bank debits and of one test
 * card are `pending` until settled. Throws an `ApiError` for more than is left, or a charge that is disputed.
 */
export function createRefund(core: Core, input: NewRefund): Refund {
  const charge = findCharge(core, input.charge);
  const amount = checkRefundable(charge, input.amount);
  const details = charge.payment_method_details;
  const pending = details?.type !== 'card' || refundsStayPending(details.card?.last4);
  const id = newId('re_');
  const transaction = bookRefund(core, { id, amount, charge: charge.id, currency: charge.currency });
  const refund = core.state.refunds.put(
    makeRefund({
      id,
      charge,
      amount,
      created: nowSeconds(core),
      metadata: input.metadata,
      reason: input.reason,
      status: pending ? 'pending' : 'succeeded',
      transaction: transaction.id,
    }),
  );
  const refundedSum = charge.amount_refunded + amount;
  const refundedCharge = core.state.charges.put({
    ...charge,
    amount_refunded: refundedSum,
    refunded: refundedSum === charge.amount,
  });
  emit(core, 'refund.created', refund);
  emit(core, 'charge.refunded', refundedCharge, { amount_refunded: charge.amount_refunded });
  return refund;
}

function failRefund(core: Core, refund: Refund): Refund {
  const returned = bookTransaction(
    core.state,
    makeTransaction({
      amount: refund.amount,
      fee: 0,
      currency: refund.currency,
      created: nowSeconds(core),
      source: refund.id,
      type: 'refund_failure',
      category: 'refund_failure',
      description: `REFUND FAILURE FOR CHARGE (${refund.charge})`,
    }),
  );
  const { pending_reason: _, ...rest } = refund;
  const failed = core.state.refunds.put({
    ...rest,
    failure_balance_transaction: returned.id,
    failure_reason: 'lost_or_stolen_card',
    status: 'failed',
  });
  const charge = findCharge(core, refund.charge);
  const before = { amount_refunded: charge.amount_refunded };
  const restored = core.state.charges.put({
    ...charge,
    amount_refunded: charge.amount_refunded - refund.amount,
    refunded: false,
  });
  emit(core, 'refund.updated', failed, { status: refund.status });
  emit(core, 'refund.failed', failed);
  emit(core, 'charge.updated', restored, before);
  return failed;
}

/**
 * The bank answers a refund: a pending one succeeds, or any that has not failed yet fails and the money comes back
 * to the balance. Throws an `ApiError` when the refund is past that.
 */
export function settleRefund(core: Core, id: string, succeeded: boolean): Refund {
  const refund = core.state.refunds.get(id);
  if (refund === undefined) throw missing('refund', id);
  if (refund.status === 'failed' || (succeeded && refund.status === 'succeeded')) {
    throw refused({ message: `Refund ${id} is settled: ${refund.status}.` });
  }
  if (!succeeded) return failRefund(core, refund);
  const { pending_reason: _, ...rest } = refund;
  const settled = core.state.refunds.put({ ...rest, status: 'succeeded' });
  emit(core, 'refund.updated', settled, { status: 'pending' });
  return settled;
}
