import * as z from 'zod/mini';
import { sentInput } from './bank-transfers.ts';
import { email, instant, line, locale, money, projectRef, slug } from './basics.ts';
import { orderStates } from './orders.ts';

/** A line of an order in figures: who it is for stands in the participants' lists, not here. */
const staffLineView = z.object({
  kind: z.enum(['entry', 'donation', 'feeCover', 'change', 'transferFee']),
  /** On entries: their id, distance and place. */
  entry: z.optional(z.string()),
  distance: z.optional(slug),
  place: z.optional(z.int()),
  /** On gifts: the project. */
  project: z.optional(z.string()),
  amount: money,
  /** What was decided to be given back of it, what disputes took of it, and what is left. */
  reversed: money,
  disputed: money,
  left: money,
  /** On entries that have ended after they were paid: when, and why. */
  cancelled: z.optional(z.object({ at: instant, why: z.string() })),
});

/** An order as staff see it who look after its money. Whose it is only finance and administrators see. */
export const staffOrderView = z.object({
  id: z.string(),
  event: slug,
  state: z.enum(orderStates),
  createdAt: instant,
  contact: z.optional(z.object({ email, locale })),
  total: money,
  /** What neither a refund nor a dispute took. */
  left: money,
  /** Decided to be given back, and not given back yet. */
  owed: money,
  /** Its payment; `unused` when there was no place for it, so that all of it is owed back. */
  payment: z.optional(z.object({ id: z.string(), at: instant, unused: z.boolean() })),
  lines: z.array(staffLineView),
  /** What was decided to be given back, whether it has been or not. */
  decisions: z.array(
    z.object({
      id: z.string(),
      at: instant,
      amount: money,
      reason: z.string(),
      /** Entries that ended with it. */
      cancelled: z.array(z.string()),
      /** The project that got it in place of the buyer. */
      leftTo: z.optional(projectRef),
      note: z.optional(z.string()),
    }),
  ),
  /** What is still owed, and how that stands: `failed` waits for staff to try again, or to pay it by bank. */
  due: z.array(
    z.object({
      id: z.string(),
      payment: z.string(),
      amount: money,
      reason: z.string(),
      status: z.enum(['due', 'asked', 'failed']),
      createdAt: instant,
    }),
  ),
  /** Refunds that were made, or that failed. */
  refunds: z.array(
    z.object({
      id: z.string(),
      payment: z.string(),
      amount: money,
      status: z.enum(['succeeded', 'failed']),
      at: instant,
      /** The bank payment of ours by which it was sent where the provider could not carry it out. */
      sent: z.optional(z.object({ reference: z.string(), date: z.iso.date() })),
    }),
  ),
  /** Payments that do not fit the order. */
  suspense: z.array(
    z.object({
      payment: z.string(),
      amount: money,
      left: money,
      why: z.enum(['amount', 'reference']),
      at: instant,
    }),
  ),
  disputes: z.array(
    z.object({
      id: z.string(),
      payment: z.string(),
      amount: money,
      status: z.enum(['warning', 'open', 'won', 'lost', 'closed']),
      createdAt: instant,
      /** What it has taken and not brought back, without the provider's fee. */
      taken: money,
    }),
  ),
});
export type StaffOrderView = z.infer<typeof staffOrderView>;

const note = line(500);

/** What is to be given back: an amount over all lines, all that is left of some lines, or with neither all that is left. */
export const refundInput = z.strictObject({
  amount: z.optional(money),
  /** Numbers of lines, from 0. */
  lines: z.optional(z.array(z.int().check(z.gte(0))).check(z.minLength(1), z.maxLength(40))),
  /** Whether entries that are given back whole stay entries all the same. */
  keepEntries: z._default(z.boolean(), false),
  /** Why. */
  note,
});

/** What a refund would come to if it were decided now. */
export const refundPreview = z.object({
  amount: money,
  /** What leaves which ledger account; `fund-losses` is what the fund bears itself. */
  accounts: z.array(z.object({ account: z.string(), amount: money })),
  /** Entries that would end. */
  ending: z.array(z.string()),
  /** The orders with which changes of those entries were paid, and what of `amount` is given back of each. */
  changes: z.array(z.object({ order: z.string(), amount: money })),
});
export type RefundPreview = z.infer<typeof refundPreview>;

/** The bank payment of ours by which a refund was sent that the provider could not carry out. */
export const refundSentInput = z.extend(sentInput, {
  /** What was sent: all that the refund still owes. */
  amount: money,
});

export const noteInput = z.strictObject({ note });
