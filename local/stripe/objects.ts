import Stripe from 'stripe';
import { type Card, cardBrand } from './cards.ts';
import type { Decline } from './errors.ts';
import { newId } from './ids.ts';
import type {
  BalanceTransaction,
  Charge,
  Customer,
  Dispute,
  PaymentIntent,
  Refund,
  Session,
} from './state.ts';

/** One line of a session as it was asked for: integer minor units each. */
export type LineInput = {
  currency: string;
  unitAmount: number;
  quantity: number;
  name: string;
  description: string | null;
  metadata: Stripe.Metadata;
};

/** A line item with a price made for it alone. */
export function makeLineItem(line: LineInput, created: number): Stripe.LineItem {
  const amount = line.unitAmount * line.quantity;
  return {
    id: newId('li_'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: line.currency,
    description: line.name,
    metadata: line.metadata,
    price: {
      id: newId('price_'),
      object: 'price',
      active: false,
      billing_scheme: 'per_unit',
      created,
      currency: line.currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: line.description,
      product: newId('prod_', 14),
      recurring: null,
      tax_behavior: 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: 'one_time',
      unit_amount: line.unitAmount,
      unit_amount_decimal: Stripe.Decimal.from(line.unitAmount),
    },
    quantity: line.quantity,
  } satisfies Stripe.LineItem;
}

/** What makes one session differ from another. */
export type SessionInput = {
  amount: number;
  currency: string;
  created: number;
  expiresAt: number;
  successUrl: string;
  cancelUrl: string | null;
  clientReferenceId: string | null;
  customerEmail: string | null;
  locale: string | null;
  metadata: Stripe.Metadata;
  submitType: string | null;
  allowedMethods: string[] | null;
  displayName: string | null;
  publicUrl: string;
};

/** An open session of mode `payment` on a hosted page. */
export function makeSession(input: SessionInput): Session {
  const id = newId('cs_test_', 58);
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: input.allowedMethods,
    amount_subtotal: input.amount,
    amount_total: input.amount,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    ...(input.displayName === null ? {} : { branding_settings: branding(input.displayName) }),
    cancel_url: input.cancelUrl,
    client_reference_id: input.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: input.created,
    currency: input.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: null,
    customer_account: null,
    customer_creation: 'if_required',
    customer_details: null,
    customer_email: input.customerEmail,
    discounts: [],
    expires_at: input.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: input.locale,
    managed_payments: null,
    metadata: input.metadata,
    mode: 'payment',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card', 'sepa_debit'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: input.submitType,
    subscription: null,
    success_url: input.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${input.publicUrl}/c/pay/${id}`,
    wallet_options: null,
  } satisfies Stripe.Checkout.Session;
}

function branding(displayName: string): Stripe.Checkout.Session.BrandingSettings {
  return {
    background_color: '#ffffff',
    border_style: 'rounded',
    button_color: '#0074d4',
    display_name: displayName,
    font_family: 'default',
    icon: null,
    logo: null,
  };
}

/** A person's details as a completed session shows them. */
export function makeCustomerDetails(customer: Customer): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: null,
    business_name: null,
    email: customer.email,
    individual_name: null,
    name: customer.name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  } satisfies Stripe.Checkout.Session.CustomerDetails;
}

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

/** A movement of the account's balance; amounts are signed minor units, the fee is positive. */
export type TransactionInput = {
  amount: number;
  fee: number;
  currency: string;
  created: number;
  source: string;
  type: 'adjustment' | 'charge' | 'refund' | 'refund_failure';
  category: 'charge' | 'dispute' | 'dispute_reversal' | 'refund' | 'refund_failure';
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
    destination_details: { type: 'card', card: { type: 'refund', reference_status: 'pending' } },
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

/** A dispute that waits for an answer; no money has moved yet. */
export function makeDispute(charge: Charge, amount: number, reason: string, created: number): Dispute {
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
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason,
    status: 'needs_response',
  } satisfies Stripe.Dispute;
}

/** A page of a list. */
export function makeList<T>(data: T[], hasMore: boolean, url: string): Stripe.ApiList<T> {
  return { object: 'list', data, has_more: hasMore, url } satisfies Stripe.ApiList<T>;
}
