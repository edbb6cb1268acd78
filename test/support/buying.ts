import type { OrderInput } from '../../shared/contracts/orders.ts';
import { type Order, readOrder } from '../../shared/orders/order.ts';
import { placeOrder } from '../../shared/orders/place-order.ts';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import type { PaymentFact } from '../../shared/payments/gateway.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import type { Till } from '../../shared/payments/till.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import { contents } from './database.ts';
import { sampleOrder } from './sample.ts';
import type { TestShop } from './shop.ts';

export const minutes = (count: number) => count * 60_000;
export const days = (count: number) => minutes(count * 24 * 60);

/** Holds a place for runner `number`; the key is the number's, so that the same number is the same request. */
export function hold(shop: TestShop, number: number, changes: Partial<OrderInput> = {}): Promise<Order> {
  return placeOrder(shop.desk, {
    event: 'test-race',
    idempotencyKey: `idempotency-key-${String(number).padStart(6, '0')}`,
    input: sampleOrder(number, changes),
  });
}

/** An order with a payment page that is open. */
export async function toCheckout(
  shop: TestShop,
  number: number,
  changes: Partial<OrderInput> = {},
): Promise<{ order: Order; session: string }> {
  const { id } = await hold(shop, number, changes);
  await startCheckout(shop.till, id);
  const order = await orderNow(shop, id);
  if (!order.session) throw new Error('There is no payment page.');
  return { order, session: order.session.id };
}

/** The order as it is stored now. */
export async function orderNow(shop: Pick<TestShop, 'db'>, id: string): Promise<Order> {
  const order = await readOrder(shop.db, id);
  if (!order) throw new Error(`There is no order ${id}.`);
  return order;
}

/** The state of an order as it is stored now. */
export async function stateOf(
  shop: Pick<TestShop, 'db'>,
  { id }: Pick<Order, 'id'>,
): Promise<Order['state']> {
  return (await orderNow(shop, id)).state;
}

/** What Stripe has said so far, without what the service ignores. */
export async function factsSoFar(shop: TestShop): Promise<PaymentFact[]> {
  return (await shop.facts()).filter(({ kind }) => kind !== 'ignored');
}

/** Applies everything that Stripe has said so far, oldest first. */
export async function applyAll(shop: TestShop, till: Till = shop.till): Promise<void> {
  for (const fact of await factsSoFar(shop)) await applyFact(till, fact);
}

/** The balance of every ledger account. */
export async function balances(shop: Pick<TestShop, 'db'>): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { postings } of await contents(shop.db, 'ledger'))
    for (const { account, amount } of postings) sums[account] = (sums[account] ?? 0) + amount;
  return sums;
}

/** The kinds of the mails that are due or were sent, sorted. */
export async function mails(shop: Pick<TestShop, 'db'>): Promise<string[]> {
  return (await contents(shop.db, 'outbox')).map(({ kind }) => String(kind)).sort();
}

/** The refusal that some work ends with; anything else is thrown. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}
