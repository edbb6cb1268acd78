import type Stripe from 'stripe';
import type { Charge, Refund } from '../state.ts';

/** What a refund is made from; the amount is in minor units. */
export type RefundInput = {
  id: string;
  charge: Charge;
  amount: number;
  created: number;
  metadata: Stripe.Metadata;
  reason: string | null;
  status: 'pending' | 'succeeded';
  transaction: string;
};

/** A refund. */
export function makeRefund(input: RefundInput): Refund {
  const { charge } = input;
  return {
    id: input.id,
    object: 'refund',
    amount: input.amount,
    balance_transaction: input.transaction,
    charge: charge.id,
    created: input.created,
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: destination(charge),
    metadata: input.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(input.status === 'pending' ? { pending_reason: 'processing' } : {}),
    reason: input.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: input.status,
    transfer_reversal: null,
  } satisfies Stripe.Refund;
}

function destination({ payment_method_details: method }: Charge): Stripe.Refund.DestinationDetails {
  return method?.type === 'card'
    ? { type: 'card', card: { type: 'refund', reference_status: 'pending' } }
    : { type: 'sepa_bank_transfer' };
}
