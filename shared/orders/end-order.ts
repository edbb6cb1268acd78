import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { releaseParts } from './confirm-paid-order.ts';
import { moveOrder, type OrderChange, placedLines, readOrder } from './order.ts';
import type { Shop } from './shop.ts';
import { follows } from './states.ts';

/** Rounds in which ending an order may meet other writers of it. */
const mostRounds = 8;

/** What the caller knows of an order when it ends it. */
export interface KnownEnd {
  /** The number of the latest attempt, which cannot be paid any more; undefined when there was none. */
  readonly attempt: number | undefined;
  /** False when nobody was ever told the address of its page. */
  readonly shown?: false;
}

/**
 * Ends an order that will not be paid any more: its places and its runners' locks are free again, in one
 * transaction. The caller must know that no payment page of it can still be paid.
 * @param move `hold_ended` or `payment_failed`.
 * @param known what makes the caller sure; refused when the order is no longer so.
 * @returns whether the order is over, by this call or before it.
 */
export async function endOrder(
  shop: Shop,
  id: string,
  move: 'hold_ended' | 'payment_failed',
  known: KnownEnd,
): Promise<boolean> {
  const { db, world } = shop;
  const lost = new Set<string>();
  for (let round = 0; round < mostRounds; round += 1) {
    const order = await readOrder(db, id);
    if (!order || follows(order.state, move) === undefined) return true;
    if (order.attempt?.number !== known.attempt || (known.shown === false && order.session)) return false;
    const outcome = await commit(db, world, [
      moveOrder(id, move, { remove: ['heldUntil'], ...stillSo(known) }),
      ...releaseParts(order, lost),
      mailDue({
        id: `${id}#expired`,
        kind: move === 'payment_failed' ? 'payment_failed' : 'order_expired',
        order: id,
        to: order.contact.email,
        locale: order.contact.locale,
        createdAt: world.now().toISOString(),
      }),
    ]);
    if (outcome.done) return true;
    for (const { entry } of placedLines(order)) if (outcome.refused.has(`place:${entry}`)) lost.add(entry);
  }
  throw new DatabaseBusy(`Ending order ${id} met other writers at every try.`);
}

function stillSo({ attempt, shown }: KnownEnd): Pick<OrderChange, 'condition' | 'names' | 'values'> {
  if (attempt === undefined) return { condition: 'attribute_not_exists(attempt)' };
  return {
    condition: `attempt.#number = :attempt${shown === false ? ' AND attribute_not_exists(#session)' : ''}`,
    names: { '#number': 'number', ...(shown === false && { '#session': 'session' }) },
    values: { ':attempt': attempt },
  };
}
