import type Stripe from 'stripe';
import { type Core, emit, nowSeconds } from './core.ts';
import { missing, refused } from './errors.ts';
import { newId } from './ids.ts';
import { makePayout, makeTransaction } from './objects/balance.ts';
import { type BalanceTransaction, bookTransaction, type Payout } from './state.ts';

/** Money on its way to the account's own bank, in minor units. */
export type NewPayout = {
  /** All of the balance when left out. */
  amount?: number | undefined;
  currency: string;
  /** By Stripe's schedule rather than asked for. */
  automatic: boolean;
  metadata: Stripe.Metadata;
};

/** Sends money to the account's bank; it leaves the balance at once. Throws an `ApiError` for more than there is. */
export function createPayout(core: Core, input: NewPayout): Payout {
  const { currency, automatic, metadata } = input;
  const available = core.state.balances.get(currency) ?? 0;
  const amount = input.amount ?? available;
  if (amount < 1 || amount > available) {
    throw refused({
      code: 'balance_insufficient',
      message: 'You have insufficient funds in your Stripe account for this transfer.',
    });
  }
  const id = newId('po_');
  const created = nowSeconds(core);
  const transaction = book(core, { id, currency, amount: -amount, type: 'payout', category: 'payout' });
  const payout = core.state.payouts.put(
    makePayout({ id, amount, currency, created, automatic, metadata, transaction: transaction.id }),
  );
  emit(core, 'payout.created', payout);
  return payout;
}

function book(
  core: Core,
  {
    id,
    ...movement
  }: {
    id: string;
    currency: string;
    amount: number;
    type: 'payout' | 'payout_failure';
    category: 'payout' | 'payout_reversal';
  },
): BalanceTransaction {
  return bookTransaction(
    core.state,
    makeTransaction({
      ...movement,
      fee: 0,
      created: nowSeconds(core),
      source: id,
      description: 'STRIPE PAYOUT',
    }),
  );
}

/** The bank takes a payout, or sends it back to the balance; that may happen even after it was taken. */
export function settlePayout(core: Core, id: string, succeeded: boolean): Payout {
  const payout = core.state.payouts.get(id);
  if (payout === undefined) throw missing('payout', id);
  if (payout.status === 'failed' || (succeeded && payout.status === 'paid'))
    throw refused({ message: `Payout ${id} is settled: ${payout.status}.` });
  if (succeeded) {
    const paid = core.state.payouts.put({ ...payout, status: 'paid' });
    emit(core, 'payout.paid', paid);
    return paid;
  }
  const { amount, currency } = payout;
  const returned = book(core, { id, currency, amount, type: 'payout_failure', category: 'payout_reversal' });
  const failed = core.state.payouts.put({
    ...payout,
    failure_balance_transaction: returned.id,
    failure_code: 'account_closed',
    failure_message: 'The bank account has been closed.',
    status: 'failed',
  });
  emit(core, 'payout.failed', failed);
  return failed;
}

/** Stripe takes a fee of the account itself, as for a service it is subscribed to. */
export function chargeFee(core: Core, amount: number, currency: string, about: string): BalanceTransaction {
  return bookTransaction(
    core.state,
    makeTransaction({
      amount: -amount,
      fee: 0,
      currency,
      created: nowSeconds(core),
      source: null,
      type: 'stripe_fee',
      category: 'fee',
      description: about,
    }),
  );
}
