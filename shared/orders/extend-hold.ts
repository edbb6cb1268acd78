import { extendPlace } from '../entries/places.ts';
import { commit, type Part } from '../platform/database.ts';
import { moveOrder, type Order, placedLines } from './order.ts';
import type { Shop } from './shop.ts';

/**
 * Holds an order and its places until a later moment, in one transaction.
 * @param move `checkout_started` to keep it payable, `payment_pending` when a slow payment is under way.
 * @returns false when the order or one of its places is not there to be extended.
 */
export async function extendHold(
  shop: Shop,
  order: Order,
  heldUntil: string,
  move: 'checkout_started' | 'payment_pending',
): Promise<boolean> {
  const outcome = await commit(shop.db, shop.world, [
    moveOrder(order.id, move, { set: { heldUntil } }),
    ...holdPlaces(order, heldUntil),
  ]);
  return outcome.done;
}

/** Holds the places of an order until a moment (parts `place:<entry>`); refused when one is not the order's. */
export function holdPlaces(order: Order, heldUntil: string): Part[] {
  return placedLines(order).map(({ entry, distance, place }) =>
    extendPlace(`place:${entry}`, { event: order.event, distance, n: place }, order.id, heldUntil),
  );
}
