import * as z from 'zod';

/**
 * Why an amount is posted to a project, or to what no project has yet: parts of fees and gifts, what was taken back of
 * them, what came from or went out of `charity:unassigned`, and what was paid out. `feeCover` is what buyers added to
 * cover the cost of their payment.
 */
export const sources = ['feeShare', 'donation', 'refund', 'assignment', 'payout', 'feeCover'] as const;
export type Source = (typeof sources)[number];

const accounts = [
  'stripe',
  'bank',
  'entry-fees',
  'processing-fees',
  'refunds-due',
  'suspense',
  'fund-losses',
  'charity:unassigned',
  'project:[a-z0-9-]+',
];
const accountName = z.string().check(z.regex(new RegExp(`^(?:${accounts.join('|')})$`)));

const posting = z.strictObject({
  /** `stripe`, `entry-fees`, `refunds-due`, `project:<id>` and the others that `docs/data.md` lists. */
  account: accountName,
  /** Minor units; a debit is positive, a credit negative. */
  amount: z.int(),
  /** On postings to projects, to `charity:unassigned`, and of `feeCover` to `processing-fees`. */
  source: z.optional(z.enum(sources)),
  /** The distance whose fee this is a part of; absent on gifts. */
  distance: z.optional(z.string()),
});
export type Posting = z.infer<typeof posting>;

export const ledgerTransaction = z.strictObject({
  /** What happened, in the words of who says so: `pi_… paid`, `re_… succeeded`. The same fact is booked once. */
  fact: z.string(),
  /** The day (UTC) and with it the partition, derived from the payment provider's object, never from the clock. */
  keyDay: z.iso.date(),
  /** `-` where it belongs to none, as Stripe's payouts to the bank do. */
  event: z.string(),
  /** Absent where it belongs to none. */
  order: z.optional(z.string()),
  currency: z.string(),
  occurredAt: z.iso.datetime(),
  /** The day of `occurredAt` in the event's own zone, by which reports group. */
  day: z.iso.date(),
  /** Empty where nothing was paid, as for a free entry. */
  postings: z.array(posting),
  /** Entries this transaction confirms (or, negative, takes back), by distance. */
  entries: z.record(z.string(), z.int()),
});
export type LedgerTransaction = z.infer<typeof ledgerTransaction>;

/**
 * A ledger transaction as the table holds it.
 * @throws ZodError when the item is none, which only a write from outside can cause.
 */
export function parseTransaction(item: Record<string, unknown>): LedgerTransaction {
  const { pk, sk: _, ...content } = item;
  return ledgerTransaction.parse({ ...content, keyDay: typeof pk === 'string' ? pk.slice(0, 10) : pk });
}
