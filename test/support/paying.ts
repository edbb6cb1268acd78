import type { EntryInput } from '../../shared/contracts/orders.ts';
import { entryLines, type Order } from '../../shared/orders/order.ts';
import { applyAll, orderNow, toCheckout } from './buying.ts';
import { factsSince, latestEvent, tellAll } from './refunding.ts';
import type { TestShop } from './shop.ts';

/** A paid order of one entry and a gift to the trees. */
export async function paidAndDonated(shop: TestShop, number: number, amount: number): Promise<Order> {
  const donations = [{ project: 'trees', amount: { amount, currency: 'KZT' } }];
  const { order, session } = await toCheckout(shop, number, { donations });
  const latest = await latestEvent(shop);
  shop.double.pay(session);
  await tellAll(shop, await factsSince(shop, latest));
  return orderNow(shop, order.id);
}

/** A paid order of these entries; `number` makes it an order of its own. */
export async function paidOrderOf(shop: TestShop, number: number, entries: EntryInput[]): Promise<Order> {
  const { order, session } = await toCheckout(shop, number, { entries });
  shop.double.pay(session);
  await applyAll(shop);
  return orderNow(shop, order.id);
}

/** The order and the entry of its first line. */
export function nameOf(order: Order): { order: string; entry: string } {
  const [line] = entryLines(order);
  if (!line) throw new Error('The order has no entry.');
  return { order: order.id, entry: line.entry };
}
