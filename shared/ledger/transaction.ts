import * as z from 'zod';
import type { Part } from '../platform/database.ts';
import { shardOf } from '../platform/ids.ts';
import { effectOf } from './effect.ts';
import { markPart } from './marks.ts';

/** Where an amount credited to a project comes from. */
export const sources = ['feeShare', 'donation', 'refund'] as const;
export type Source = (typeof sources)[number];

const accountName = z
  .string()
  .check(
    z.regex(/^(?:stripe|bank|entry-fees|processing-fees|refunds-due|charity:unassigned|project:[a-z0-9-]+)$/),
  );

const posting = z.strictObject({
  /** `stripe`, `entry-fees`, `refunds-due`, `project:<id>` and the others that `docs/data.md` lists. */
  account: accountName,
  /** Minor units; a debit is positive, a credit negative. */
  amount: z.int(),
  /** On postings to projects. */
  source: z.optional(z.enum(sources)),
  /** The distance whose fee this is a part of; absent on gifts. */
  distance: z.optional(z.string()),
});
export type Posting = z.infer<typeof posting>;

const transaction = z.strictObject({
  /** What happened, in the words of who says so: `pi_… paid`, `re_… succeeded`. The same fact is booked once. */
  fact: z.string(),
  /** The day (UTC) and with it the partition, derived from the payment provider's object, never from the clock. */
  keyDay: z.iso.date(),
  event: z.string(),
  order: z.string(),
  currency: z.string(),
  occurredAt: z.iso.datetime(),
  /** The day of `occurredAt` in the event's own zone, by which reports group. */
  day: z.iso.date(),
  postings: z.array(posting).check(z.minLength(2)),
  /** Entries this transaction confirms (or, negative, takes back), by distance. */
  entries: z.record(z.string(), z.int()),
});
export type LedgerTransaction = z.infer<typeof transaction>;

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
  const { keyDay: _, ...content } = transaction.parse(booking);
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

/**
 * A ledger transaction as the table holds it.
 * @throws ZodError when the item is none, which only a write from outside can cause.
 */
export function parseTransaction(item: Record<string, unknown>): LedgerTransaction {
  const { pk, sk: _, ...content } = item;
  return transaction.parse({ ...content, keyDay: typeof pk === 'string' ? pk.slice(0, 10) : pk });
}
