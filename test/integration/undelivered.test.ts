import { afterEach, beforeEach, expect, it } from 'vitest';
import { verify } from '../../shared/ledger/verify.ts';
import { openTestApi, type TestApi } from '../support/api.ts';
import { sampleOrder } from '../support/sample.ts';

let api: TestApi;
beforeEach(async () => {
  api = await openTestApi();
});
afterEach(() => api.stop());

async function paidUnheard(number: number, input = sampleOrder(number)): Promise<string> {
  const order = await api.call('POST', '/api/events/test-race/orders', {
    body: input,
    headers: { 'idempotency-key': `key-for-undelivered-${number}` },
  });
  const checkout = await api.call('POST', `/api/orders/${order.body.token}/checkout`);
  api.stripe.pay(new URL(checkout.body.url).pathname.split('/').at(-1) ?? '');
  return order.body.token;
}

const stateOf = async (token: string) => (await api.call('GET', `/api/orders/${token}`)).body.state;
const day = 86_400_000;

it('a day without webhooks loses no entry and no gift', async () => {
  api.stripe.setWebhookUrl('http://127.0.0.1:9/closed');
  const gift = {
    entries: [],
    donations: [{ project: 'trees', amount: { amount: 500_000, currency: 'KZT' } }],
  };
  const tokens = [await paidUnheard(1), await paidUnheard(2, sampleOrder(2, gift))];
  api.world.advance(day);
  expect(await Promise.all(tokens.map(stateOf))).toEqual(['paying', 'paying']);
  await api.housekeeping('2026-11-24T00:05:00.000Z');
  expect(await Promise.all(tokens.map(stateOf))).toEqual(['paid', 'paid']);
  await api.housekeeping('2026-11-24T00:10:00.000Z');
  expect(await verify(api.db, api.world)).toMatchObject({ transactions: 2, difference: 0 });
});

it('waits while Stripe cannot list them', async () => {
  api.stripe.setWebhookUrl('http://127.0.0.1:9/closed');
  const token = await paidUnheard(1);
  api.stripe.faults.add({ kind: 'server-error', path: 'GET /v1/events', count: 4 });
  await api.housekeeping('2026-11-24T00:05:00.000Z');
  expect(await stateOf(token)).toBe('paying');
  api.stripe.faults.clear();
  await api.housekeeping('2026-11-24T00:10:00.000Z');
  expect(await stateOf(token)).toBe('paid');
});
