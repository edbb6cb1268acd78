import * as z from 'zod/mini';
import { instant, localText, money, projectRef, slug } from './basics.ts';
import { teamRuleView } from './teams.ts';

/** What a page may know of a charity project. */
export const projectView = z.object({
  id: slug,
  name: localText,
  summary: localText,
  /** What the project still hopes to raise, and what the ledger has credited to it. */
  goal: z.optional(money),
  raised: money,
});
export type ProjectView = z.infer<typeof projectView>;

/** A part of a fee that goes to one project, or to one that is chosen later. */
export const share = z.object({ project: projectRef, amount: money });

/** `by_code`: open to those who have a code that unlocks it. */
export const distanceStatuses = ['open', 'by_code', 'not_open', 'closed', 'sold_out', 'later'] as const;

/** What of a price goes to charity. */
export const charityShare = z.object({
  /** Who decides the project: the runner, fixed weights, or staff later on. */
  chosenBy: z.enum(['runner', 'weights', 'later']),
  /** What of the price goes to charity. */
  total: z.optional(money),
  /** With `weights` and `later`: how the price is split. */
  shares: z.array(share),
  /** With `runner`: those that can be chosen. */
  projects: z.array(slug),
});

export const distanceView = z.object({
  id: slug,
  name: localText,
  note: z.optional(localText),
  kind: z.enum(['individual', 'team']),
  /** On a distance of teams. */
  team: z.optional(teamRuleView),
  startsAt: instant,
  /** Ages on race day, inclusive. */
  minAge: z.int(),
  maxAge: z.optional(z.int()),
  status: z.enum(distanceStatuses),
  opensAt: instant,
  closesAt: instant,
  capacity: z.int(),
  /** What the public counter says: a guide as of `asOf`, at most seconds old. */
  left: z.int(),
  held: z.int(),
  /** Whether one can join the waiting list, how many wait (up to a minute old), and places offered to them. */
  waitingList: z.enum(['closed', 'open']),
  waiting: z.int(),
  offered: z.int(),
  /** With nothing left: when the next unpaid place may come free. */
  nextReleaseAt: z.optional(instant),
  asOf: instant,
  price: z.optional(money),
  /** The next price, and what brings it: a date, or that many more places sold, whichever comes first. */
  nextPrice: z.optional(
    z.object({ price: money, at: z.optional(instant), afterPlaces: z.optional(z.int()) }),
  ),
  /** What of today's price goes to charity. */
  charity: charityShare,
  /** Today's prices for some ages, which are inclusive and in full years on race day. */
  agePrices: z.array(
    z.object({
      minAge: z.optional(z.int()),
      maxAge: z.optional(z.int()),
      price: money,
      charity: charityShare,
    }),
  ),
});
export type DistanceView = z.infer<typeof distanceView>;

export const eventSummary = z.object({
  id: slug,
  name: localText,
  place: localText,
  raceDay: z.iso.date(),
  zone: z.string(),
  /** The event does not take place, or not on its day: it takes no entries. */
  calledOff: z.optional(z.enum(['cancelled', 'postponed'])),
});
export type EventSummary = z.infer<typeof eventSummary>;

export const eventView = z.object({
  ...eventSummary.shape,
  description: localText,
  organiser: localText,
  rulesUrl: z.optional(z.url()),
  currency: z.string(),
  distances: z.array(distanceView),
  projects: z.array(projectView),
  /** The smallest and largest donation accepted, in minor units. */
  donation: z.object({ smallest: money, largest: money, suggested: z.array(money) }),
  /** How a buyer may cover the processing fee: basis points of the sum, rounded half up, and an amount. */
  feeCover: z.optional(z.object({ percent: z.int(), fixed: z.int() })),
});
export type EventView = z.infer<typeof eventView>;

/** The public totals, as the projection of the ledger had them at `asOf`. */
export const totalsView = z.object({
  event: slug,
  asOf: z.optional(instant),
  provenAt: z.optional(instant),
  /** Everything credited to charity: fee shares and donations, less what was given back. Payouts do not lower it. */
  raised: money,
  /** What of it has been paid out to projects. */
  paidOut: money,
  /** The projects of the event, and what is for projects that are chosen later while there is such an amount. */
  projects: z.array(
    z.object({
      project: projectRef,
      /** Absent where the project is chosen later. */
      name: z.optional(localText),
      feeShare: money,
      donation: money,
      /** What staff assigned later: to the project, or (negative) out of what was for no project yet. */
      assignment: money,
      /** What refunds and disputes took back: negative. */
      refund: money,
      /** The sum of the four. */
      raised: money,
      paidOut: money,
    }),
  ),
  entries: z.int(),
});
export type TotalsView = z.infer<typeof totalsView>;
