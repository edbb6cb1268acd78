import * as z from 'zod';
import { type RunnerInput, runner } from '../contracts/orders.ts';
import { teamInput } from '../contracts/teams.ts';
import type { Part } from '../platform/database.ts';
import { normalPhone } from './runner.ts';

const common = {
  /** `ent_…`, derived from the order's id and the line, so that a repeated request makes no second entry. */
  sk: z.string(),
  event: z.string(),
  distance: z.string(),
  consentedAt: z.string(),
};

const runnerItem = z.object({
  ...common,
  runner,
  /** The number of the transfer by which this runner has the entry; 0 for who entered first. */
  version: z.int(),
  /** How often the entry changed its distance. */
  moves: z.int(),
});

const teamItem = z.object({
  ...common,
  team: teamInput,
  /** How many members there are, and how many of them women: few write it, so it is no hot item. */
  members: z.int(),
  women: z.int(),
});

/** One runner's entry: who runs. Whether it is confirmed its order and place say, so it is never rewritten for that. */
export type RunnerEntry = Omit<z.infer<typeof runnerItem>, 'sk'> & { readonly id: string };
/** A team's entry: its place is one, its members are items of their own. */
export type TeamEntry = Omit<z.infer<typeof teamItem>, 'sk'> & { readonly id: string };
export type Entry = RunnerEntry | TeamEntry;

/** Who takes a place. */
export type Entrant = Pick<RunnerEntry, 'runner'> | Pick<TeamEntry, 'team'>;

export const entryKey = (order: string, entry: string) => ({ pk: order, sk: entry });

/** What is known of an entry when it is entered. */
type Entered = Pick<Entry, 'id' | 'event' | 'distance' | 'consentedAt'> & Entrant;

/** An entry as it begins: nothing has become of it yet. */
export function enteredAs(entered: Entered): Entry {
  return 'runner' in entered ? { ...entered, version: 0, moves: 0 } : { ...entered, members: 0, women: 0 };
}

/** Writes a new entry beside its order. Phone numbers are stored in E.164. */
export function newEntry(name: string, order: string, entered: Entered): Part {
  const { id, ...entry } = enteredAs(entered);
  return {
    name,
    table: 'orders',
    put: {
      ...entryKey(order, id),
      ...entry,
      ...('runner' in entry ? { runner: storedRunner(entry.runner) } : { team: storedTeam(entry.team) }),
    },
    condition: 'attribute_not_exists(pk)',
  };
}

/** A runner as it is stored: phone numbers in E.164. */
export function storedRunner(entered: RunnerInput): RunnerInput {
  const { emergencyContact, guardian } = entered;
  return {
    ...entered,
    phone: stored(entered.phone),
    emergencyContact: { ...emergencyContact, phone: stored(emergencyContact.phone) },
    ...(guardian && { guardian: { ...guardian, phone: stored(guardian.phone) } }),
  };
}

function storedTeam(team: TeamEntry['team']): TeamEntry['team'] {
  return { ...team, captain: { ...team.captain, phone: stored(team.captain.phone) } };
}

const stored = (phone: string): string => normalPhone(phone) ?? phone;

/** Whether an item beside an order is an entry (and not one of its members or its transfer). */
export function isEntryKey(sk: unknown): boolean {
  return typeof sk === 'string' && /^ent_[^#]+$/.test(sk);
}

/** An entry as the table holds it. */
export function parseEntry(item: Record<string, unknown>): Entry {
  const { sk: id, ...content } = 'team' in item ? teamItem.parse(item) : runnerItem.parse(item);
  return { id, ...content };
}

/** Who runs instead, from now on; refused when the entry's runner or distance is no longer the one expected. */
export function replaceRunner(
  order: string,
  entry: RunnerEntry,
  next: { runner: RunnerInput; consentedAt: string; version: number },
): Part {
  return {
    name: 'entry',
    table: 'orders',
    key: entryKey(order, entry.id),
    update: 'SET runner = :runner, consentedAt = :consentedAt, version = :version',
    condition: 'distance = :distance AND version = :before',
    values: {
      ':runner': next.runner,
      ':consentedAt': next.consentedAt,
      ':version': next.version,
      ':distance': entry.distance,
      ':before': entry.version,
    },
  };
}

/** The entry's new distance, counted; refused when distance or runner changed meanwhile. */
export function moveEntry(order: string, entry: RunnerEntry, distance: string): Part {
  return {
    name: 'entry',
    table: 'orders',
    key: entryKey(order, entry.id),
    update: 'SET distance = :distance, moves = :moves',
    condition: 'moves = :before AND version = :version',
    values: {
      ':distance': distance,
      ':moves': entry.moves + 1,
      ':before': entry.moves,
      ':version': entry.version,
    },
  };
}

/** A team's size from `before` to `after`; refused when it changed meanwhile. */
export function resizeTeam(
  order: string,
  entry: string,
  before: Pick<TeamEntry, 'members' | 'women'>,
  after: Pick<TeamEntry, 'members' | 'women'>,
): Part {
  return {
    name: 'entry',
    table: 'orders',
    key: entryKey(order, entry),
    update: 'SET members = :members, women = :women',
    condition: 'members = :membersBefore AND women = :womenBefore',
    values: {
      ':members': after.members,
      ':women': after.women,
      ':membersBefore': before.members,
      ':womenBefore': before.women,
    },
  };
}
