import { dayIn } from '../catalogue/time.ts';
import type { LedgerTransaction, Posting } from '../ledger/transaction.ts';
import { creditsOf } from './lines.ts';
import { entryLines, type Order } from './order.ts';

/** A payment as the provider's own object tells it; nothing in it comes from the clock. */
export interface ReceivedPayment {
  /** The provider's id of the payment: `pi_…`, or `inv_…` of an invoice. */
  readonly id: string;
  /** The ledger account that has it: `suspense` for a bank transfer, which was booked when it came. */
  readonly account: 'stripe' | 'suspense';
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  /** When the payment page was made: decides the ledger's partition, and is the same from every source. */
  readonly sessionCreatedAt: string;
  /** When it was paid: decides the day in reports. */
  readonly paidAt: string;
}

const header = (order: Order, payment: ReceivedPayment, zone: string) => ({
  fact: paidFact(payment.id),
  keyDay: payment.sessionCreatedAt.slice(0, 10),
  event: order.event,
  order: order.id,
  currency: order.currency,
  occurredAt: payment.paidAt,
  day: dayIn(zone, new Date(payment.paidAt)),
});

/** The ledger's name for a payment that was received, whoever reports it. */
export function paidFact(payment: string): string {
  return `${payment} paid`;
}

/**
 * The ledger transaction of a paid order: what was received, against what each fee gives to its projects, the
 * rest of the fees, and the gifts in full.
 */
export function paidBooking(order: Order, payment: ReceivedPayment, zone: string): LedgerTransaction {
  const credits = order.lines
    .flatMap(creditsOf)
    .map(({ amount, ...credit }): Posting => ({ ...credit, amount: -amount }));
  return {
    ...header(order, payment, zone),
    postings: [{ account: payment.account, amount: order.total }, ...credits],
    entries: entryCounts(order),
  };
}

function entryCounts(order: Order): Record<string, number> {
  const entries: Record<string, number> = {};
  for (const { distance } of entryLines(order)) entries[distance] = (entries[distance] ?? 0) + 1;
  return entries;
}

/** The ledger transaction of an order that costs nothing: no account changes, and its entries are counted. */
export function freeBooking(order: Order, zone: string): LedgerTransaction {
  return {
    fact: `${order.id} free`,
    keyDay: order.createdAt.slice(0, 10),
    event: order.event,
    order: order.id,
    currency: order.currency,
    occurredAt: order.createdAt,
    day: dayIn(zone, new Date(order.createdAt)),
    postings: [],
    entries: entryCounts(order),
  };
}

/** The ledger transaction of money received for which there is nothing to give: it is owed back. */
export function owedBooking(order: Order, payment: ReceivedPayment, zone: string): LedgerTransaction {
  return {
    ...header(order, payment, zone),
    postings: [
      { account: payment.account, amount: payment.amount },
      { account: 'refunds-due', amount: -payment.amount },
    ],
    entries: {},
  };
}

/** The ledger transaction of money that does not fit its order: nobody knows yet what it is for. */
export function suspenseBooking(order: Order, payment: ReceivedPayment, zone: string): LedgerTransaction {
  return {
    ...header(order, payment, zone),
    postings: [
      { account: payment.account, amount: payment.amount },
      { account: 'suspense', amount: -payment.amount },
    ],
    entries: {},
  };
}
