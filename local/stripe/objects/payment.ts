import type Stripe from 'stripe';
import { type Card, cardBrand } from '../cards.ts';
import type { Decline } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Charge, Customer, PaymentIntent } from '../state.ts';

/** What a payment intent takes over from its session. */
export type IntentInput = {
  amount: number;
  currency: string;
  created: number;
  description: string | null;
  receiptEmail: string | null;
  metadata: Stripe.Metadata;
};

/** A payment intent that no charge was tried for yet. */
export function makeIntent(input: IntentInput): PaymentIntent {
  const id = newId('pi_');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: input.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${newId('')}`,
    confirmation_method: 'automatic',
    created: input.created,
    currency: input.currency,
    customer: null,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card', 'sepa_debit'],
    payment_record: null,
    processing: null,
    receipt_email: input.receiptEmail,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  } satisfies Stripe.PaymentIntent;
}

/** How a session is paid: a card, or a bank debit that settles later. */
export type PaymentMethod = { kind: 'card'; card: Card } | { kind: 'bank_debit' };

function methodDetails(
  method: PaymentMethod,
  amount: number,
  declined: boolean,
): Stripe.Charge.PaymentMethodDetails {
  if (method.kind === 'bank_debit') {
    return {
      type: 'sepa_debit',
      sepa_debit: {
        bank_code: '37040044',
        branch_code: null,
        country: 'DE',
        fingerprint: newId('', 16),
        last4: '3000',
        mandate: null,
      },
    } satisfies Stripe.Charge.PaymentMethodDetails;
  }
  const { number, expMonth, expYear } = method.card;
  const brand = cardBrand(number);
  return {
    type: 'card',
    card: {
      amount_authorized: declined ? null : amount,
      authorization_code: declined ? null : newId('', 6),
      brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      electronic_commerce_indicator: null,
      exp_month: expMonth,
      exp_year: expYear,
      fingerprint: newId('', 16),
      funding: 'credit',
      installments: null,
      last4: number.slice(-4),
      mandate: null,
      network: brand,
      network_transaction_id: newId('', 15),
      regulated_status: 'unregulated',
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  } satisfies Stripe.Charge.PaymentMethodDetails;
}

const APPROVED = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  risk_score: 20,
  seller_message: 'Payment complete.',
  type: 'authorized',
} satisfies Stripe.Charge.Outcome;

const declinedOutcome = (decline: Decline): Stripe.Charge.Outcome => ({
  ...APPROVED,
  network_decline_code: '05',
  network_status: 'declined_by_network',
  reason: decline.declineCode ?? decline.code ?? null,
  seller_message: 'The bank returned the decline code.',
  type: 'issuer_declined',
});

/** What a charge is made from; `decline` is set for one that failed. */
export type ChargeInput = {
  intent: PaymentIntent;
  created: number;
  method: PaymentMethod;
  customer: Customer;
  status: 'failed' | 'pending' | 'succeeded';
  decline: Decline | null;
};

/** An attempt to take the money of a payment intent. */
export function makeCharge(input: ChargeInput): Charge {
  const { intent, decline, status } = input;
  const succeeded = status === 'succeeded';
  return {
    id: newId(input.method.kind === 'card' ? 'ch_' : 'py_'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: succeeded ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: {
      address: null,
      email: input.customer.email,
      name: input.customer.name,
      phone: null,
      tax_id: null,
    },
    calculated_statement_descriptor: 'STARTLINE TEST',
    captured: succeeded,
    created: input.created,
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: decline === null ? APPROVED : declinedOutcome(decline),
    paid: succeeded,
    payment_intent: intent.id,
    payment_method: newId('pm_'),
    payment_method_details: methodDetails(input.method, intent.amount, decline !== null),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status,
    transfer_data: null,
    transfer_group: null,
  } satisfies Stripe.Charge;
}
