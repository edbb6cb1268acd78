import type Stripe from 'stripe';
import { refundsOf } from './cards.ts';
import { type Core, emit, nowSeconds } from './core.ts';
import { blocksRefund, findCharge } from './disputes.ts';
import { invalidParam, missing, refused } from './errors.ts';
import { newId } from './ids.ts';
import { formatMoney } from './money.ts';
import { makeTransaction } from './objects/balance.ts';
import { makeRefund } from './objects/refund.ts';
import { type BalanceTransaction, bookTransaction, type Charge, type Refund } from './state.ts';
import { settleWarnings } from './warnings.ts';

/** What is to be refunded: a charge or payment intent, and the minor units (all that is left when undefined). */
export type NewRefund = {
  charge: string;
  amount?: number | undefined;
  reason: string | null;
  metadata: Stripe.Metadata;
};

function checkRefundable(core: Core, charge: Charge, wanted: number | undefined): number {
  if (!charge.paid) {
    throw refused({
      code: 'payment_intent_unexpected_state',
      message: `This PaymentIntent (${charge.payment_intent}) does not have a successful charge to refund.`,
    });
  }
  if ([...core.state.disputes.by('charge', charge.id)].some(blocksRefund)) {
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
      type: refund.charge.startsWith('py_') ? 'payment_refund' : 'refund',
      category: 'refund',
      description: `REFUND FOR CHARGE (${refund.charge})`,
    }),
  );
}

/**
 * Refunds a charge in whole or in part; processing fees are not returned. Refunds of bank debits and of one test
 * card are `pending` until settled; those of another succeed, and then the bank sends them back. Throws an `ApiError` for more than is left, or a charge that is disputed.
 */
export function createRefund(core: Core, input: NewRefund): Refund {
  const charge = findCharge(core, input.charge);
  const amount = checkRefundable(core, charge, input.amount);
  const details = charge.payment_method_details;
  const course = details?.type === 'card' ? refundsOf(details.card?.last4) : 'pend';
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
      status: course === 'pend' ? 'pending' : 'succeeded',
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
  if (refundedCharge.refunded) settleWarnings(core, charge.id);
  if (course === 'return') failRefund(core, refund);
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
