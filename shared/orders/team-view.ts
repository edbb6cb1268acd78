import { eventRef } from '../catalogue/call-off.ts';
import type { TeamView } from '../contracts/teams.ts';
import { shortName } from '../entries/names.ts';
import { isOpen, missingOf } from '../entries/team.ts';
import { entryToken } from './entry-tokens.ts';
import type { PaidTeam } from './paid-entry.ts';
import type { Keys } from './tokens.ts';

/** A team as whoever has its link sees it. */
export function teamView(
  { order, line, event, distance, rule, entry, members }: PaidTeam,
  keys: Keys,
  now: Date,
): TeamView {
  return {
    token: entryToken(keys, 'team', { order: order.id, entry: entry.id }),
    name: entry.team.name,
    event: eventRef(event),
    distance: distance.id,
    distanceName: distance.name,
    startsAt: distance.startsAt,
    minAge: distance.minAge,
    ...(distance.maxAge !== undefined && { maxAge: distance.maxAge }),
    place: line.place,
    members: members.map(({ runner }) => ({ name: shortName(runner) })),
    rule,
    missing: missingOf(rule, entry),
    joinable: isOpen(rule, now) && entry.members < rule.largest,
  };
}
