import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { recountAll } from '../shared/entries/availability.ts';
import { takePlace } from '../shared/entries/places.ts';
import type { Database, Item } from '../shared/platform/database.ts';
import { derivedId } from '../shared/platform/ids.ts';
import { physicalName } from '../shared/platform/tables.ts';
import type { World } from '../shared/platform/world.ts';
import { inParallel } from './statistics.ts';

/** What DynamoDB takes in one batch. */
const batchSize = 25;

/** Takes all places of a distance but so many, spread evenly, as if they had been paid; then counts them. */
export async function fillPlaces(
  db: Database,
  world: World,
  where: { event: string; distance: string; capacity: number; free: number },
): Promise<void> {
  const { capacity, free } = where;
  const isFree = (n: number): boolean =>
    Math.floor((n * free) / capacity) !== Math.floor(((n - 1) * free) / capacity);
  const taken = Array.from({ length: capacity }, (_, index) => index + 1).filter((n) => !isFree(n));
  const table = physicalName(db.prefix, 'places');
  await inParallel(Math.ceil(taken.length / batchSize), 8, async (batch) => {
    const items = taken
      .slice(batch * batchSize, (batch + 1) * batchSize)
      .map((n) => takenPlace(world, { ...where, n }));
    await db.client.send(
      new BatchWriteCommand({ RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) } }),
    );
  });
  await recountAll(db, world, where);
}

/** The item of a place that is paid for, as the service itself writes it. */
function takenPlace(world: World, place: { event: string; distance: string; n: number }): Item {
  const order = derivedId('ord', place.event, String(place.n));
  const owner = { order, entry: derivedId('ent', order), heldUntil: undefined };
  const part = takePlace('place', place, owner, world.now());
  if (!('put' in part)) throw new Error('A place is taken by other means than a put.');
  return part.put;
}
