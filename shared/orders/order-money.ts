import { addReversed, lessReversed, type Reversed, sumRemaining } from '../charity/reverse.ts';
import type { Posting } from '../ledger/transaction.ts';
import type { Item, Part } from '../platform/database.ts';
import { creditsOf, type OrderLine, reversible } from './lines.ts';
import type { MoneyRecords } from './money-records.ts';
import { entryLines, moveOrder, type Order } from './order.ts';
import type { OrderEvent } from './states.ts';

/**
 * Whether the lines of an order have credited the accounts: its payment, or that nothing was to be paid, confirmed it.
 * A payment for which there was no place is owed back as it is, and credited nothing.
 */
export function isCredited({ state, payment }: Order): boolean {
  return (state === 'paid' || state === 'refund_due' || state === 'refunded') && payment?.unused !== true;
}

/**
 * Whether a payment of an order is in the ledger: as its own, in suspense, or since money of it was given back or taken by
 * a dispute. (One that is owed back has refund items.)
 */
export function isBooked(order: Order, records: MoneyRecords, payment: string): boolean {
  return (
    order.payment?.id === payment ||
    records.suspense.has(payment) ||
    [...records.refunds.values()].some((refund) => refund.payment === payment && refund.took) ||
    [...records.disputes.values()].some((dispute) => dispute.payment === payment && dispute.booked.length > 0)
  );
}

/** The minor units of an order that were neither given back nor taken by a dispute. */
export function remainingOfOrder(order: Order): number {
  return isCredited(order) ? sumRemaining(order.lines.map(reversible)) : 0;
}

/** Whether nothing of an order that had its payment stays: no entry, and no money. */
export function nothingStays(order: Order): boolean {
  if (!isCredited(order)) return order.state === 'refund_due' || order.state === 'refunded';
  return entryLines(order).every(({ cancelled }) => cancelled) && remainingOfOrder(order) === 0;
}

/** Lines after more was taken back of each. */
export function linesLess(lines: readonly OrderLine[], taken: readonly Reversed[]): OrderLine[] {
  return lines.map((line, index) =>
    withTaken(line, 'reversed', addReversed(line.reversed, taken[index] ?? {})),
  );
}

/** Lines after a dispute took more of each. */
export function linesDisputed(lines: readonly OrderLine[], taken: readonly Reversed[]): OrderLine[] {
  return lines.map((line, index) =>
    withTaken(line, 'disputed', addReversed(line.disputed, taken[index] ?? {})),
  );
}

/** Lines after what a dispute had taken of each came back. */
export function linesRestored(lines: readonly OrderLine[], restored: readonly Reversed[]): OrderLine[] {
  return lines.map((line, index) =>
    withTaken(line, 'disputed', lessReversed(line.disputed, restored[index] ?? {})),
  );
}

function withTaken(line: OrderLine, field: 'reversed' | 'disputed', sum: Reversed): OrderLine {
  const { [field]: _, ...rest } = line;
  return Object.keys(sum).length === 0 ? rest : { ...rest, [field]: sum };
}

/** What was taken of one line, with the posting that takes it off its account. */
export interface Taking {
  readonly line: number;
  readonly account: string;
  readonly posting: Posting;
}

/** The debits that take amounts back from where the lines had credited them. */
export function takingsOf(lines: readonly OrderLine[], taken: readonly Reversed[]): Taking[] {
  return lines.flatMap((line, index) =>
    creditsOf(line).flatMap(({ account, source, distance }): Taking[] => {
      const amount = taken[index]?.[account] ?? 0;
      if (amount === 0) return [];
      const isGiven = source === 'feeShare' || source === 'donation';
      const why = isGiven ? 'refund' : source;
      const posting: Posting = {
        account,
        amount,
        ...(why !== undefined && { source: why }),
        ...(distance !== undefined && { distance }),
      };
      return [{ line: index, account, posting }];
    }),
  );
}

/**
 * Writes what money does to an order (part `order`): its lines, what is still owed back, and the state that follows.
 * Refused when lines, state or what is owed are not as they were read.
 */
export function changeMoney(
  order: Order,
  event: OrderEvent,
  after: {
    readonly lines?: readonly OrderLine[] | undefined;
    readonly owed?: number | undefined;
    readonly set?: Item;
    readonly remove?: readonly string[];
  },
): Part {
  const { lines = order.lines, owed = order.owed ?? 0, set, remove = [] } = after;
  return moveOrder(order.id, event, {
    from: order.state,
    set: { ...set, lines, owed },
    remove,
    condition: `#lines = :linesBefore AND ${order.owed === undefined ? 'attribute_not_exists(#owed)' : '#owed = :owedBefore'}`,
    values: {
      ':linesBefore': order.lines,
      ...(order.owed !== undefined && { ':owedBefore': order.owed }),
    },
  });
}

/**
 * The event that follows from a refund which leaves an order so. One that has ended is given back in full with the last
 * that is owed, though a dispute that was won may have brought money back meanwhile.
 */
export function eventOfRefund(after: Order): 'refund_succeeded' | 'refund_succeeded_in_full' {
  const hasEnded = after.state === 'refund_due' || after.state === 'refunded' || nothingStays(after);
  return hasEnded && (after.owed ?? 0) === 0 ? 'refund_succeeded_in_full' : 'refund_succeeded';
}
