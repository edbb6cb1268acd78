import { lockHolder } from '../entries/runner-lock.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { leftLockParts } from './end-entries.ts';
import { entryLines, type Order, readOrder, readOrderWithEntries } from './order.ts';
import type { OrderDesk } from './place-order.ts';
import type { Shop } from './shop.ts';
import { isWaiting } from './states.ts';

/**
 * Another order has the runner. If its hold is over it is ended, after asking the payment provider, or if it has only
 * kept the lock of a team that ended it gives it back, and the caller tries again; otherwise nothing is told about it here, and its link goes to the address it was made with.
 * @param lock the lock that was refused; undefined when none was.
 * @param field the path of the runner in the request.
 * @throws Refusal `runner_already_entered`.
 */
export async function makeWay(desk: OrderDesk, lock: string | undefined, field: string): Promise<void> {
  const { db, world } = desk;
  const holder = lock === undefined ? undefined : await lockHolder(db, lock);
  const order = holder === undefined ? undefined : await readOrder(db, holder);
  if (!order || lock === undefined) return;
  const over = order.heldUntil !== undefined && order.heldUntil < world.now().toISOString();
  if (isWaiting(order.state) && over && (await desk.endOverdueHold(order.id))) return;
  if (await releaseLeft(desk, order, lock)) return;
  // At most one such mail an hour and order, whoever asks how often.
  const hour = world.now().toISOString().slice(0, 13);
  await commit(db, world, [
    mailDue({
      id: `${order.id}#link#${hour}`,
      kind: 'order_link',
      order: order.id,
      to: order.contact.email,
      locale: order.contact.locale,
      createdAt: world.now().toISOString(),
    }),
  ]);
  throw new Refusal('runner_already_entered', { field });
}

/** Gives back a lock that an order has kept of a team that ended; false when it has it for an entry that stands. */
export async function releaseLeft(
  { db, world }: Pick<Shop, 'db' | 'world'>,
  order: Order,
  lock: string,
): Promise<boolean> {
  if (!entryLines(order).some((line) => line.cancelled && line.lock === undefined)) return false;
  const whole = await readOrderWithEntries(db, order.id);
  const parts = whole && leftLockParts(whole, lock);
  if (!parts) return false;
  await commit(db, world, parts);
  return true;
}
