import type Stripe from 'stripe';
import type { Card } from './cards.ts';
import { createIdempotencyKeys, type IdempotencyKeys } from './idempotency.ts';
import { createTable, type Table } from './table.ts';

/** The objects as the double keeps them: Stripe's types, with references held as ids. */
export type Session = Stripe.Checkout.Session & {
  amount_total: number;
  currency: string;
  payment_intent: string | null;
  payment_status: 'no_payment_required' | 'paid' | 'unpaid';
  status: 'complete' | 'expired' | 'open';
  success_url: string;
};
export type PaymentIntent = Stripe.PaymentIntent & { latest_charge: string | null };
export type Charge = Stripe.Charge & { balance_transaction: string | null; payment_intent: string };
export type Refund = Stripe.Refund & { charge: string; status: 'failed' | 'pending' | 'succeeded' };
export type Dispute = Stripe.Dispute & { charge: string; status: DisputeStatus };
/** How far a dispute is; the warnings are inquiries of the bank, for which no money moves. */
export type DisputeStatus =
  | 'lost'
  | 'needs_response'
  | 'under_review'
  | 'warning_closed'
  | 'warning_needs_response'
  | 'warning_under_review'
  | 'won';
export type Warning = Stripe.Radar.EarlyFraudWarning & { charge: string; payment_intent: string };
export type BalanceTransaction = Stripe.BalanceTransaction & { source: string | null };
export type Payout = Stripe.Payout & { status: 'failed' | 'in_transit' | 'paid' };

/** An event; its type may be one that the SDK does not know. */
export type ToldEvent = Omit<Stripe.EventBase, 'type'> & { type: string };

/** What a session needs beside its public object. */
export type Checkout = {
  lineItems: Stripe.LineItem[];
  description: string | null;
  receiptEmail: string | null;
  intentMetadata: Stripe.Metadata;
  /** Set while the 3-D Secure step of a card is open. */
  authenticating: { card: Card; customer: Customer } | null;
};

/** Who pays, as typed on the payment page. */
export type Customer = { email: string; name: string };

/** How far the webhook of an event has come. */
export type Delivery = {
  /** `due` at `at`; `held` until released; `failed` for good (dropped by a fault, or given up after three days). */
  state: 'delivered' | 'due' | 'failed' | 'held';
  attempts: number;
  /** Milliseconds on the double's clock. */
  at: number;
  /** The last answer's HTTP status, or the network failure. */
  answer: string | null;
};

/** Everything the double knows. */
export type State = {
  sessions: Table<Session>;
  checkouts: Map<string, Checkout>;
  openSessions: Set<string>;
  /** No open session expires before this time (epoch seconds). */
  nextExpiry: number;
  intents: Table<PaymentIntent>;
  charges: Table<Charge>;
  refunds: Table<Refund>;
  disputes: Table<Dispute>;
  warnings: Table<Warning>;
  payouts: Table<Payout>;
  transactions: Table<BalanceTransaction>;
  /** Net sum of the balance transactions by currency, in minor units. */
  balances: Map<string, number>;
  events: Table<ToldEvent>;
  deliveries: Map<string, Delivery>;
  undelivered: Set<string>;
  keys: IdempotencyKeys;
};

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A state with nothing in it. */
export function emptyState(): State {
  return {
    sessions: createTable<Session>({ payment_intent: (session) => session.payment_intent }),
    checkouts: new Map(),
    openSessions: new Set(),
    nextExpiry: Number.POSITIVE_INFINITY,
    intents: createTable<PaymentIntent>(),
    charges: createTable<Charge>({ payment_intent: (charge) => charge.payment_intent }),
    refunds: createTable<Refund>({
      charge: (refund) => refund.charge,
      payment_intent: (refund) => text(refund.payment_intent),
    }),
    disputes: createTable<Dispute>({
      charge: (dispute) => dispute.charge,
      payment_intent: (dispute) => text(dispute.payment_intent),
    }),
    warnings: createTable<Warning>({
      charge: (warning) => warning.charge,
      payment_intent: (warning) => warning.payment_intent,
    }),
    payouts: createTable<Payout>(),
    transactions: createTable<BalanceTransaction>({ source: (transaction) => transaction.source }),
    balances: new Map(),
    events: createTable<ToldEvent>(),
    deliveries: new Map(),
    undelivered: new Set(),
    keys: createIdempotencyKeys(),
  };
}

/** Records a session that can still be paid. */
export function putOpenSession(state: State, session: Session): Session {
  state.openSessions.add(session.id);
  state.nextExpiry = Math.min(state.nextExpiry, session.expires_at);
  return state.sessions.put(session);
}

/** Records money that came to or left the account. */
export function bookTransaction(state: State, transaction: BalanceTransaction): BalanceTransaction {
  const { currency, net } = transaction;
  state.balances.set(currency, (state.balances.get(currency) ?? 0) + net);
  return state.transactions.put(transaction);
}

/** Records how far an event's delivery is. */
export function setDelivery(state: State, id: string, delivery: Delivery): void {
  state.deliveries.set(id, delivery);
  if (delivery.state === 'delivered') state.undelivered.delete(id);
  else state.undelivered.add(id);
}
