import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { promoCode, publishPromoCodes } from '../../../shared/catalogue/promo-codes.ts';
import { openCatalogue } from '../../../shared/catalogue/store.ts';
import { openGuide } from '../../../shared/entries/availability.ts';
import { takeUse } from '../../../shared/entries/code-uses.ts';
import { endOrder } from '../../../shared/orders/end-order.ts';
import { readOrder } from '../../../shared/orders/order.ts';
import { commit } from '../../../shared/platform/database.ts';
import type { TestApi } from '../api.ts';
import { sampleEntry, sampleOrder } from '../sample.ts';

const minutes = 60_000;

/** Codes are quoted, give an entry away, and are given back by a payment page that closes and by holds that are over. */
export async function codesLive(api: TestApi, checkout: (token: string) => Promise<string>): Promise<void> {
  const codes = [
    { code: 'FREE-ENTRY', off: { percent: 10_000 }, uses: 3, perMail: 1 },
    { code: 'TENTH', off: { percent: 1_000 }, uses: 9 },
  ].map((code) => promoCode.parse(code));
  await publishPromoCodes(api.db, api.world, 'test-race', codes);
  const enter = async (number: number, code: string, amount: number): Promise<string> => {
    const entry = sampleEntry(number, { price: { amount, currency: 'KZT' } });
    const answer = await api.call('POST', '/api/events/test-race/orders', {
      body: sampleOrder(number, { entries: [entry], code }),
      headers: { 'idempotency-key': randomUUID() },
    });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body.token;
  };
  const quoted = await api.call('POST', '/api/events/test-race/quote', {
    body: { entries: [{ distance: '10k' }], code: 'tenth' },
  });
  if (quoted.body.total.amount !== 1_800_000) throw new Error(quoted.text);
  await enter(601, 'FREE-ENTRY', 0);
  api.stripe.expire(await checkout(await enter(602, 'TENTH', 1_800_000)));
  await api.stripe.settle();
  // Paid, and the order ended before anybody heard of it: it takes its place again, and another use, as its own has gone.
  for (const [number, isHeard] of [
    [606, true],
    [607, false],
  ] as const) {
    const token = await enter(number, 'TENTH', 1_800_000);
    const session = await checkout(token);
    api.stripe.faults.add({ kind: isHeard ? 'hold' : 'drop' });
    api.stripe.pay(session);
    const shop = { ...api, catalogue: openCatalogue(api.db, api.world), guide: openGuide(api.db, api.world) };
    const id = token.split('.')[0] ?? '';
    await endOrder(shop, id, 'hold_ended', { attempt: 1 });
    const [line] = (await readOrder(api.db, id))?.lines ?? [];
    if (line?.kind !== 'entry' || !line.promo) throw new Error('The order has no code.');
    const { code, use } = line.promo;
    await commit(api.db, api.world, [takeUse('use', { event: 'test-race', code }, use, `other-${number}`)]);
    if (isHeard) {
      api.stripe.faults.clear();
      api.stripe.faults.release();
    }
    await api.stripe.settle();
    api.stripe.faults.clear();
    if (!isHeard) await api.housekeeping('2026-11-24T00:05:00.000Z');
    expect((await readOrder(api.db, id))?.state).toBe('paid');
  }
  // One is ended by who comes next with the same runner, one by the clock.
  await enter(604, 'TENTH', 1_800_000);
  await enter(605, 'TENTH', 1_800_000);
  api.world.advance(45 * minutes);
  await api.project('test-race#10k#0');
  await enter(604, 'TENTH', 1_800_000);
  await api.housekeeping('2026-11-24T00:03:00.000Z');
}
