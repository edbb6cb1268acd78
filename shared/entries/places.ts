import * as z from 'zod';
import { type Database, type Part, queryItems } from '../platform/database.ts';

/**
 * Places per partition key. A block is the unit of recounting: small enough that reading one costs 2 to 4 read
 * units, large enough that 10,000 places are 100 keys.
 */
export const blockSize = 100;

/**
 * How long after the end of a hold its place stays with the order. The order's payment page is closed before the
 * hold ends and the sweeper frees the place after asking Stripe; this is for the case that neither happened.
 */
export const graceMinutes = 120;

/** A place of a distance, from 1 to the capacity. */
export interface Place {
  readonly event: string;
  readonly distance: string;
  readonly n: number;
}

/** The block, from 0, in which a place is. */
export function blockOf(n: number): number {
  return Math.floor((n - 1) / blockSize);
}

/** The number of blocks of a distance with that many places. */
export function blockCount(capacity: number): number {
  return Math.ceil(capacity / blockSize);
}

const partitionOf = (event: string, distance: string, block: number) => `${event}#${distance}#${block}`;
/** The key of a place's item. */
export const placeKey = ({ event, distance, n }: Place) => ({
  pk: partitionOf(event, distance, blockOf(n)),
  n,
});

/** What a places key speaks of: event, distance and block. */
export function parsePartition(pk: string): { event: string; distance: string; block: number } {
  const [event, distance, block] = z.tuple([z.string(), z.string(), z.string()]).parse(pk.split('#'));
  return { event, distance, block: z.coerce.number().int().parse(block) };
}

/** What becomes of a place when it is free; without it, anyone may take it. */
const keptFor = ['list', 'retired'] as const;
/** `list`: it is for the waiting list; `retired`: it is beyond a capacity that was lowered and is not for sale. */
export type KeptFor = (typeof keptFor)[number];

const placeItem = z.object({
  n: z.int(),
  /** Nobody has the place, though it has an item: it was given back, or is kept. */
  free: z.optional(z.literal(true)),
  onFree: z.optional(z.enum(keptFor)),
  order: z.optional(z.string()),
  entry: z.optional(z.string()),
  /** Until when the place is held for its order; absent once it is paid. */
  heldUntil: z.optional(z.string()),
  /** The waiter to whom the place is offered, and until when. */
  offeredTo: z.optional(z.string()),
  offerUntil: z.optional(z.string()),
});
export type PlaceItem = z.infer<typeof placeItem>;

/** What a stored place is: free for anyone, reserved for the waiting list, or had by somebody. */
export function stateOf(place: PlaceItem): 'free' | 'reserved' | 'retired' | 'offered' | 'held' | 'taken' {
  if (place.free)
    return place.onFree === undefined ? 'free' : place.onFree === 'list' ? 'reserved' : 'retired';
  if (place.offeredTo !== undefined) return 'offered';
  return place.heldUntil === undefined ? 'taken' : 'held';
}

/** Every place of a block that has an item; the others are free. */
export async function readBlock(
  db: Database,
  where: { event: string; distance: string; block: number },
  options: { strong: boolean },
): Promise<PlaceItem[]> {
  const items = await queryItems(db, 'places', {
    condition: 'pk = :block',
    values: { ':block': partitionOf(where.event, where.distance, where.block) },
    ProjectionExpression: 'n, #free, onFree, #order, entry, heldUntil, offeredTo, offerUntil',
    names: { '#order': 'order', '#free': 'free' },
    strong: options.strong,
  });
  return items.map((item) => placeItem.parse(item));
}

/** The moment before which a hold must have ended for anyone to take its place over. */
export function retakableBefore(now: Date): string {
  return new Date(now.getTime() - graceMinutes * 60_000).toISOString();
}

/** Whether anyone may take a stored place although somebody has it: its hold and the grace are over. */
export function isRetakable(place: PlaceItem, now: Date): boolean {
  return (
    place.heldUntil !== undefined && place.heldUntil < retakableBefore(now) && place.onFree === undefined
  );
}

/**
 * Anyone may take the place: it has no item, it was given back, or its hold and grace are over (a taken one has no
 * `heldUntil`). Never one that is kept for the waiting list, or retired.
 */
const isFree =
  'attribute_not_exists(pk) OR (attribute_not_exists(onFree) AND (#free = :true OR heldUntil < :retakable))';
/** The place is kept for the waiting list and nobody has it. */
const isReserved = '#free = :true AND onFree = :list';
/** The place is offered to this waiter. */
const isOffered = 'offeredTo = :waiter';
/** The place names this order, whether or not its hold is over: until it is retaken it belongs to it. */
const isOurs = '#order = :order';

/**
 * Takes a free place for an entry: held until a moment, or for good when that is undefined. Refused when somebody
 * has it. This one condition is why a distance can never be oversold: there is no 10,001st key.
 */
export function takePlace(
  name: string,
  place: Place,
  owner: { order: string; entry: string; heldUntil: string | undefined },
  now: Date,
): Part {
  return {
    name,
    table: 'places',
    put: { ...placeKey(place), order: owner.order, entry: owner.entry, heldUntil: owner.heldUntil },
    condition: isFree,
    names: { '#free': 'free' },
    values: { ':retakable': retakableBefore(now), ':true': true },
  };
}

/** Makes a held place the order's for good; refused when the place is not the order's any more. */
export function keepPlace(name: string, place: Place, order: string): Part {
  return {
    name,
    table: 'places',
    key: placeKey(place),
    update: 'REMOVE heldUntil',
    condition: isOurs,
    names: { '#order': 'order' },
    values: { ':order': order },
  };
}

/** Gives a held place to another order for good; refused when the place is not the order's any more. */
export function handPlace(name: string, place: Place, order: string, to: string): Part {
  return {
    name,
    table: 'places',
    key: placeKey(place),
    update: 'SET #order = :to REMOVE heldUntil',
    condition: isOurs,
    names: { '#order': 'order' },
    values: { ':order': order, ':to': to },
  };
}

/** Holds a place of the order until a later moment; refused when the place is not the order's any more. */
export function extendPlace(name: string, place: Place, order: string, heldUntil: string): Part {
  return {
    name,
    table: 'places',
    key: placeKey(place),
    update: 'SET heldUntil = :until',
    condition: isOurs,
    names: { '#order': 'order' },
    values: { ':order': order, ':until': heldUntil },
  };
}

/**
 * Frees a place of the order; refused when the place is not the order's any more. A place that is kept for the waiting
 * list is so again, and one beyond a lowered capacity is retired.
 */
export function freePlace(name: string, place: Place, order: string): Part {
  return {
    name,
    table: 'places',
    key: placeKey(place),
    update: 'SET #free = :true REMOVE #order, entry, heldUntil',
    condition: isOurs,
    names: { '#order': 'order', '#free': 'free' },
    values: { ':order': order, ':true': true },
  };
}

/** Offers a reserved place to a waiter until a moment; refused when it is not reserved any more. */
export function offerPlace(name: string, place: Place, waiter: string, until: string): Part {
  return {
    name,
    table: 'places',
    key: placeKey(place),
    update: 'SET offeredTo = :waiter, offerUntil = :until REMOVE #free',
    condition: isReserved,
    names: { '#free': 'free' },
    values: { ':waiter': waiter, ':until': until, ':true': true, ':list': 'list' },
  };
}

/** Takes the place that is offered to a waiter, for an entry; refused when the offer is over. */
export function takeOfferedPlace(
  name: string,
  place: Place,
  owner: { order: string; entry: string; heldUntil: string | undefined; waiter: string },
  now: Date,
): Part {
  return {
    name,
    table: 'places',
    key: placeKey(place),
    update:
      owner.heldUntil === undefined
        ? 'SET #order = :order, entry = :entry REMOVE offeredTo, offerUntil'
        : 'SET #order = :order, entry = :entry, heldUntil = :until REMOVE offeredTo, offerUntil',
    condition: `${isOffered} AND offerUntil > :now`,
    names: { '#order': 'order' },
    values: {
      ':order': owner.order,
      ':entry': owner.entry,
      ...(owner.heldUntil !== undefined && { ':until': owner.heldUntil }),
      ':waiter': owner.waiter,
      ':now': now.toISOString(),
    },
  };
}

/**
 * Takes an offer back: the place is reserved again, or retired.
 * @param overAt refused unless the offer is over at that moment; left out when the waiter gives it up.
 */
export function withdrawOffer(name: string, place: Place, waiter: string, overAt?: Date): Part {
  return {
    name,
    table: 'places',
    key: placeKey(place),
    update: 'SET #free = :true REMOVE offeredTo, offerUntil',
    condition: overAt ? `${isOffered} AND offerUntil <= :now` : isOffered,
    names: { '#free': 'free' },
    values: { ':waiter': waiter, ':true': true, ...(overAt && { ':now': overAt.toISOString() }) },
  };
}
