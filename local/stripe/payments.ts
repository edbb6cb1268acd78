import type Stripe from 'stripe';
import { AUTHENTICATION_FAILED, type Card, type CardOutcome, cardOutcome } from './cards.ts';
import { type Core, emit, nowSeconds } from './core.ts';
import { openDispute } from './disputes.ts';
import { ApiError, type Decline, refused } from './errors.ts';
import { makeTransaction } from './objects/balance.ts';
import { makeCharge, makeIntent, type PaymentMethod } from './objects/payment.ts';
import { makeCustomerDetails } from './objects/session.ts';
import { expireDueSessions, findSession } from './sessions.ts';
import {
  bookTransaction,
  type Charge,
  type Checkout,
  type Customer,
  type PaymentIntent,
  type Session,
} from './state.ts';
import { warnOfFraud } from './warnings.ts';

/** What paying led to. */
export type PayResult =
  | { kind: 'authenticate' }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'paid' }
  | { kind: 'processing' };

/** The double's processing fee: 2.9% of the amount and 10,000 minor units (100 ₸), at most the amount. */
function processingFee(amount: number): number {
  return Math.min(amount, Math.round(amount * 0.029) + 10_000);
}

const BANK_DEBIT_FAILED: Decline = {
  code: 'payment_method_provider_decline',
  message: 'The bank debit failed: the account has insufficient funds.',
};

function openCheckout(core: Core, id: string): { session: Session; checkout: Checkout } {
  expireDueSessions(core);
  const { session, checkout } = findSession(core, id);
  if (session.status !== 'open') {
    throw refused({
      message: `This Checkout Session is no longer open: its status is \`${session.status}\`.`,
    });
  }
  return { session, checkout };
}

function intentOf(core: Core, session: Session, checkout: Checkout): PaymentIntent {
  const known = session.payment_intent === null ? undefined : core.state.intents.get(session.payment_intent);
  if (known !== undefined) return known;
  const intent = core.state.intents.put(
    makeIntent({
      amount: session.amount_total,
      currency: session.currency,
      created: nowSeconds(core),
      description: checkout.description,
      receiptEmail: checkout.receiptEmail,
      metadata: checkout.intentMetadata,
    }),
  );
  core.state.sessions.put({ ...session, payment_intent: intent.id });
  emit(core, 'payment_intent.created', intent);
  return intent;
}

function complete(core: Core, id: string, customer: Customer, status: Session['payment_status']): void {
  const { session, checkout } = findSession(core, id);
  core.state.openSessions.delete(id);
  core.state.checkouts.set(id, { ...checkout, authenticating: null });
  const completed = core.state.sessions.put({
    ...session,
    customer_details: makeCustomerDetails(customer),
    payment_status: status,
    status: 'complete',
    url: null,
  });
  emit(core, 'checkout.session.completed', completed);
}

function charge(
  core: Core,
  intent: PaymentIntent,
  method: PaymentMethod,
  customer: Customer,
  status: 'failed' | 'pending' | 'succeeded',
  decline: Decline | null,
): Charge {
  const created = nowSeconds(core);
  return core.state.charges.put(makeCharge({ intent, created, method, customer, status, decline }));
}

function bookCharge(core: Core, paid: Charge): Charge {
  const transaction = bookTransaction(
    core.state,
    makeTransaction({
      amount: paid.amount,
      fee: processingFee(paid.amount),
      currency: paid.currency,
      created: nowSeconds(core),
      source: paid.id,
      type: paid.id.startsWith('py_') ? 'payment' : 'charge',
      category: 'charge',
      description: paid.description,
    }),
  );
  const booked = core.state.charges.put({ ...paid, balance_transaction: transaction.id });
  emit(core, 'charge.updated', booked, { balance_transaction: null });
  return booked;
}

function succeed(core: Core, intent: PaymentIntent, paid: Charge): void {
  emit(core, 'charge.succeeded', paid);
  const succeeded = core.state.intents.put({
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: paid.id,
    next_action: null,
    payment_method: paid.payment_method,
    status: 'succeeded',
  });
  emit(core, 'payment_intent.succeeded', succeeded);
}

function decline(core: Core, intent: PaymentIntent, failed: Charge | null, reason: Decline): PayResult {
  if (failed !== null) emit(core, 'charge.failed', failed);
  const { code, declineCode, message } = reason;
  const refusedIntent = core.state.intents.put({
    ...intent,
    last_payment_error: {
      type: failed === null ? 'invalid_request_error' : 'card_error',
      message,
      ...(code === undefined ? {} : { code }),
      ...(declineCode === undefined ? {} : { decline_code: declineCode }),
      ...(failed === null ? {} : { charge: failed.id }),
    },
    latest_charge: failed?.id ?? intent.latest_charge,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  emit(core, 'payment_intent.payment_failed', refusedIntent);
  return { kind: 'declined', decline: reason };
}

function payByBankDebit(core: Core, session: Session, checkout: Checkout, customer: Customer): PayResult {
  const intent = intentOf(core, session, checkout);
  const pending = charge(core, intent, { kind: 'bank_debit' }, customer, 'pending', null);
  emit(core, 'charge.pending', pending);
  const processing = core.state.intents.put({
    ...intent,
    latest_charge: pending.id,
    payment_method: pending.payment_method,
    status: 'processing',
  });
  emit(core, 'payment_intent.processing', processing);
  complete(core, session.id, customer, 'unpaid');
  return { kind: 'processing' };
}

function askForAuthentication(
  core: Core,
  intent: PaymentIntent,
  sessionId: string,
  authenticating: NonNullable<Checkout['authenticating']>,
): PayResult {
  const { session, checkout } = findSession(core, sessionId);
  core.state.checkouts.set(session.id, { ...checkout, authenticating });
  const waiting = core.state.intents.put({
    ...intent,
    next_action: { type: 'use_stripe_sdk' },
    status: 'requires_action',
  });
  emit(core, 'payment_intent.requires_action', waiting);
  return { kind: 'authenticate' };
}

function payByCard(
  core: Core,
  intent: PaymentIntent,
  sessionId: string | null,
  method: PaymentMethod,
  customer: Customer,
  outcome: Extract<CardOutcome, { kind: 'pays' }>,
): PayResult {
  const paid = charge(core, intent, method, customer, 'succeeded', null);
  succeed(core, intent, paid);
  if (sessionId !== null) complete(core, sessionId, customer, 'paid');
  const booked = bookCharge(core, paid);
  const { followedBy } = outcome;
  if (followedBy === 'dispute' || followedBy === 'inquiry')
    openDispute(core, { charge: paid.id, reason: 'fraudulent', inquiry: followedBy === 'inquiry' });
  if (followedBy === 'warning') warnOfFraud(core, booked, 'made_with_stolen_card');
  return { kind: 'paid' };
}

/**
 * Pays an open session. A declined card leaves the session open for another try.
 * Throws an `ApiError` when the session does not exist or is not open.
 */
export function pay(core: Core, sessionId: string, method: PaymentMethod, customer: Customer): PayResult {
  const { session, checkout } = openCheckout(core, sessionId);
  if (session.amount_total === 0) {
    complete(core, sessionId, customer, 'no_payment_required');
    return { kind: 'paid' };
  }
  if (method.kind === 'bank_debit') return payByBankDebit(core, session, checkout, customer);
  const intent = intentOf(core, session, checkout);
  const outcome = cardOutcome(method.card.number);
  switch (outcome.kind) {
    case 'authenticates':
      return askForAuthentication(core, intent, sessionId, { card: method.card, customer });
    case 'declined': {
      const failed = charge(core, intent, method, customer, 'failed', outcome.decline);
      return decline(core, intent, failed, outcome.decline);
    }
    case 'pays':
      return payByCard(core, intent, sessionId, method, customer, outcome);
  }
}

/** Ends the 3-D Secure step of a session: the payment goes through, or the session waits for another try. */
export function authenticate(core: Core, sessionId: string, succeeded: boolean): PayResult {
  const { session, checkout } = openCheckout(core, sessionId);
  if (checkout.authenticating === null)
    throw refused({ message: 'This Checkout Session awaits no authentication.' });
  const { card, customer } = checkout.authenticating;
  const intent = intentOf(core, session, checkout);
  if (succeeded) {
    const outcome = { kind: 'pays', followedBy: null } satisfies CardOutcome;
    return payByCard(core, intent, sessionId, { kind: 'card', card }, customer, outcome);
  }
  core.state.checkouts.set(sessionId, { ...checkout, authenticating: null });
  return decline(core, intent, null, AUTHENTICATION_FAILED);
}

/** Settles the bank debit of a completed session: the money arrives, or it does not. */
export function settleBankDebit(core: Core, sessionId: string, succeeded: boolean): Session {
  const { session } = findSession(core, sessionId);
  const intent = session.payment_intent === null ? undefined : core.state.intents.get(session.payment_intent);
  const pending = intent?.latest_charge == null ? undefined : core.state.charges.get(intent.latest_charge);
  if (intent?.status !== 'processing' || pending === undefined) {
    throw refused({ message: 'This Checkout Session has no payment under way.' });
  }
  if (succeeded) {
    const paid = core.state.charges.put({
      ...pending,
      amount_captured: pending.amount,
      captured: true,
      paid: true,
      status: 'succeeded',
    });
    succeed(core, intent, paid);
    const settled = core.state.sessions.put({ ...session, payment_status: 'paid' });
    emit(core, 'checkout.session.async_payment_succeeded', settled);
    bookCharge(core, paid);
    return settled;
  }
  const failed = core.state.charges.put({
    ...pending,
    failure_code: 'payment_method_provider_decline',
    failure_message: BANK_DEBIT_FAILED.message,
    status: 'failed',
  });
  decline(core, intent, failed, BANK_DEBIT_FAILED);
  emit(core, 'checkout.session.async_payment_failed', session);
  return session;
}

/** A payment without a page, made and confirmed by the API with a card at once. */
export type NewIntent = {
  amount: number;
  currency: string;
  card: Card;
  description: string | null;
  receiptEmail: string | null;
  metadata: Stripe.Metadata;
};

/** Makes a payment intent and pays it. Throws an `ApiError` (402) when the card is declined. */
export function payByIntent(core: Core, input: NewIntent): PaymentIntent {
  const { card, ...about } = input;
  const intent = core.state.intents.put(makeIntent({ ...about, created: nowSeconds(core) }));
  emit(core, 'payment_intent.created', intent);
  const method = { kind: 'card', card } satisfies PaymentMethod;
  const customer = { email: about.receiptEmail ?? 'payer@example.com', name: 'Test Payer' };
  const outcome = cardOutcome(card.number);
  if (outcome.kind === 'pays') {
    payByCard(core, intent, null, method, customer, outcome);
    return core.state.intents.get(intent.id) ?? intent;
  }
  const reason = outcome.kind === 'declined' ? outcome.decline : AUTHENTICATION_FAILED;
  decline(core, intent, charge(core, intent, method, customer, 'failed', reason), reason);
  const { code, message } = reason;
  throw new ApiError(402, true, { type: 'card_error', ...(code !== undefined && { code }), message });
}
