import { readAvailabilities, recount, recountAll } from '../entries/availability.ts';
import { readBlock } from '../entries/places.ts';
import { endHold } from './end-hold.ts';
import { GatewayUnavailable } from './gateway.ts';
import type { Till } from './till.ts';

/** What a sweep did. */
export interface Swept {
  readonly ended: number;
  readonly failed: number;
}

/**
 * A provider that did not answer so often in one sweep will not answer the next call either: what is left waits for
 * the next sweep, so that this one ends before its time is up.
 */
const mostUnavailable = 5;

interface Progress {
  ended: number;
  failed: number;
  unavailable: number;
}

/**
 * Ends every hold that is over. The availability of each distance says which blocks have one; a full sweep counts
 * all blocks anew first, which heals whatever a lost stream record left behind.
 */
export async function sweepHolds(till: Till, options: { full: boolean }): Promise<Swept> {
  const progress: Progress = { ended: 0, failed: 0, unavailable: 0 };
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
      for (const block of blocks) await sweepBlock(till, { event: event.id, distance, block }, now, progress);
      await recount(till.db, till.world, { event: event.id, distance, blocks });
    }
  }
  return { ended: progress.ended, failed: progress.failed };
}

async function sweepBlock(
  till: Till,
  where: { event: string; distance: string; block: number },
  now: string,
  progress: Progress,
): Promise<void> {
  const places = await readBlock(till.db, where, { strong: true });
  const orders = new Set(
    places.flatMap(({ order, heldUntil }) =>
      order && heldUntil !== undefined && heldUntil <= now ? [order] : [],
    ),
  );
  for (const order of orders) {
    if (progress.unavailable === mostUnavailable) return;
    try {
      if (await endHold(till, order)) progress.ended += 1;
    } catch (error) {
      progress.failed += 1;
      if (error instanceof GatewayUnavailable) progress.unavailable += 1;
      till.log('a hold could not be ended yet', {
        order,
        why: error instanceof Error ? error.name : 'unknown',
      });
    }
  }
}
