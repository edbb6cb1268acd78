import type { Part } from '../platform/database.ts';
import { shardOf } from '../platform/ids.ts';
import { effectOf } from './effect.ts';
import { markPart } from './marks.ts';
import { type LedgerTransaction, ledgerTransaction } from './transaction.ts';

/** Postings that do not sum to zero, or a currency mixed in: a defect of the caller, so nothing may be written. */
export class LedgerUnbalanced extends Error {
  override readonly name = 'LedgerUnbalanced';
}

/**
 * Shards of one day's ledger: 16 partitions take 16,000 write units a second, more than the table's other limits
 * allow, and none of them takes more than a hundredth of a rush's writes.
 */
const shards = 16;

/** The ledger key of a fact: both the webhook and the reconciliation find the same one. */
export function ledgerKey(keyDay: string, fact: string): { pk: string; sk: string } {
  return { pk: `${keyDay}#${shardOf(fact, shards)}`, sk: fact };
}

/**
 * The parts that book a transaction: the ledger item, refused when its fact is booked already (part `ledger`), and
 * the mark from which the projector adds it to the totals.
 * @throws LedgerUnbalanced when the postings do not sum to zero.
 */
export function bookParts(booking: LedgerTransaction): Part[] {
  const { keyDay: _, ...content } = ledgerTransaction.parse(booking);
  const sum = booking.postings.reduce((total, { amount }) => total + amount, 0);
  if (sum !== 0) throw new LedgerUnbalanced(`The postings of "${booking.fact}" sum to ${sum}, not to 0.`);
  const key = ledgerKey(booking.keyDay, booking.fact);
  return [
    {
      name: 'ledger',
      table: 'ledger',
      put: { ...key, ...content },
      condition: 'attribute_not_exists(pk)',
    },
    markPart(booking.fact, effectOf(booking)),
  ];
}
