import { readAvailabilities, recount, recountAll } from '../entries/availability.ts';
import { readBlock } from '../entries/places.ts';
import { endHold } from './end-hold.ts';
import type { Till } from './till.ts';

/** What a sweep did. */
export interface Swept {
  readonly ended: number;
  readonly failed: number;
}

/**
 * Ends every hold that is over. The availability of each distance says which blocks have one; a full sweep counts
 * all blocks anew first, which heals whatever a lost stream record left behind.
 */
export async function sweepHolds(till: Till, options: { full: boolean }): Promise<Swept> {
  const swept = { ended: 0, failed: 0 };
  for (const event of await till.catalogue.events()) {
    if (options.full)
      for (const { id, capacity } of event.distances)
        await recountAll(till.db, till.world, { event: event.id, distance: id, capacity });
    const availabilities = await readAvailabilities(
      till.db,
      event.id,
      event.distances.map(({ id }) => id),
    );
    for (const [distance, { occupancy }] of availabilities) {
      const now = till.world.now().toISOString();
      const blocks = occupancy.blocksWithHoldsOver(now);
      for (const block of blocks) await sweepBlock(till, { event: event.id, distance, block }, now, swept);
      await recount(till.db, till.world, { event: event.id, distance, blocks });
    }
  }
  return swept;
}

async function sweepBlock(
  till: Till,
  where: { event: string; distance: string; block: number },
  now: string,
  swept: { ended: number; failed: number },
): Promise<void> {
  const places = await readBlock(till.db, where, { strong: true });
  const orders = new Set(
    places.flatMap(({ order, heldUntil }) =>
      order && heldUntil !== undefined && heldUntil <= now ? [order] : [],
    ),
  );
  for (const order of orders)
    try {
      if (await endHold(till, order)) swept.ended += 1;
    } catch (error) {
      swept.failed += 1;
      till.log('a hold could not be ended yet', {
        order,
        why: error instanceof Error ? error.name : 'unknown',
      });
    }
}
