import type { Expectation } from '../../ledger/reconciled.ts';
import type { LedgerTransaction, Posting } from '../../ledger/transaction.ts';
import type { AccountMovement } from '../books.ts';

/** The event of facts that belong to none. */
const noEvent = '-';

/** What the bookings of a reconciliation have in common: they are of a moment at the provider and of no order. */
function booking(
  fact: string,
  at: string,
  event: string,
  currency: string,
  postings: readonly Posting[],
): LedgerTransaction {
  const day = at.slice(0, 10);
  return {
    fact,
    keyDay: day,
    event,
    currency,
    occurredAt: at,
    day,
    postings: postings.filter(({ amount }) => amount !== 0),
    entries: {},
  };
}

/**
 * The fees of an event's payments and refunds of one UTC day, in one transaction: one for each payment would double
 * the ledger, and nobody asks for them singly.
 * @param amount what the provider kept.
 */
export function feesBooking(
  { event, day, currency }: { event: string; day: string; currency: string },
  amount: number,
): LedgerTransaction {
  return booking(feesFact(event, day), `${day}T23:59:59.000Z`, event, currency, [
    { account: 'processing-fees', amount },
    { account: 'stripe', amount: -amount },
  ]);
}

/** The ledger's name for the fees of an event and a day; `-` where the payments name no event. */
export function feesFact(event: string, day: string): string {
  return `fees ${event} ${day}`;
}

/**
 * A movement that only the account's books tell of: a payout to the bank and its return, a fee of the account itself,
 * and what nobody knows, which waits in suspense for staff. Undefined for all that is booked with an order.
 */
export function accountBooking(movement: AccountMovement): LedgerTransaction | undefined {
  const { createdAt, currency, amount, fee, net } = movement;
  const fact = factOf(movement);
  const book = (postings: readonly Posting[]) =>
    booking(fact, createdAt, noEvent, currency, [{ account: 'stripe', amount: net }, ...postings]);
  switch (movement.what.kind) {
    case 'payout':
    case 'payout_returned':
      return book([
        { account: 'bank', amount: -amount },
        { account: 'processing-fees', amount: fee },
      ]);
    case 'fee':
      return book([{ account: 'processing-fees', amount: -net }]);
    case 'unknown':
      return book([{ account: 'suspense', amount: -net }]);
    default:
      return undefined;
  }
}

/** The ledger's name for what moved the account. */
function factOf({ id, amount, what }: AccountMovement): string {
  switch (what.kind) {
    case 'payment':
      return `${what.payment} paid`;
    case 'refund':
      return `${what.refund} succeeded`;
    case 'refund_returned':
      return `${what.refund} failed`;
    case 'dispute':
      return `${id} ${amount < 0 ? 'withdrawn' : 'reinstated'}`;
    case 'payout':
      return `${what.payout} paid`;
    case 'payout_returned':
      return `${what.payout} failed`;
    case 'fee':
      return `${id} fee`;
    case 'unknown':
      return `${id} unknown`;
  }
}

/** Whether a movement's fee is booked with those of its event and day; others are booked with what they are of. */
function feeIsBulk({ what: { kind } }: AccountMovement): boolean {
  return kind === 'payment' || kind === 'refund' || kind === 'refund_returned';
}

/** What the ledger must say of a movement, its fee apart where that is booked in bulk. */
export function expectationOf(movement: AccountMovement): Expectation {
  const { amount, net, currency, createdAt, what } = movement;
  const about: Record<string, string> = {};
  for (const name of ['event', 'order', 'payment', 'refund', 'dispute', 'payout'] as const) {
    const id = name in what ? Object.entries(what).find(([key]) => key === name)?.[1] : undefined;
    if (typeof id === 'string') about[name] = id;
  }
  const mayWait = 'status' in what && what.status !== 'done';
  return {
    fact: factOf(movement),
    amount: feeIsBulk(movement) ? amount : net,
    currency,
    at: createdAt,
    ...(mayWait && { mayWait }),
    about,
  };
}

/** The fees of a day and an event; `amount` is what the provider kept. */
export interface DayFees {
  readonly event: string;
  readonly day: string;
  readonly currency: string;
  amount: number;
}

/** The fees to be booked in bulk, by day and event; an event's payments all arrive in one currency. */
export function dayFees(movements: readonly AccountMovement[]): DayFees[] {
  const found = new Map<string, DayFees>();
  for (const movement of movements) {
    const { fee, currency, createdAt, what } = movement;
    if (fee === 0 || !feeIsBulk(movement)) continue;
    const event = ('event' in what ? what.event : undefined) ?? noEvent;
    const day = createdAt.slice(0, 10);
    const name = `${day} ${event}`;
    const fees = found.get(name) ?? { event, day, currency, amount: 0 };
    found.set(name, fees);
    fees.amount += fee;
  }
  return [...found.values()].filter(({ amount }) => amount !== 0);
}
