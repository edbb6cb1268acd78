import * as z from 'zod';
import { locales } from '../contracts/basics.ts';
import { waiterStates } from '../contracts/waiting.ts';
import { type Database, getItem, type Item, type Part, queryItems } from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';
import type { ListOf } from './waiting-list.ts';

const waiterItem = z.object({
  pk: z.string(),
  state: z.enum(waiterStates),
  event: z.string(),
  distance: z.string(),
  /** The lock of the runner who waits: who enters on an offer must have the same. */
  lock: z.string(),
  givenName: z.string(),
  familyName: z.optional(z.string()),
  email: z.string(),
  locale: z.enum(locales),
  joinedAt: z.string(),
  /** A digest of the request's Idempotency-Key: only its sender finds the waiter again. */
  request: z.string(),
  /** While a place is offered, and afterwards: which, and until when it is or was. */
  place: z.optional(z.int()),
  offerUntil: z.optional(z.string()),
  /** The order that took the place. */
  order: z.optional(z.string()),
});

/** Somebody who waits, or has waited, for a place of a distance. */
export type Waiter = Omit<z.infer<typeof waiterItem>, 'pk'> & { readonly id: string };

const waiterKey = (id: string) => ({ pk: id, sk: 'waiter' });
const queueOf = ({ event, distance }: ListOf) => `queue#${event}#${distance}`;
const queueKey = (waiter: Pick<Waiter, 'id' | 'event' | 'distance' | 'joinedAt'>) => ({
  pk: queueOf(waiter),
  sk: `${waiter.joinedAt}#${waiter.id}`,
});

/** The one waiter of a runner and a distance: joining twice finds the first. */
export function waiterId(of: ListOf, lock: string): string {
  return derivedId('wai', of.event, of.distance, lock);
}

/** A waiter, strongly read. */
export async function readWaiter(db: Database, id: string): Promise<Waiter | undefined> {
  const item = await getItem(db, 'waiting', waiterKey(id), { strong: true });
  return item && parseWaiter(item);
}

function parseWaiter(item: Item): Waiter {
  const { pk: id, ...content } = waiterItem.parse(item);
  return { id, ...content };
}

/** Whether a waiter has an offer or waits for one: neither left, lapsed nor in an order. */
export function isLive({ state }: Pick<Waiter, 'state'>): boolean {
  return state === 'waiting' || state === 'offered';
}

/** A waiter's time on a list: who leaves and joins again begins another. */
export function stayOf({ id, joinedAt }: Pick<Waiter, 'id' | 'joinedAt'>): string {
  return `${id}#${joinedAt}`;
}

/** Whether a waiter is still on the list for that time, strongly read. */
export async function isLiveStay(db: Database, stay: string): Promise<boolean> {
  const waiter = await readWaiter(db, stay.split('#')[0] ?? '');
  return waiter !== undefined && isLive(waiter) && stayOf(waiter) === stay;
}

/** The ids of those who wait for a distance, first come first, strongly read. */
export async function readQueue(db: Database, of: ListOf): Promise<string[]> {
  const items = await queryItems(db, 'waiting', {
    condition: 'pk = :queue',
    values: { ':queue': queueOf(of) },
    ProjectionExpression: 'sk',
    strong: true,
  });
  return items.map((item) => z.string().parse(item.sk).split('#').at(-1) ?? '');
}

/** A waiter's position in the queue, from 1. May be a moment old. */
export async function positionOf(
  db: Database,
  waiter: Pick<Waiter, 'id' | 'event' | 'distance' | 'joinedAt'>,
): Promise<number> {
  const { pk, sk } = queueKey(waiter);
  const before = await queryItems(db, 'waiting', {
    condition: 'pk = :queue AND sk < :own',
    values: { ':queue': pk, ':own': sk },
    ProjectionExpression: 'sk',
  });
  return before.length + 1;
}

/**
 * Puts a waiter at the end of the queue (parts `waiter` and `queue`).
 * @param earlier the same runner's waiter that has left, lapsed, or whose order ended; refused when it is not as read.
 */
export function joinParts(waiter: Waiter, earlier: Waiter | undefined): Part[] {
  const { id, ...content } = waiter;
  return [
    {
      name: 'waiter',
      table: 'waiting',
      put: { ...waiterKey(id), ...content },
      ...(earlier
        ? {
            condition: '#state = :state AND joinedAt = :joined',
            names: { '#state': 'state' },
            values: { ':state': earlier.state, ':joined': earlier.joinedAt },
          }
        : { condition: 'attribute_not_exists(pk)' }),
    },
    { name: 'queue', table: 'waiting', put: queueKey(waiter) },
  ];
}

/** Takes a waiter out of the queue; refused when somebody else did. */
export function leaveQueue(waiter: Waiter): Part {
  return { name: 'queue', table: 'waiting', delete: queueKey(waiter), condition: 'attribute_exists(pk)' };
}

/**
 * Puts a waiter whose offer is taken back where they were in the queue (parts `waiter` and `queue`); refused when they
 * have answered the offer, or it is another by now.
 */
export function requeueParts(
  waiter: Pick<Waiter, 'id' | 'event' | 'distance' | 'joinedAt' | 'place'>,
): Part[] {
  return [
    {
      name: 'waiter',
      table: 'waiting',
      key: waiterKey(waiter.id),
      update: 'SET #state = :waiting REMOVE #place, offerUntil',
      condition: '#state = :offered AND joinedAt = :joined AND #place = :place',
      names: { '#state': 'state', '#place': 'place' },
      values: {
        ':waiting': 'waiting',
        ':offered': 'offered',
        ':joined': waiter.joinedAt,
        ':place': waiter.place,
      },
    },
    { name: 'queue', table: 'waiting', put: queueKey(waiter) },
  ];
}

/** Moves a waiter that is as it was read to another state; refused when it has moved meanwhile. */
export function moveWaiter(
  name: string,
  waiter: Pick<Waiter, 'id' | 'state' | 'joinedAt'>,
  to: Exclude<Waiter['state'], 'waiting'>,
  set: Partial<Pick<Waiter, 'place' | 'offerUntil' | 'order'>> = {},
): Part {
  const sets = Object.entries({ state: to, ...set });
  return {
    name,
    table: 'waiting',
    key: waiterKey(waiter.id),
    update: `SET ${sets.map(([attribute]) => `#${attribute} = :${attribute}`).join(', ')}`,
    condition: '#state = :from AND joinedAt = :joined',
    names: Object.fromEntries(sets.map(([attribute]) => [`#${attribute}`, attribute])),
    values: {
      ...Object.fromEntries(sets.map(([attribute, value]) => [`:${attribute}`, value])),
      ':from': waiter.state,
      ':joined': waiter.joinedAt,
    },
  };
}
