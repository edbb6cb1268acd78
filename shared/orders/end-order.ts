import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { releaseParts } from './confirm-paid-order.ts';
import { entryLines, moveOrder, type Order, readOrder } from './order.ts';
import type { Shop } from './shop.ts';
import { moves, type OrderMove } from './states.ts';

/** Rounds in which ending an order may meet other writers of it. */
const mostRounds = 8;

/**
 * Ends an order that will not be paid any more: its places and its runners' locks are free again, in one
 * transaction. The caller must know that no payment page of it can still be paid.
 * @param move `hold_ended` or `payment_failed`.
 * @param attempt the number of the latest attempt the caller knows to be dead (undefined: there was none); refused
 * when another was started since.
 * @returns whether the order is over, by this call or before it.
 */
export async function endOrder(
  shop: Shop,
  id: string,
  move: Extract<OrderMove, 'hold_ended' | 'payment_failed'>,
  attempt: number | undefined,
): Promise<boolean> {
  const { db, world } = shop;
  const lost = new Set<string>();
  for (let round = 0; round < mostRounds; round += 1) {
    const order = await readOrder(db, id);
    if (!order || !startsFrom(order, move)) return true;
    if (order.attempt?.number !== attempt) return false;
    const outcome = await commit(db, world, [
      moveOrder(id, move, {
        remove: ['heldUntil'],
        ...(attempt === undefined
          ? { condition: 'attribute_not_exists(attempt)' }
          : {
              condition: 'attempt.#number = :attempt',
              values: { ':attempt': attempt },
              names: { '#number': 'number' },
            }),
      }),
      ...releaseParts(order, lost),
      mailDue({
        id: `${id}#expired`,
        kind: 'order_expired',
        order: id,
        to: order.contact.email,
        locale: order.contact.locale,
        createdAt: world.now().toISOString(),
      }),
    ]);
    if (outcome.done) return true;
    for (const { entry } of entryLines(order)) if (outcome.refused.has(`place:${entry}`)) lost.add(entry);
  }
  throw new DatabaseBusy(`Ending order ${id} met other writers at every try.`);
}

function startsFrom(order: Order, move: OrderMove): boolean {
  const from: readonly string[] = moves[move].from;
  return from.includes(order.state);
}
