import type { EntryLine } from './lines.ts';
import { type Order, readOrder } from './order.ts';
import type { OrderDesk } from './place-order.ts';
import { isWaiting } from './states.ts';

/**
 * The order with which a change of an entry is being paid. One whose hold is over is ended first, after asking the
 * payment provider.
 * @returns undefined when nothing waits to be paid for the entry.
 */
export async function pendingOrder(
  { db, world, endOverdueHold }: OrderDesk,
  { pending }: Pick<EntryLine, 'pending'>,
): Promise<Order | undefined> {
  const order = pending && (await readOrder(db, pending.order));
  if (!order || !isWaiting(order.state)) return undefined;
  const isOver = order.heldUntil !== undefined && order.heldUntil < world.now().toISOString();
  return isOver && (await endOverdueHold(order.id)) ? undefined : order;
}
