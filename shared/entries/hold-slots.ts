import * as z from 'zod';
import { type Database, type Part, queryItems } from '../platform/database.ts';

const slotItem = z.object({ sk: z.string(), order: z.string(), until: z.string() });

/** One of the few unpaid holds that somebody may have at a time. */
export interface HoldSlot {
  readonly owner: string;
  readonly number: number;
  /** The order that had it when it was read. */
  readonly order?: string;
  /** Until when that order held its places at first. */
  readonly until?: string;
}

/**
 * The slots of somebody, from 1 to `count`, strongly read.
 * @param owner a keyed digest: the table tells nobody's address.
 */
export async function readSlots(db: Database, owner: string, count: number): Promise<HoldSlot[]> {
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

/** Takes a slot for an order; refused when it is not as it was read. DynamoDB may delete it a day after. */
export function takeSlot(name: string, slot: HoldSlot, order: string, until: string): Part {
  return {
    name,
    table: 'slots',
    put: {
      pk: slot.owner,
      sk: String(slot.number),
      order,
      until,
      expiresAt: Math.floor(Date.parse(until) / 1000) + 86_400,
    },
    ...(slot.order === undefined
      ? { condition: 'attribute_not_exists(pk)' }
      : {
          // It may have been deleted for its age since.
          condition: 'attribute_not_exists(pk) OR #order = :before',
          names: { '#order': 'order' },
          values: { ':before': slot.order },
        }),
  };
}
