import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { recountAll, writeCounts } from '../shared/entries/availability.ts';
import { countBlock } from '../shared/entries/occupancy.ts';
import { blockCount, blockSize, takePlace } from '../shared/entries/places.ts';
import type { Database, Item } from '../shared/platform/database.ts';
import { derivedId } from '../shared/platform/ids.ts';
import { physicalName } from '../shared/platform/tables.ts';
import type { World } from '../shared/platform/world.ts';
import { inParallel } from './statistics.ts';

/** A distance of which all places but so many are to be taken; the free ones lie evenly spread. */
export interface Filling {
  readonly event: string;
  readonly distance: string;
  readonly capacity: number;
  readonly free: number;
}

/** What DynamoDB takes in one batch. */
const batchSize = 25;

/** Takes places as if they had been paid and counts them. Places that are taken already are written again. */
export async function fillPlaces(db: Database, world: World, filling: Filling): Promise<void> {
  const { capacity, free } = filling;
  const isFree = (n: number): boolean =>
    Math.floor((n * free) / capacity) !== Math.floor(((n - 1) * free) / capacity);
  const taken = Array.from({ length: capacity }, (_, index) => index + 1).filter((n) => !isFree(n));
  const table = physicalName(db.prefix, 'places');
  await inParallel(Math.ceil(taken.length / batchSize), 8, async (batch) => {
    const items = taken
      .slice(batch * batchSize, (batch + 1) * batchSize)
      .map((n) => takenPlace(world, { ...filling, n }));
    await db.client.send(
      new BatchWriteCommand({ RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) } }),
    );
  });
  await recountAll(db, world, filling);
}

/**
 * Counts all blocks of a distance but the last as full, without writing a place: what guides a sign-up is then the
 * same as on a full distance, however large.
 */
export async function countAsFull(
  db: Database,
  world: World,
  where: { event: string; distance: string; capacity: number },
): Promise<void> {
  const blocks = Array.from({ length: blockCount(where.capacity) - 1 }, (_, block) => block);
  for (let start = 0; start < blocks.length; start += 20)
    await writeCounts(
      db,
      world,
      where,
      blocks.slice(start, start + 20).map((block) => {
        const places = Array.from({ length: blockSize }, (_, index) => ({
          n: block * blockSize + index + 1,
        }));
        return [block, countBlock(places)] as const;
      }),
      world.now().toISOString(),
    );
}

/** The item of a place that is paid for, as the service itself writes it. */
function takenPlace(world: World, place: { event: string; distance: string; n: number }): Item {
  const order = derivedId('ord', place.event, String(place.n));
  const owner = { order, entry: derivedId('ent', order), heldUntil: undefined };
  const part = takePlace('place', place, owner, world.now());
  if (!('put' in part)) throw new Error('A place is taken by other means than a put.');
  return part.put;
}
