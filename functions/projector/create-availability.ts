import type { DynamoDBStreamEvent } from 'aws-lambda';
import { recount } from '../../shared/entries/availability.ts';
import { parsePartition } from '../../shared/entries/places.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { databaseOf, type Environment, readSettings } from '../settings.ts';

/** The Lambda handler that recounts the blocks of places that changed. */
export function createAvailability(environment: Environment, world: World = realWorld) {
  const db = databaseOf(readSettings(environment));
  return async ({ Records }: DynamoDBStreamEvent): Promise<void> => {
    const touched = new Map<string, { event: string; distance: string; blocks: Set<number> }>();
    for (const { dynamodb } of Records) {
      const { event, distance, block } = parsePartition(dynamodb?.Keys?.pk?.S ?? '');
      const name = `${event}#${distance}`;
      const known = touched.get(name) ?? { event, distance, blocks: new Set() };
      touched.set(name, known);
      known.blocks.add(block);
    }
    await Promise.all([...touched.values()].map((where) => recount(db, world, where, { strong: false })));
  };
}
