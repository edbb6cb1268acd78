import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { TestApi } from '../api.ts';
import type { Buying } from './money.ts';
import { asStaff } from './staff.ts';

const minutes = 60_000;
/** Refunds to it succeed, and are sent back. */
const closedCard = '4000000000005126';

/** A refund comes back from a closed card, and staff pay it by bank and record that. */
export async function refundsByBankLive(api: TestApi, buying: Buying): Promise<void> {
  const settle = async (): Promise<void> => {
    await api.stripe.settle();
    await api.project('test-race#10k#0');
    api.world.advance(2 * minutes);
  };
  const token = await buying.order(340);
  api.stripe.pay(await buying.checkout(token), { card: closedCard });
  await settle();
  const path = `/orders/${token.split('.')[0]}`;
  const given = await api.call('POST', `/api/staff${path}/refunds`, {
    body: { note: 'All of it.' },
    headers: {
      authorization: `Bearer ${await api.token(['finance'])}`,
      'idempotency-key': randomUUID(),
    },
  });
  expect(given.status).toBe(201);
  await api.housekeeping('2026-11-24T00:09:00.000Z');
  await settle();
  const { due } = await asStaff(api, 'viewer', 'GET', path);
  // Whether it is known as made before it is told as failed is a matter of who comes first.
  expect(due).toMatchObject([{ status: 'failed' }]);
  const { id, amount, createdAt } = due[0];
  const sent = { reference: '0042', date: createdAt.slice(0, 10), amount };
  const wrong = await api.call('POST', `/api/staff${path}/refunds/${id}/by-bank`, {
    body: { ...sent, reference: '' },
    headers: { authorization: `Bearer ${await api.token(['finance'])}` },
  });
  expect(wrong.body).toMatchObject({ code: 'validation_failed', errors: [{ field: 'reference' }] });
  for (const _again of [1, 2])
    expect(await asStaff(api, 'finance', 'POST', `${path}/refunds/${id}/by-bank`, sent)).toMatchObject({
      state: 'refunded',
      due: [],
    });
}
