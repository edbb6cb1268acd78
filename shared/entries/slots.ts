import * as z from 'zod';
import { mostHoldDays } from '../catalogue/bank-transfer.ts';
import { type Database, type Part, queryItems } from '../platform/database.ts';
import type { World } from '../platform/world.ts';

const slotItem = z.object({ sk: z.string(), holder: z.string(), until: z.string() });

/**
 * Days after its `until` when a slot may be deleted. An order may wait for longer than it was held at first: for a
 * transfer, and then for a slow card payment of two weeks. A slot that went before it would let in another.
 */
const keptDays = mostHoldDays + 30;

/** One of the few unpaid holds, or places on waiting lists, that somebody may have at a time. */
export interface Slot {
  readonly owner: string;
  readonly number: number;
  /** What had it when it was read: an order, or a waiter's stay on a list. */
  readonly holder?: string;
  /** Until when it was expected to be had. */
  readonly until?: string;
}

/**
 * The slots of somebody, from 1 to `count`, strongly read.
 * @param owner a keyed digest: the table tells nobody's address.
 */
export async function readSlots(db: Database, owner: string, count: number): Promise<Slot[]> {
  const items = await queryItems(db, 'slots', {
    condition: 'pk = :owner',
    values: { ':owner': owner },
    strong: true,
  });
  const used = new Map(items.map((item) => slotItem.parse(item)).map(({ sk, ...slot }) => [sk, slot]));
  return Array.from({ length: count }, (_, index) => ({
    owner,
    number: index + 1,
    ...used.get(String(index + 1)),
  }));
}

/**
 * A slot that may be taken: one that nothing has, or whose holder is over. A slot needs no giving back.
 * @returns undefined when all are used.
 */
export async function freeSlot(
  world: Pick<World, 'random'>,
  slots: readonly Slot[],
  isLive: (holder: string) => Promise<boolean>,
): Promise<Slot | undefined> {
  const unused = slots.filter(({ holder }) => holder === undefined);
  // Chosen at random, so that two requests at once rarely choose the same.
  const chosen = unused[Math.floor(world.random() * unused.length)];
  if (chosen) return chosen;
  for (const slot of slots) if (slot.holder === undefined || !(await isLive(slot.holder))) return slot;
  return undefined;
}

/** Takes a slot; refused when it is not as it was read. Its age deletes it once no hold that began so can be live. */
export function takeSlot(name: string, slot: Slot, holder: string, until: string): Part {
  return {
    name,
    table: 'slots',
    put: {
      pk: slot.owner,
      sk: String(slot.number),
      holder,
      until,
      expiresAt: Math.floor(Date.parse(until) / 1000) + keptDays * 86_400,
    },
    ...(slot.holder === undefined
      ? { condition: 'attribute_not_exists(pk)' }
      : {
          // It may have been deleted for its age since.
          condition: 'attribute_not_exists(pk) OR holder = :before',
          values: { ':before': slot.holder },
        }),
  };
}
