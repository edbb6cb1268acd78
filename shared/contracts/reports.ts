import * as z from 'zod/mini';
import { instant, localText, money, projectRef, slug } from './basics.ts';
import { missingView } from './teams.ts';

/** Money that charity was credited with, by where it came from. Payouts to projects do not lower it. */
const bySource = {
  feeShare: money,
  donation: money,
  /** What staff assigned later: to a project, or (negative) out of what was for none yet; together always 0. */
  assignment: money,
  /** What refunds and disputes took back: negative. */
  refund: money,
  /** The sum of the four. */
  total: money,
};

/** Stands among the distances for what belongs to none, so that the lines add up to the total. */
export const giftsLine = 'gifts';

/** The largest capacity a distance may have. */
export const largestCapacity = 200_000;

/**
 * How the ledger and the account at the payment provider differ:
 * - `missing_in_ledger`: money moved there and is not booked
 * - `missing_at_provider`: it is booked and nothing moved there
 * - `amount_differs`: both know it, with other amounts
 */
export const reconciliationDifferences = [
  'missing_in_ledger',
  'missing_at_provider',
  'amount_differs',
] as const;

/** What the last comparison of the ledger with the account at the payment provider found, for all events together. */
export const reconciledView = z.object({
  at: instant,
  /** Absolute sum of all that differs and is not just under way, in minor units; 0 when the books agree. */
  difference: z.int(),
  balances: z.array(
    z.object({
      currency: z.string(),
      /** What the account's movements sum to, and what the ledger says of it. */
      provider: z.int(),
      ledger: z.int(),
      /** Of their difference: what will be booked in its time (fees of today, refunds under way). */
      underWay: z.int(),
      /** … and what no single difference below explains. */
      unexplained: z.int(),
    }),
  ),
  /** The first of them, at most 50. */
  differences: z.array(
    z.object({
      kind: z.enum(reconciliationDifferences),
      /** The ledger's fact, as `pi_… paid`. */
      fact: z.string(),
      at: instant,
      currency: z.string(),
      provider: z.int(),
      ledger: z.int(),
    }),
  ),
});
export type ReconciledView = z.infer<typeof reconciledView>;

/** The report of one event for the fund's staff. All amounts are what the ledger credits to charity projects. */
export const reportView = z.object({
  event: z.object({ id: slug, name: localText, zone: z.string(), currency: z.string() }),
  /** When the last ledger transaction was added to the totals; absent before the first. */
  asOf: z.optional(instant),
  /** Ledger transactions that the totals do not hold yet; normally 0 within a second. */
  waiting: z.int(),
  /** When totals and ledger were last compared, how many transactions that were, and the difference found. */
  proven: z.optional(z.object({ at: instant, transactions: z.int(), difference: z.int() })),
  /** The last comparison with the payment provider's own books; absent before the first. */
  reconciled: z.optional(reconciledView),
  totals: z.object({
    ...bySource,
    paidOut: money,
    /** What buyers paid, less what was given back. */
    received: money,
    entryFees: money,
    /** What buyers added to cover the cost of their payment. */
    feeCover: money,
    /** What the fund bore of refunds and disputes, beyond what the accounts that received the money still had. */
    losses: money,
  }),
  projects: z.array(
    z.object({
      project: projectRef,
      /** Absent where the project is chosen later. */
      name: z.optional(localText),
      ...bySource,
      paidOut: money,
    }),
  ),
  distances: z.array(
    z.object({
      /** A distance, or `gifts`. */
      distance: slug,
      name: localText,
      capacity: z.int(),
      held: z.int(),
      taken: z.int(),
      left: z.int(),
      /** Free, but only for the waiting list; offered to people from it; and how many wait. */
      reserved: z.int(),
      offered: z.int(),
      waiting: z.int(),
      /** Places beyond a capacity that was lowered which somebody still has. */
      overCapacity: z.int(),
      /** Paid entries, counted in the ledger. */
      entriesConfirmed: z.int(),
      received: money,
      ...bySource,
    }),
  ),
  /** Paid teams that lack members, by distance and place. */
  incompleteTeams: z.array(
    z.object({
      distance: slug,
      place: z.int(),
      name: z.string(),
      members: z.int(),
      missing: missingView,
      completeBy: instant,
    }),
  ),
  /** Promo codes and access codes, and how many of their uses orders have now, paid or held. For staff's eyes only. */
  codes: z.array(
    z.object({
      code: z.string(),
      /** What it takes off a price: basis points of it, or an amount. */
      off: z.optional(z.union([z.object({ percent: z.int() }), z.object({ fixed: money })])),
      /** Lets people into distances that are entered by code only. */
      unlocks: z.optional(z.literal(true)),
      uses: z.int(),
      used: z.int(),
      closesAt: z.optional(instant),
    }),
  ),
  /** Days in the event's own zone. */
  days: z.array(z.object({ day: z.iso.date(), entriesConfirmed: z.int(), received: money, ...bySource })),
});
export type ReportView = z.infer<typeof reportView>;

/** How many places a distance is to have. */
export const capacityInput = z.strictObject({ capacity: z.int().check(z.gte(1), z.lte(largestCapacity)) });

/** What changing a capacity came to. */
export const capacityView = z.object({ before: z.int(), capacity: z.int() });
