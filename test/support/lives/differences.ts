import { expect } from 'vitest';
import type { TestApi } from '../api.ts';
import type { Buying } from './money.ts';

const money = (amount: number) => ({ amount, currency: 'KZT' });

/** Entries go to a dearer distance, paid by webhook and then by housekeeping alone, and back to a cheaper one. */
export async function differencesLive(api: TestApi, buying: Buying): Promise<void> {
  for (const [number, isHeard] of [
    [820, true],
    [821, false],
  ] as const) {
    const token = await buying.order(number);
    api.stripe.pay(await buying.checkout(token));
    await api.stripe.settle();
    await api.project('test-race#10k#0');
    const seen = async () => (await api.call('GET', `/api/orders/${token}`)).body.lines[0];
    const { entry } = await seen();
    const change = async (distance: string, amount: number) => {
      const answer = await api.call('POST', `/api/orders/${token}/entries/${entry}/distance`, {
        body: { distance, price: money(amount) },
      });
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.body.lines[0];
    };
    const { pending } = await change('20k', 3_000_000);
    expect(pending).toMatchObject({ kind: 'change', distance: '20k', amount: money(1_000_000) });
    if (!isHeard) api.stripe.faults.add({ kind: 'drop' });
    api.stripe.pay(await buying.checkout(pending.token));
    await api.stripe.settle();
    if (!isHeard) {
      api.stripe.faults.clear();
      await api.housekeeping('2026-11-24T00:05:00.000Z');
    }
    expect((await seen()).distance).toBe('20k');
    expect((await api.call('GET', `/en/orders/${token}`)).status).toBe(200);
    await api.project('test-race#20k#0');
    api.world.advance(2_000);
    expect((await change('10k', 2_000_000)).distance).toBe('10k');
    await api.project('test-race#10k#0');
  }
}
