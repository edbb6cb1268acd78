import * as z from 'zod/mini';
import { email, instant, locale, localText, money, slug } from './basics.ts';
import { consents, runner } from './orders.ts';

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
  event: z.object({ id: slug, name: localText, raceDay: z.iso.date(), zone: z.string() }),
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

/** Another distance for an entry, at the price that was shown: the one already paid. */
export const distanceChange = z.strictObject({ distance: slug, price: money });
export type DistanceChange = z.infer<typeof distanceChange>;
