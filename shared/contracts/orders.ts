import * as z from 'zod/mini';
import {
  country,
  day,
  email,
  eventRef,
  instant,
  line,
  locale,
  localText,
  money,
  personName,
  phone,
  slug,
} from './basics.ts';
import { reductionReasons } from './breakdown.ts';
import { share } from './events.ts';
import { invoiceView } from './payers.ts';
import { teamInput, teamLineView } from './teams.ts';

/** At most so many entries in one order: a family or a club; all places are taken together or none. */
export const mostEntries = 10;
export const mostDonations = 8;

/** Who runs. A single name goes into `givenName` alone. */
export const runner = z.strictObject({
  givenName: personName,
  familyName: z.optional(personName),
  birthDate: day,
  /** As the results are ranked. */
  sex: z.enum(['female', 'male']),
  country,
  email,
  phone,
  club: z.optional(line(80)),
  wheelchair: z.optional(z.boolean()),
  emergencyContact: z.strictObject({ name: personName, phone }),
  /** The adult who answers for a runner under 18 on race day. */
  guardian: z.optional(z.strictObject({ name: personName, phone, consent: z.boolean() })),
});
export type RunnerInput = z.infer<typeof runner>;

export const consents = z.strictObject({ rules: z.boolean(), personalData: z.boolean() });

/** A promo code as people type it, in capitals. What cannot be one is unknown, as any other. */
export const codeInput = z.pipe(
  z.string().check(z.maxLength(200), z.trim(), z.toUpperCase()),
  z.string().check(z.regex(/^(?=.{3,32}$)[A-Z0-9]+(?:-[A-Z0-9]+)*$/, { error: 'code_unknown' })),
);

export const entryInput = z.strictObject({
  distance: slug,
  /**
   * The price that was shown, for the runner's age and with the code: if it is no longer right, nothing is taken and
   * the answer names the new one.
   */
  price: money,
  /** The project for the charity share, where the distance lets the runner choose. */
  project: z.optional(slug),
  /** Who runs: on a distance of single runners. */
  runner: z.optional(runner),
  /** On a distance of teams. (Not a union with `runner`: a failed union cannot name the field that is wrong.) */
  team: z.optional(teamInput),
  consents,
  /** The token of a waiter to whom a place is offered: the entry takes that place. */
  offer: z.optional(z.string().check(z.maxLength(200))),
});
export type EntryInput = z.infer<typeof entryInput>;

export const donationInput = z.strictObject({
  project: slug,
  amount: money,
  /** Shown beside the gift; without it the gift is anonymous. */
  name: z.optional(line(80)),
  message: z.optional(line(280)),
});

export const orderInput = z.strictObject({
  /** Where the confirmation goes, and in which language. */
  contact: z.strictObject({ email, locale }),
  entries: z._default(z.array(entryInput).check(z.maxLength(mostEntries)), []),
  donations: z._default(z.array(donationInput).check(z.maxLength(mostDonations)), []),
  /** Lowers the price of each entry that it covers, or opens a distance. */
  code: z.optional(codeInput),
  /** What was shown for covering the processing fee; left out when the buyer does not cover it. */
  feeCover: z.optional(money),
});
export type OrderInput = z.infer<typeof orderInput>;

/** What may become of an entry of an event that is called off. */
export const callOffChoices = ['refund', 'leave', 'carryOver'] as const;

export const orderStates = [
  'held',
  'paying',
  'pending',
  'paid',
  'expired',
  'cancelled',
  'refund_due',
  'refunded',
] as const;

export const entryLineView = z.object({
  kind: z.literal('entry'),
  entry: z.string(),
  distance: slug,
  distanceName: localText,
  startsAt: instant,
  /** The place, which is also the bib; only while the order has it. */
  place: z.optional(z.int()),
  /** The runner, or the team. */
  runnerName: z.string(),
  price: money,
  /** The price of the place, where less is paid, and why. */
  listPrice: z.optional(money),
  reductions: z.optional(z.array(z.object({ why: z.enum(reductionReasons), amount: money }))),
  shares: z.array(share),
  /** The entry was cancelled: it has neither place nor ticket any more. */
  cancelled: z.optional(z.literal(true)),
  /** What the QR code says at kit pick-up; only once paid. */
  ticket: z.optional(z.string()),
  /** On a distance of teams, once paid. */
  team: z.optional(teamLineView),
  /** An offer of the entry to somebody else that is not decided yet. */
  transfer: z.optional(
    z.object({
      number: z.int(),
      state: z.enum(['asked', 'accepted']),
      to: z.string(),
      name: z.optional(z.string()),
    }),
  ),
  /** The entry has changed hands: its ticket is the new runner's, and the order cannot change it any more. */
  handedOver: z.optional(z.literal(true)),
  /** Until when the order may hand the entry to somebody else; absent where it cannot. */
  transferUntil: z.optional(instant),
  /** What handing it over costs: paid when the holder confirms. */
  transferFee: z.optional(money),
  /**
   * For a change to a distance of another price: the runner's age on race day, what the entry counts for then, and what is
   * left of what was paid for it: more than that does not come back.
   */
  exchange: z.optional(z.object({ age: z.int(), worth: money, left: money })),
  /** A change of the entry that is made when its own order is paid: that order's key, and until when it can be paid. */
  pending: z.optional(
    z.object({
      token: z.string(),
      kind: z.enum(['change', 'transferFee']),
      distance: slug,
      distanceName: localText,
      amount: money,
      until: z.optional(instant),
    }),
  ),
  /** What the order may get back by giving the entry up: the first that is not over. Absent where it cannot. */
  cancellation: z.optional(z.array(z.object({ until: instant, back: money }))),
  /** The event is called off and nothing was chosen for the entry: what may be chosen. */
  callOffChoices: z.optional(z.array(z.enum(callOffChoices))),
  /** The entry is kept for the event's new day. */
  carriedOver: z.optional(z.literal(true)),
});
export type EntryLineView = z.infer<typeof entryLineView>;

export const donationLineView = z.object({
  kind: z.literal('donation'),
  project: slug,
  amount: money,
  name: z.optional(z.string()),
  message: z.optional(z.string()),
});

/** What the buyer added to cover the cost of the payment. */
export const feeCoverLineView = z.object({ kind: z.literal('feeCover'), amount: money });

/** What is paid for an entry of another order: the difference to another distance, or the fee of a transfer. */
export const entryExtraLineView = z.object({
  kind: z.enum(['change', 'transferFee']),
  /** The key of the order that has the entry. */
  of: z.string(),
  distance: slug,
  distanceName: localText,
  amount: money,
});

/** Money of a paid order that went another way than it was bought. */
export const orderReturn = z.object({
  /** `rfd_…` of a decision, `re_…` of a refund that the provider carried out, `bnr_…` of one by bank. */
  id: z.string(),
  /** To be given back; left to a project in place of that; given back; given back, and come back since. */
  what: z.enum(['decided', 'left', 'given_back', 'came_back']),
  amount: money,
  at: instant,
  /** Entries that ended with it. */
  cancelled: z.array(z.string()),
  /** The project to which it was left. */
  project: z.optional(slug),
  /** What projects give back of what they had; unknown for what was recorded without it. */
  shares: z.array(z.object({ project: z.string(), amount: money })),
  /** Whether it is of the order's own payment: otherwise of one that came a second time, or did not fit. */
  ofOrder: z.boolean(),
  /** Sent by bank to an account that the buyer named, since it could not go back the way it had come. */
  byBank: z.optional(z.literal(true)),
});
export type OrderReturn = z.infer<typeof orderReturn>;

/** That an event does not take place, or not on its day. */
export const callOffView = z.object({
  kind: z.enum(['cancelled', 'postponed']),
  /** Until when runners may answer, and what becomes of an entry without an answer. */
  answerBy: instant,
  unanswered: z.enum(['refund', 'carryOver']),
});

/** An order as its holder sees it. */
export const orderView = z.object({
  id: z.string(),
  /** The unguessable key of the order's own page and links. */
  token: z.string(),
  state: z.enum(orderStates),
  event: z.extend(eventRef, { calledOff: z.optional(callOffView) }),
  lines: z.array(
    z.discriminatedUnion('kind', [entryLineView, donationLineView, feeCoverLineView, entryExtraLineView]),
  ),
  total: money,
  /** What all lines give to each project, less what was given back or taken by a dispute. */
  shares: z.array(share),
  projects: z.array(z.object({ id: slug, name: localText })),
  createdAt: instant,
  /** While places are held: until when they are. */
  heldUntil: z.optional(instant),
  paidAt: z.optional(instant),
  /** Once money of it goes another way, oldest first; and what stays paid. */
  returns: z.optional(z.array(orderReturn)),
  kept: z.optional(money),
  /** Until when it could wait for a bank transfer; absent where none is offered. */
  bankTransferUntil: z.optional(instant),
  /** While it waits for a bank transfer, and where money has come by one. */
  invoice: z.optional(invoiceView),
  locale,
});
export type OrderView = z.infer<typeof orderView>;

/** The next step of paying: go to `url`, or nothing is left to pay. */
export const checkoutView = z.object({ state: z.enum(orderStates), url: z.optional(z.string()) });
