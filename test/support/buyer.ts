import { randomUUID } from 'node:crypto';
import type { Service } from '../../local/service.ts';
import { checkoutView, orderView } from '../../shared/contracts/orders.ts';
import { sampleEntry, sampleOrder } from './sample.ts';

/** Buys through the API of a running service, as the pages do. Each order is of a runner of its own. */
export async function placeOrder(
  service: Service,
  {
    event,
    distance,
    amount = 800_000,
    project = 'city-trees',
  }: { event: string; distance: string; amount?: number; project?: string },
): Promise<string> {
  const number = Math.floor(Math.random() * 1e9);
  const entry = sampleEntry(number, { distance, price: { amount, currency: 'KZT' }, project });
  const answer = await fetch(`${service.url}/api/events/${event}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(sampleOrder(number, { entries: [entry] })),
  });
  if (answer.status !== 201) throw new Error(`The order was refused: ${await answer.text()}`);
  return orderView.parse(await answer.json()).token;
}

/** Pays an order on the double of Stripe, and waits until its webhooks have been delivered. */
export async function pay(service: Service, token: string, card?: string): Promise<void> {
  const answer = await fetch(`${service.url}/api/orders/${token}/checkout`, { method: 'POST' });
  const { url } = checkoutView.parse(await answer.json());
  const session = new URL(url ?? '').pathname.split('/').at(-1) ?? '';
  service.stripe?.pay(session, card === undefined ? {} : { card });
  await service.stripe?.settle();
}
