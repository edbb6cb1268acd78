import * as z from 'zod/mini';
import { day, instant, line, localText, money, projectRef, slug } from './basics.ts';

/** How a proposal stands: one person makes it, another one decides it. */
export const proposalStates = ['proposed', 'approved', 'declined', 'withdrawn', 'expired'] as const;

const proposed = {
  id: z.string(),
  amount: money,
  /** The directory's identifiers of the persons. */
  proposedBy: z.string(),
  proposedAt: instant,
  /** Until when it can be decided. */
  until: instant,
  decidedBy: z.optional(z.string()),
  decidedAt: z.optional(instant),
};

const positive = z.object({
  amount: z.int().check(z.gte(1)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
});

/** What of the charity part that is for no project yet is to go to which projects. */
export const assignmentInput = z.strictObject({
  /** All that is there when absent. */
  amount: z.optional(positive),
  /** Parts relate to each other, whatever they sum to; exact to the last unit. */
  weights: z
    .record(slug, z.int().check(z.gte(1), z.lte(1_000_000)))
    .check(z.refine((weights) => Object.keys(weights).length > 0, { error: 'required' })),
  note: line(300),
});
export type AssignmentInput = z.infer<typeof assignmentInput>;

export const assignmentView = z.object({
  ...proposed,
  state: z.enum(proposalStates),
  shares: z.array(z.object({ project: slug, amount: money })),
  note: z.string(),
});
export type AssignmentView = z.infer<typeof assignmentView>;

export const assignmentsView = z.object({
  /** What can be assigned now. */
  available: money,
  projects: z.array(z.object({ id: slug, name: localText })),
  /** The latest first. */
  assignments: z.array(assignmentView),
});
export type AssignmentsView = z.infer<typeof assignmentsView>;

/** A payment of what a project has raised, from the fund's bank account. */
export const payoutInput = z.strictObject({
  project: slug,
  amount: positive,
  /** By which the bank's transfer is known: an agreement, an invoice. */
  reference: line(140),
});
export type PayoutInput = z.infer<typeof payoutInput>;

/** An approved payout is kept for its project until the bank has carried it out, or it is cancelled. */
export const payoutStates = [...proposalStates, 'paid', 'cancelled'] as const;

export const payoutView = z.object({
  ...proposed,
  state: z.enum(payoutStates),
  project: slug,
  reference: z.string(),
  /** When the bank carried it out, as staff recorded it. */
  paid: z.optional(z.object({ on: day, by: z.string(), at: instant })),
});
export type PayoutView = z.infer<typeof payoutView>;

export const payoutsView = z.object({
  projects: z.array(
    z.object({
      id: slug,
      name: localText,
      /** What can be paid out now, less what is approved already. */
      available: money,
    }),
  ),
  /** The latest first. */
  payouts: z.array(payoutView),
});
export type PayoutsView = z.infer<typeof payoutsView>;

/** `decline` by who proposed it takes it back. */
export const decisionInput = z.strictObject({ decision: z.enum(['approve', 'decline']) });
export type Decision = z.infer<typeof decisionInput>['decision'];

/** What became of an approved payout: the bank carried it out on a day, or it will not be made. */
export const payoutOutcomeInput = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('paid'), on: day }),
  z.strictObject({ outcome: z.literal('cancelled') }),
]);
export type PayoutOutcome = z.infer<typeof payoutOutcomeInput>;

const movements = {
  feeShare: money,
  donation: money,
  assignment: money,
  /** Negative. */
  refund: money,
  /** Negative. */
  payout: money,
};

/** What a project (or what is for none yet) was credited with, and what became of it, all from the projected ledger. */
export const statementView = z.object({
  event: z.object({ id: slug, name: localText, zone: z.string(), currency: z.string() }),
  project: projectRef,
  /** Absent for what is for no project yet. */
  name: z.optional(localText),
  asOf: z.optional(instant),
  /** When totals and ledger were last compared, and the difference found. */
  proven: z.optional(z.object({ at: instant, difference: z.int() })),
  totals: z.object({
    ...movements,
    /** The sum of the five: what the account still has. */
    balance: money,
    /** Of the balance: kept for payouts that are approved and not paid yet. */
    reserved: money,
  }),
  /** Days (in the event's zone) on which something moved, the first first. */
  days: z.array(z.object({ day: z.iso.date(), ...movements, balance: money })),
  payouts: z.array(payoutView),
});
export type StatementView = z.infer<typeof statementView>;
