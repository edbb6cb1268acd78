import * as z from 'zod/mini';
import { email, eventRef, instant, line, locale, localText, money, slug } from './basics.ts';
import { callOffChoices, callOffView, consents, runner } from './orders.ts';

/** Who takes part, that they (or who enters them) agree to the rules, and in which language they are written to. */
export const participantInput = z.strictObject({ runner, consents, locale });
export type ParticipantInput = z.infer<typeof participantInput>;

/** Where the offer of an entry goes, and in which language. */
export const transferInput = z.strictObject({ to: z.strictObject({ email, locale }) });
export type TransferInput = z.infer<typeof transferInput>;

/** Which offer of the entry is meant, so that an old page cannot decide about a newer one. */
export const transferChoice = z.strictObject({ number: z.int() });

export const transferStates = ['asked', 'accepted', 'done', 'cancelled'] as const;

const entryFacts = {
  event: eventRef,
  distance: slug,
  distanceName: localText,
  startsAt: instant,
};

/** An offered entry, as the person it is offered to sees it. */
export const transferView = z.object({
  token: z.string(),
  state: z.enum(transferStates),
  ...entryFacts,
  minAge: z.int(),
  maxAge: z.optional(z.int()),
  /** Who has the entry: given name and initial; only while the offer is undecided. */
  from: z.optional(z.string()),
  /** Until when it can change hands. */
  until: instant,
  rulesUrl: z.optional(z.url()),
});
export type TransferView = z.infer<typeof transferView>;

/** An entry as the runner to whom it was handed sees it. */
export const entryView = z.object({
  token: z.string(),
  ...entryFacts,
  place: z.int(),
  runnerName: z.string(),
  /** What the QR code says at kit pick-up. */
  ticket: z.string(),
});
export type EntryView = z.infer<typeof entryView>;

/** Another distance for an entry, at the price that was shown for it: the difference is paid or comes back. */
export const distanceChange = z.strictObject({
  distance: slug,
  price: money,
  /** The project for what of a difference goes to charity, where the distance lets the runner choose another one. */
  project: z.optional(slug),
});
export type DistanceChange = z.infer<typeof distanceChange>;

/** Giving an entry up. */
export const cancellationInput = z.strictObject({
  /** What is given back, as it was shown: if it is another by now, nothing is cancelled and the answer names it. */
  back: money,
  /** The project that gets it in place of the buyer. */
  leaveTo: z.optional(slug),
});
export type CancellationInput = z.infer<typeof cancellationInput>;

/** What the holder of an entry chooses when the event is called off; with `leave`, the project that gets the money. */
export const callOffAnswer = z.strictObject({
  choice: z.enum(callOffChoices),
  leaveTo: z.optional(slug),
});
export type CallOffAnswer = z.infer<typeof callOffAnswer>;

/** Calling an event off: who has an entry is asked. Entries can be carried over only where there will be another day. */
export const callOffInput = z.strictObject({
  ...callOffView.shape,
  /** Why, for the audit log. */
  note: line(500),
});
export type CallOffInput = z.infer<typeof callOffInput>;

/** What calling an event off means for its entries and its money; and once it is called off, how far that has come. */
export const callOffStateView = z.object({
  event: eventRef,
  /** What the caller may decide now. */
  options: z.array(callOffView.shape.kind),
  /** Paid places that nobody gave up, and places that somebody is paying for just now. */
  taken: z.int(),
  held: z.int(),
  /** What is paid and stays so as yet, gifts included: more than that cannot go back. */
  received: money,
  /** What is decided to go back and has not gone yet. */
  owed: money,
  decided: z.optional(
    z.object({
      ...callOffView.shape,
      at: instant,
      /** It has another race day since it was postponed, and takes entries again. */
      hasNewDay: z.boolean(),
      phase: z.enum(['asking', 'settling', 'settled']),
      /** How far the phase is through all places, in percent. */
      percent: z.int(),
    }),
  ),
});
export type CallOffStateView = z.infer<typeof callOffStateView>;
