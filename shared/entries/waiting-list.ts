import * as z from 'zod';
import { type Database, getItem, queryItems, writeItem } from '../platform/database.ts';
import type { World } from '../platform/world.ts';

/** - `opening`, `closing`: the places are being marked; nobody can join. */
const listModes = ['closed', 'opening', 'open', 'closing'] as const;
export type ListMode = (typeof listModes)[number];

/** The waiting list of a distance. */
export interface WaitingList {
  readonly mode: ListMode;
  /** How many wait, as housekeeping last counted them. */
  readonly waiting: number;
}

/** A distance of an event. */
export interface ListOf {
  readonly event: string;
  readonly distance: string;
}

const listItem = z.object({ sk: z.string(), mode: z.enum(listModes), waiting: z.int().default(0) });
const closed: WaitingList = { mode: 'closed', waiting: 0 };

const keyOf = ({ event, distance }: ListOf) => ({ pk: `list#${event}`, sk: distance });

/** The waiting list of a distance, strongly read. */
export async function readList(db: Database, of: ListOf): Promise<WaitingList> {
  const item = await getItem(db, 'waiting', keyOf(of), { strong: true });
  if (!item) return closed;
  const { mode, waiting } = listItem.parse(item);
  return { mode, waiting };
}

/** The waiting lists of an event by distance; a distance without one is left out. May be a moment old. */
export async function readLists(db: Database, event: string): Promise<Map<string, WaitingList>> {
  const items = await queryItems(db, 'waiting', {
    condition: 'pk = :event',
    values: { ':event': `list#${event}` },
  });
  return new Map(
    items.map((item) => {
      const { sk, mode, waiting } = listItem.parse(item);
      return [sk, { mode, waiting }];
    }),
  );
}

/**
 * Moves a list on.
 * @returns false when it is not in the mode it was read in.
 */
export async function moveList(
  db: Database,
  world: World,
  of: ListOf,
  from: ListMode,
  to: ListMode,
): Promise<boolean> {
  const { done } = await writeItem(db, world, {
    table: 'waiting',
    key: keyOf(of),
    update: 'SET #mode = :to',
    condition: from === 'closed' ? 'attribute_not_exists(pk) OR #mode = :from' : '#mode = :from',
    names: { '#mode': 'mode' },
    values: { ':from': from, ':to': to },
  });
  return done;
}

/** Records how many wait, for the pages. */
export async function countWaiting(db: Database, world: World, of: ListOf, waiting: number): Promise<void> {
  await writeItem(db, world, {
    table: 'waiting',
    key: keyOf(of),
    update: 'SET waiting = :waiting, #mode = if_not_exists(#mode, :closed)',
    names: { '#mode': 'mode' },
    values: { ':waiting': waiting, ':closed': 'closed' },
  });
}
