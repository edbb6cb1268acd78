import { endOrder } from '../orders/end-order.ts';
import { readOrder } from '../orders/order.ts';
import { isWaiting } from '../orders/states.ts';
import { applyPaid, holdWhilePending } from './apply-fact.ts';
import type { Till } from './till.ts';

/**
 * Ends the hold of an order that is over. Where somebody was sent to a payment page, the provider is asked first: the
 * places are freed only when the page is closed for good, and a payment that came in meanwhile is applied instead.
 * @returns whether the order is no longer waiting to be paid.
 * @throws GatewayUnavailable when the provider cannot answer; the hold stays.
 */
export async function endHold(till: Till, id: string): Promise<boolean> {
  const order = await readOrder(till.db, id);
  if (!order || !isWaiting(order.state)) return true;
  const now = till.world.now().toISOString();
  // An order ends with its payment page; one that never had a page, or is being paid slowly, with its hold.
  const pending = order.state === 'pending';
  const endsAt = pending ? order.heldUntil : (order.attempt?.expiresAt ?? order.heldUntil);
  if (endsAt === undefined || endsAt > now) return false;
  const attempt = order.attempt?.number;
  const move = pending ? 'payment_failed' : 'hold_ended';
  // An attempt by another method may not have closed the page before it.
  const shown = order.session?.id ?? order.attempt?.replaces;
  // Nobody was told the address of a page, so none was paid; and one that was made has closed by itself.
  if (shown === undefined) return endOrder(till, id, move, { attempt, shown: false });
  const page = await till.gateway.closeCheckout(shown);
  if (page.status === 'paid') {
    await applyPaid(till, id, page.payment);
    const applied = await readOrder(till.db, id);
    if (!applied || !isWaiting(applied.state)) return true;
    // What was paid does not fit the order: staff have it, and nobody can pay on a page that was paid.
  }
  if (page.status === 'pending') {
    await holdWhilePending(till, order);
    return false;
  }
  return endOrder(till, id, move, { attempt });
}
