import * as z from 'zod/mini';
import { email, instant, line, money } from './basics.ts';

/**
 * What people must look at, since no rule can decide it:
 * - `payment_mismatch`: a payment differs from its order in amount, currency or reference
 * - `payment_unknown`: a payment names no order of ours
 * - `paid_without_place`: paid when no place was left; the money goes back
 * - `paid_twice`: an order was paid a second time; the second payment goes back
 * - `refund_failed`: a refund did not reach the buyer, and the money is owed again
 * - `refunded_outside`: a refund was made in the provider's dashboard and not here
 * - `dispute_opened`, `dispute_lost`: a buyer's bank takes, or took, a payment back
 * - `dispute_won`: the money of a dispute came back to an entry that had ended meanwhile
 * - `fraud_warning`: the card's issuer suspects a payment
 * - `charity_overdrawn`: a refund or dispute took more than a charity account still had; the fund bore the rest
 * - `mail_refused`: a mail did not reach its address and is not tried again
 * - `reconciliation_difference`: the provider's books and the ledger differ
 * - `bank_transfer_unclear`: money on the bank account that fits no order, or does not fit its order
 */
export const matterKinds = [
  'payment_mismatch',
  'payment_unknown',
  'paid_without_place',
  'paid_twice',
  'refund_failed',
  'refunded_outside',
  'dispute_opened',
  'dispute_lost',
  'dispute_won',
  'fraud_warning',
  'charity_overdrawn',
  'mail_refused',
  'reconciliation_difference',
  'bank_transfer_unclear',
] as const;
export type MatterKind = (typeof matterKinds)[number];

/** What a matter or an act is about: identifiers, never names or addresses. */
export const subjectIds = z.object({
  event: z.optional(z.string()),
  order: z.optional(z.string()),
  entry: z.optional(z.string()),
  payment: z.optional(z.string()),
  refund: z.optional(z.string()),
  dispute: z.optional(z.string()),
  transfer: z.optional(z.string()),
  mail: z.optional(z.string()),
  matter: z.optional(z.string()),
  assignment: z.optional(z.string()),
  payout: z.optional(z.string()),
  distance: z.optional(z.string()),
  project: z.optional(z.string()),
  account: z.optional(z.string()),
});

/** One thing that staff must look at. */
export const matterView = z.object({
  id: z.string(),
  kind: z.enum(matterKinds),
  raisedAt: instant,
  about: subjectIds,
  /** The money in question. */
  amount: z.optional(money),
  /** A stable word that tells more, such as which field of a payment differed. */
  detail: z.optional(z.string()),
  /** Set once somebody has settled it. */
  settled: z.optional(z.object({ at: instant, by: z.string(), note: z.string() })),
});
export type MatterView = z.infer<typeof matterView>;

/** What was done about a matter, in the words of who settles it. */
export const settleInput = z.strictObject({ note: line(500) });

/** What staff do, in the audit log. */
export const staffActs = [
  'matter_settled',
  'capacity_changed',
  'order_refunded',
  'refund_retried',
  'refund_sent_by_bank',
  'suspense_returned',
  'entry_cancelled',
  'assignment_proposed',
  'assignment_approved',
  'assignment_declined',
  'assignment_withdrawn',
  'payout_proposed',
  'payout_approved',
  'payout_declined',
  'payout_withdrawn',
  'payout_paid',
  'payout_cancelled',
  'transfer_recorded',
  'transfer_matched',
  'transfer_returned',
  'transfer_refunded',
  'mail_sent_again',
  'event_changed',
  'event_called_off',
] as const;
export type StaffAct = (typeof staffActs)[number];

/** One act of a member of staff. */
export const auditView = z.object({
  id: z.string(),
  at: instant,
  /** The directory's identifier of the person. */
  by: z.string(),
  act: z.enum(staffActs),
  about: subjectIds,
  amount: z.optional(money),
  /** What was written down with it: a reason, a note, a reference. */
  note: z.optional(z.string()),
});
export type AuditView = z.infer<typeof auditView>;

/** A calendar month, `YYYY-MM`. */
export const month = z.string().check(z.regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, { error: 'date_invalid' }));

/** One page of the audit log: a month (UTC), the latest act first. */
export const auditPage = z.object({
  month,
  acts: z.array(auditView),
  /** Given when the month has older acts: what to ask for as `before`. */
  before: z.optional(z.string()),
});

/** The right address of an order. */
export const contactInput = z.strictObject({ email });

/** How many mails are due to the address by correcting it. */
export const contactView = z.object({ mails: z.int() });
