import type Stripe from 'stripe';
import { newId } from '../ids.ts';
import type { BalanceTransaction, Payout } from '../state.ts';

/** A movement of the account's balance; amounts are signed minor units, the fee is positive. */
export type TransactionInput = {
  amount: number;
  fee: number;
  currency: string;
  created: number;
  /** The object that moved the money; a fee of the account has none. */
  source: string | null;
  type:
    | 'adjustment'
    | 'charge'
    | 'payment'
    | 'payment_refund'
    | 'payout'
    | 'payout_failure'
    | 'refund'
    | 'refund_failure'
    | 'stripe_fee';
  category:
    | 'charge'
    | 'dispute'
    | 'dispute_reversal'
    | 'fee'
    | 'payout'
    | 'payout_reversal'
    | 'refund'
    | 'refund_failure';
  description: string | null;
};

/** A balance transaction, available at once. */
export function makeTransaction(input: TransactionInput): BalanceTransaction {
  const { amount, currency, fee } = input;
  return {
    id: newId('txn_'),
    object: 'balance_transaction',
    amount,
    available_on: input.created,
    balance_type: 'payments',
    created: input.created,
    currency,
    description: input.description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: amount - fee,
    reporting_category: input.category,
    source: input.source,
    status: 'available',
    type: input.type,
  } satisfies Stripe.BalanceTransaction;
}

/** What a payout to the account's bank is made from; the amount is in minor units. */
export type PayoutInput = {
  id: string;
  amount: number;
  currency: string;
  created: number;
  automatic: boolean;
  metadata: Stripe.Metadata;
  transaction: string;
};

const TWO_DAYS = 2 * 24 * 60 * 60;

/** A payout that has left the balance and not arrived yet. */
export function makePayout(input: PayoutInput): Payout {
  return {
    id: input.id,
    object: 'payout',
    amount: input.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: input.created + TWO_DAYS,
    automatic: input.automatic,
    balance_transaction: input.transaction,
    created: input.created,
    currency: input.currency,
    description: 'STRIPE PAYOUT',
    destination: newId('ba_'),
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: input.metadata,
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: input.automatic ? 'completed' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'in_transit' as const,
    trace_id: null,
    type: 'bank_account',
  } satisfies Stripe.Payout;
}
