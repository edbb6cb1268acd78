import type { CatalogueEvent } from '../catalogue/schema.ts';
import { attemptWithin, holdFor, methodOf } from '../orders/attempt.ts';
import { endOrder } from '../orders/end-order.ts';
import { extendHold } from '../orders/extend-hold.ts';
import { moveExpression, type Order, orderKey, parseOrder, readOrder } from '../orders/order.ts';
import { isWaiting } from '../orders/states.ts';
import { DatabaseBusy, writeItem } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { applyPaid, holdWhilePending } from './apply-fact.ts';
import { changeMethod, type MethodChoice } from './change-method.ts';
import { checkoutRequest } from './checkout-request.ts';
import { endHold } from './end-hold.ts';
import type { Till } from './till.ts';

const minute = 60_000;
/** Rounds in which a checkout may meet other writers of the order. */
const mostRounds = 6;
/** Stripe takes an `expires_at` from 30 minutes ahead (docs.stripe.com/payments/checkout/managing-limited-inventory). */
const shortestPage = 31 * minute;
/**
 * How long after the event's own hold an order may still be held for another payment page: pages fail only with the
 * provider, and a failing provider must not keep places for ever.
 */
const longestExtension = 60 * minute;

/** Where the buyer goes on: to the payment page, or nowhere since nothing is left to pay. */
export interface CheckoutStep {
  readonly state: Order['state'];
  readonly url?: string;
}

/**
 * Prepares the payment page of an order. The attempt was stored before the provider is asked and its parameters never
 * change, so that a repetition after any interruption finds the same page; and the page is stored before anybody is
 * told its address, so that a page that nobody recorded cannot have been paid.
 * @param choice how it is to be paid; an order that was to be paid otherwise is from now on to be paid so.
 * @throws Refusal `order_unknown`, or `order_not_payable` when the order is over; where the method changes, also those
 * of `changeMethod`.
 * @throws GatewayUnavailable when the provider cannot answer; nothing is lost, the same call may follow.
 */
export async function startCheckout(
  till: Till,
  id: string,
  choice: MethodChoice = { method: 'card' },
): Promise<CheckoutStep> {
  for (let round = 0; round < mostRounds; round += 1) {
    const order = await readOrder(till.db, id);
    if (!order) throw new Refusal('order_unknown');
    if (order.state === 'paid' || order.state === 'pending') return { state: order.state };
    if (!isWaiting(order.state)) throw new Refusal('order_not_payable');
    const event = await till.catalogue.event(order.event);
    if (!event) throw new Refusal('order_unknown');
    const now = till.world.now().getTime();
    const { attempt, session } = order;
    const left = attempt ? Date.parse(attempt.expiresAt) - now : 0;
    // The page of an attempt that has run out may still be paid until the provider has said otherwise.
    if (attempt && left <= 0) {
      await endHold(till, id);
      continue;
    }
    if (attempt && methodOf(attempt) !== choice.method) {
      await changeMethod(till, { ...order, attempt }, event, choice);
      continue;
    }
    if (attempt && session) {
      const step = await shownPage(till, order, session.id, attempt.number);
      if (step) return step;
      continue;
    }
    // A page that was made for an attempt that is too short by now was shown to nobody.
    const isLongEnough = attempt !== undefined && left >= shortestPage;
    const current = isLongEnough
      ? order
      : await beginAttempt(till, order, event, (attempt?.number ?? 0) + 1, now);
    const step = current && (await openPage(till, current, event));
    if (step) return step;
  }
  throw new DatabaseBusy(`The checkout of order ${id} met other writers at every try.`);
}

/** The page that was shown before, as it is now; undefined when what became of it has changed the order. */
async function shownPage(
  till: Till,
  order: Order,
  session: string,
  attempt: number,
): Promise<CheckoutStep | undefined> {
  const page = await till.gateway.findCheckout(session);
  if (page.status === 'open') return { state: order.state, url: page.url };
  if (page.status === 'pending') return { state: order.state };
  if (page.status === 'paid') {
    await applyPaid(till, order.id, page.payment);
    return { state: (await readOrder(till.db, order.id))?.state ?? order.state };
  }
  await endOrder(till, order.id, 'hold_ended', { attempt });
  return undefined;
}

async function beginAttempt(
  till: Till,
  order: Order,
  event: CatalogueEvent,
  number: number,
  now: number,
): Promise<Order | undefined> {
  let heldUntil = new Date(order.heldUntil ?? order.createdAt);
  // The method stays, and so does the page before it that may not be closed yet.
  const { method, replaces } = order.attempt ?? {};
  const kept = { ...(method && { method }), ...(replaces !== undefined && { replaces }) };
  let attempt = { ...kept, ...attemptWithin(number, heldUntil) };
  if (Date.parse(attempt.expiresAt) < now + shortestPage) {
    const latest = Date.parse(order.createdAt) + event.holdMinutes * minute + longestExtension;
    if (number > 1 && now > latest) throw new Refusal('order_not_payable');
    heldUntil = holdFor(new Date(now + shortestPage));
    attempt = { ...kept, ...attemptWithin(number, heldUntil) };
    if (!(await extendHold(till, order, heldUntil.toISOString(), 'checkout_started')))
      throw new Refusal('order_not_payable');
  }
  return update(till, order.id, {
    set: { attempt },
    condition: `attribute_not_exists(#session) AND ${
      number === 1 ? 'attribute_not_exists(attempt)' : 'attempt.#number = :before'
    }`,
    names: { '#session': 'session', ...(number > 1 && { '#number': 'number' }) },
    ...(number > 1 && { values: { ':before': number - 1 } }),
  });
}

async function openPage(till: Till, order: Order, event: CatalogueEvent): Promise<CheckoutStep | undefined> {
  const { attempt } = order;
  if (!attempt) return undefined;
  if (attempt.replaces !== undefined && !(await isClosed(till, order, attempt.replaces)))
    return { state: (await readOrder(till.db, order.id))?.state ?? order.state };
  const page = await till.gateway.openCheckout(checkoutRequest(till, order, event, attempt));
  if (page.status === 'open') {
    const { id, url } = page;
    const recorded = await update(till, order.id, {
      set: { session: { id } },
      condition: 'attempt.#number = :number',
      names: { '#number': 'number' },
      values: { ':number': attempt.number },
    });
    return recorded && { state: recorded.state, url };
  }
  // Paid or closed meanwhile: the webhook brings the order's new state; the next round reads it.
  if (page.status === 'paid' || page.status === 'pending') return { state: order.state };
  await beginAttempt(till, order, event, attempt.number + 1, till.world.now().getTime());
  return undefined;
}

/** Closes the page of the attempt before; false when that one is being paid after all. */
async function isClosed(till: Till, order: Order, replaced: string): Promise<boolean> {
  const page = await till.gateway.closeCheckout(replaced);
  if (page.status === 'paid') await applyPaid(till, order.id, page.payment);
  if (page.status === 'pending') await holdWhilePending(till, order);
  return page.status === 'expired';
}

async function update(
  till: Till,
  id: string,
  change: NonNullable<Parameters<typeof moveExpression>[1]>,
): Promise<Order | undefined> {
  const write = {
    table: 'orders',
    key: orderKey(id),
    ...moveExpression('checkout_started', change),
  } as const;
  const { done, item } = await writeItem(till.db, till.world, write, { returnItem: true });
  return done && item ? parseOrder(item) : undefined;
}
