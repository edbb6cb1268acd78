import { endOrder } from '../orders/end-order.ts';
import { type Order, readOrder } from '../orders/order.ts';
import { isWaiting } from '../orders/states.ts';
import { applyPaid, holdWhilePending } from './apply-fact.ts';
import { checkoutRequest } from './checkout-request.ts';
import { type CheckoutPage, GatewayUnavailable } from './gateway.ts';
import type { Till } from './till.ts';

/**
 * Ends the hold of an order that is over. The payment provider is asked first: the places are freed only when the
 * order's page is closed for good, and a payment that came in meanwhile is applied instead.
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
  if (!order.attempt) return endOrder(till, id, 'hold_ended', undefined);
  const page = await closedPage(till, order, order.attempt);
  if (page?.status === 'paid') {
    await applyPaid(till, id, page.payment);
    const applied = await readOrder(till.db, id);
    return !applied || !isWaiting(applied.state);
  }
  if (page?.status === 'pending') {
    await holdWhilePending(till, order);
    return false;
  }
  return endOrder(till, id, pending ? 'payment_failed' : 'hold_ended', order.attempt.number);
}

/**
 * The page of the attempt after it was closed; undefined when none was ever made.
 * @throws GatewayUnavailable also when the provider cannot say whether there was one: then the hold stays.
 */
async function closedPage(
  till: Till,
  order: Order,
  attempt: NonNullable<Order['attempt']>,
): Promise<CheckoutPage | undefined> {
  if (order.session) return till.gateway.closeCheckout(order.session.id);
  // The process may have died between making the page and recording it: the same request finds it again.
  const event = await till.catalogue.event(order.event);
  if (!event) throw new Error(`The event of order ${order.id} is not in the catalogue.`);
  const page = await till.gateway.openCheckout(checkoutRequest(till, order, event, attempt));
  if (page.status === 'spent')
    throw new GatewayUnavailable('The attempt may have a page that cannot be found now.');
  return page.id === undefined ? undefined : till.gateway.closeCheckout(page.id);
}
