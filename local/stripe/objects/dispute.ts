import type Stripe from 'stripe';
import { newId } from '../ids.ts';
import type { Charge, Dispute, Warning } from '../state.ts';

const NO_EVIDENCE = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
} satisfies Stripe.Dispute.Evidence;

const SEVEN_DAYS = 7 * 24 * 60 * 60;

/** What a dispute is made from; the amount is in minor units. */
export type DisputeInput = {
  charge: Charge;
  amount: number;
  reason: string;
  created: number;
  status: 'needs_response' | 'warning_needs_response';
};

/** A dispute, or an inquiry of the bank, that waits for an answer; no money has moved yet. */
export function makeDispute({ charge, amount, reason, created, status }: DisputeInput): Dispute {
  return {
    id: newId('du_'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: created + SEVEN_DAYS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: status === 'warning_needs_response',
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason,
    status,
  } satisfies Stripe.Dispute;
}

/** The bank's early warning that a charge may be a fraud. */
export function makeWarning(charge: Charge, type: string, created: number): Warning {
  return {
    id: newId('issfr_'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.disputed && !charge.refunded,
    charge: charge.id,
    created,
    fraud_type: type,
    livemode: false,
    payment_intent: charge.payment_intent,
  } satisfies Stripe.Radar.EarlyFraudWarning;
}
