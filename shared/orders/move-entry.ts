import { dayIn } from '../catalogue/time.ts';
import { remainingOf } from '../charity/reverse.ts';
import { moveEntry } from '../entries/entry.ts';
import { freePlace } from '../entries/places.ts';
import { cancelTransfer, isUndecided } from '../entries/transfer.ts';
import type { LedgerTransaction, Posting } from '../ledger/transaction.ts';
import { mailDue } from '../mail/outbox.ts';
import type { Part } from '../platform/database.ts';
import { creditsOf, type EntryLine, reversible } from './lines.ts';
import type { PaidRunner } from './paid-entry.ts';

/** What becomes of an entry and its old place when it goes to another distance, whatever that costs. */
export function movedParts(
  { order, event, line, entry, transfer }: PaidRunner,
  distance: string,
  now: Date,
): Part[] {
  return [
    moveEntry(order.id, entry, distance),
    // Somebody else was offered the entry as it was.
    ...(transfer && isUndecided(transfer) ? [cancelTransfer(order.id, transfer)] : []),
    freePlace('old place', { event: event.id, distance: line.distance, n: line.place }, order.id),
    mailDue({
      id: `${entry.id}#moved#${entry.moves + 1}`,
      kind: 'entry_changed',
      order: order.id,
      entry: entry.id,
      to: order.contact.email,
      locale: order.contact.locale,
      createdAt: now.toISOString(),
    }),
  ];
}

/**
 * The ledger transaction that takes a line's postings from its distance to another; every account stays as it was.
 * @param line as it is when it moves: what was taken back of it stays with the distance it was taken from.
 */
export function movedBooking(
  { order, event, entry }: PaidRunner,
  line: EntryLine,
  distance: string,
  now: Date,
): LedgerTransaction {
  return {
    fact: `${entry.id} moved ${entry.moves + 1}`,
    // With the payment that it corrects, so that the key does not depend on the clock.
    keyDay: (order.payment?.at ?? order.createdAt).slice(0, 10),
    event: order.event,
    order: order.id,
    currency: order.currency,
    occurredAt: now.toISOString(),
    day: dayIn(event.zone, now),
    postings: movedPostings(line, distance),
    entries: { [line.distance]: -1, [distance]: 1 },
  };
}

/** What is left of a line, off its distance and on to another. */
export function movedPostings(line: EntryLine, distance: string): Posting[] {
  return [...credited(line, line.distance, 1), ...credited(line, distance, -1)];
}

function credited(line: EntryLine, distance: string, sign: 1 | -1): Posting[] {
  const left = new Map(remainingOf(reversible(line)).map(({ account, amount }) => [account, amount]));
  return creditsOf({ ...line, distance })
    .map((credit) => ({ ...credit, amount: sign * (left.get(credit.account) ?? 0) }))
    .filter(({ amount }) => amount !== 0);
}
