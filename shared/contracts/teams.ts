import * as z from 'zod/mini';
import { email, eventRef, instant, line, localText, personName, phone, slug } from './basics.ts';

/** A relay team as it is entered: its place is bought at once, its members join later. */
export const teamInput = z.strictObject({
  name: line(60),
  /** Whom the organiser calls about the team; runs only if added as a member too. */
  captain: z.strictObject({ givenName: personName, familyName: z.optional(personName), email, phone }),
});

/** What makes a team of a distance complete, and until when it must be. */
export const teamRuleView = z.object({
  smallest: z.int(),
  largest: z.int(),
  leastWomen: z.optional(z.int()),
  completeBy: instant,
});

/** What a team still lacks; a team that lacks nothing is complete. */
export const missingView = z.object({ members: z.int(), women: z.int() });
export type Missing = z.infer<typeof missingView>;

/** A team as the holder of its order sees it. */
export const teamLineView = z.object({
  /** The key of the team's own page, which members join through. */
  token: z.string(),
  members: z.array(z.object({ id: z.string(), name: z.string() })),
  rule: teamRuleView,
  missing: missingView,
});

/** A team as whoever has its link sees it: members by given name and initial only. */
export const teamView = z.object({
  token: z.string(),
  name: z.string(),
  event: eventRef,
  distance: slug,
  distanceName: localText,
  startsAt: instant,
  minAge: z.int(),
  maxAge: z.optional(z.int()),
  place: z.int(),
  members: z.array(z.object({ name: z.string() })),
  rule: teamRuleView,
  missing: missingView,
  /** Whether somebody may join now. */
  joinable: z.boolean(),
});
export type TeamView = z.infer<typeof teamView>;

/** What somebody who joined a team gets. */
export const memberView = z.object({
  /** The member's own key, by which they may leave again. */
  token: z.string(),
  team: teamView,
});
export type MemberView = z.infer<typeof memberView>;
