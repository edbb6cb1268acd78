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
const keyOf = ({ event, distance, n }: Place) => ({ pk: partitionOf(event, distance, blockOf(n)), n });

/** What a places key speaks of: event, distance and block. */
export function parsePartition(pk: string): { event: string; distance: string; block: number } {
  const [event, distance, block] = z.tuple([z.string(), z.string(), z.string()]).parse(pk.split('#'));
  return { event, distance, block: z.coerce.number().int().parse(block) };
}

const placeItem = z.object({
  n: z.int(),
  order: z.optional(z.string()),
  entry: z.optional(z.string()),
  /** Until when the place is held for its order; absent once it is paid. */
  heldUntil: z.optional(z.string()),
  /** The place is beyond a capacity that was lowered and is not for sale. */
  retired: z.optional(z.boolean()),
});
export type PlaceItem = z.infer<typeof placeItem>;

/** Every place of a block that is held, taken or retired. */
export async function readBlock(
  db: Database,
  where: { event: string; distance: string; block: number },
  options: { strong: boolean },
): Promise<PlaceItem[]> {
  const items = await queryItems(db, 'places', {
    condition: 'pk = :block',
    values: { ':block': partitionOf(where.event, where.distance, where.block) },
    ProjectionExpression: 'n, #order, entry, heldUntil, retired',
    names: { '#order': 'order' },
    strong: options.strong,
  });
  return items.map((item) => placeItem.parse(item));
}

/** The moment before which a hold must have ended for anyone to take its place over. */
export function retakableBefore(now: Date): string {
  return new Date(now.getTime() - graceMinutes * 60_000).toISOString();
}

/** Whether a stored place may be taken by a new order: its hold and the grace are over. */
export function isRetakable(place: PlaceItem, now: Date): boolean {
  return place.heldUntil !== undefined && place.heldUntil < retakableBefore(now);
}

/** The place has no item, or one whose hold and grace are over. A taken or retired place has no `heldUntil`. */
const isFree = 'attribute_not_exists(pk) OR heldUntil < :retakable';
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
    put: { ...keyOf(place), order: owner.order, entry: owner.entry, heldUntil: owner.heldUntil },
    condition: isFree,
    values: { ':retakable': retakableBefore(now) },
  };
}

/** Makes a held place the order's for good; refused when the place is not the order's any more. */
export function keepPlace(name: string, place: Place, order: string): Part {
  return {
    name,
    table: 'places',
    key: keyOf(place),
    update: 'REMOVE heldUntil',
    condition: isOurs,
    names: { '#order': 'order' },
    values: { ':order': order },
  };
}

/** Holds a place of the order until a later moment; refused when the place is not the order's any more. */
export function extendPlace(name: string, place: Place, order: string, heldUntil: string): Part {
  return {
    name,
    table: 'places',
    key: keyOf(place),
    update: 'SET heldUntil = :until',
    condition: isOurs,
    names: { '#order': 'order' },
    values: { ':order': order, ':until': heldUntil },
  };
}

/** Frees a place of the order; refused when the place is not the order's any more. */
export function freePlace(name: string, place: Place, order: string): Part {
  return {
    name,
    table: 'places',
    delete: keyOf(place),
    condition: isOurs,
    names: { '#order': 'order' },
    values: { ':order': order },
  };
}
