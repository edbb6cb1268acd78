import { randomUUID } from 'node:crypto';
import type { TestApi } from '../api.ts';
import { sampleOrder } from '../sample.ts';
import { asStaff } from './staff.ts';

const minutes = 60_000;

/** Mails come back or are refused, and are sent again: the same one to the right address, and one more where the first had arrived. */
export async function mailLives(api: TestApi): Promise<void> {
  const order = async (number: number, email: string): Promise<string> => {
    const { body } = await api.call('POST', '/api/events/test-race/orders', {
      body: sampleOrder(number, { contact: { email, locale: 'kk' } }),
      headers: { 'idempotency-key': randomUUID() },
    });
    const checkout = await api.call('POST', `/api/orders/${body.token}/checkout`);
    api.stripe.pay(new URL(checkout.body.url).pathname.split('/').at(-1) ?? '');
    await api.stripe.settle();
    return body.id;
  };
  const ids = [await order(90, 'bounce@example.com'), await order(91, 'stranger@example.com')];
  api.world.advance(2 * minutes);
  await api.sendMail();
  ids.push(await order(92, 'refused@example.com'));
  api.outbox.failNext(1, 'bad_address');
  api.world.advance(2 * minutes);
  await api.sendMail();
  for (const id of ids)
    await asStaff(api, 'finance', 'POST', `/orders/${id}/contact`, { email: 'right@example.com' });
  api.world.advance(2 * minutes);
  await api.sendMail();
}
