import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderInput } from '../../shared/contracts/orders.ts';
import { countUses } from '../../shared/entries/code-uses.ts';
import { verify } from '../../shared/ledger/verify.ts';
import { entryLines } from '../../shared/orders/order.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { hold, mails, minutes, orderNow, refusalOf } from '../support/buying.ts';
import { openCodeShop, tenge } from '../support/codes.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { sampleEntry } from '../support/sample.ts';
import type { TestShop } from '../support/shop.ts';
import { tend } from '../support/waiting.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openCodeShop();
});
afterEach(() => shop.stop());

const free = (number: number, changes: Partial<OrderInput> = {}) => {
  const { project: _, ...entry } = sampleEntry(number, { price: tenge(0) });
  return hold(shop, number, { code: 'FREE-ENTRY', entries: [entry], ...changes });
};
const used = () => countUses(shop.db, { event: 'test-race', code: 'FREE-ENTRY' }, 3);

/** One entry, one fact and one mail of the order, and no payment. */
async function expectConfirmedOnce(id: string): Promise<void> {
  const order = await orderNow(shop, id);
  expect(order).toMatchObject({ state: 'paid', total: 0 });
  expect(order).not.toHaveProperty('heldUntil');
  expect(order).not.toHaveProperty('attempt');
  const [line] = entryLines(order);
  expect(line).toMatchObject({ price: 0, listPrice: 2_000_000, shares: [] });
  const mine = (await contents(shop.db, 'places')).filter((place) => place.order === id);
  expect(mine).toMatchObject([{ n: line?.place }]);
  expect(mine[0]).not.toHaveProperty('heldUntil');
  const facts = (await contents(shop.db, 'ledger')).filter((fact) => fact.order === id);
  expect(facts).toMatchObject([{ fact: `${id} free`, postings: [], entries: { '10k': 1 } }]);
}

describe('an order that costs nothing', () => {
  it('is confirmed at once, without a payment page', async () => {
    const { id } = await free(1);
    await expectConfirmedOnce(id);
    expect(await mails(shop)).toEqual(['order_paid']);
    expect(await startCheckout(shop.till, id)).toEqual({ state: 'paid' });
    expect(await shop.facts()).toEqual([]);
    // Nothing is swept or counted as unpaid.
    expect(await contents(shop.db, 'slots')).toEqual([]);
    shop.world.advance(minutes(200));
    await tend(shop);
    await expectConfirmedOnce(id);
  });

  it('is confirmed once, however often it is sent and at once', async () => {
    const orders = await Promise.all(Array.from({ length: 8 }, () => free(1)));
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1);
    await expectConfirmedOnce(orders[0]?.id ?? '');
    expect(await used()).toBe(1);
    expect(await mails(shop)).toEqual(['order_paid']);
  });

  it.each(['fail-before', 'lose-answer', 'conflict'] as const)('is whole after %s', async (kind) => {
    const db = withFaults(shop.db, { command: 'TransactWrite', kind });
    const cut = { ...shop, desk: { ...shop.desk, db } };
    const { project: _, ...entry } = sampleEntry(1, { price: tenge(0) });
    const first = hold(cut, 1, { code: 'FREE-ENTRY', entries: [entry] });
    if (kind === 'conflict') await first;
    else await expect(first).rejects.toThrow(ConnectionLost);
    const { id } = await free(1);
    await expectConfirmedOnce(id);
    expect(await used()).toBe(1);
  });

  it('cannot drain a distance: the code has so many uses, and so many for one address', async () => {
    const coach = { contact: { email: 'coach@example.com', locale: 'ru' } } as const;
    await free(1, coach);
    await free(2, coach);
    expect((await refusalOf(free(3, coach))).detail.errors).toEqual([
      { field: 'code', code: 'code_used_by_mail' },
    ]);
    const outcomes = await Promise.allSettled([4, 5, 6, 7].map((number) => free(number)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await used()).toBe(3);
    expect(await contents(shop.db, 'places')).toHaveLength(3);
  });

  it('is refused to a runner who is entered, and to who has no code', async () => {
    await free(1);
    const again = await refusalOf(hold(shop, 2, { entries: [sampleEntry(1)] }));
    expect(again.code).toBe('runner_already_entered');
    expect((await refusalOf(hold(shop, 3, { entries: [sampleEntry(3, { price: tenge(0) })] }))).code).toBe(
      'price_changed',
    );
    // Without a price there is nothing for a project; with one there is.
    const { project: _, ...entry } = sampleEntry(4);
    expect((await refusalOf(hold(shop, 4, { entries: [entry] }))).detail.errors).toEqual([
      { field: 'entries.0.project', code: 'project_required' },
    ]);
  });

  it('goes to the payment page as soon as there is a gift with it', async () => {
    const order = await free(1, { donations: [{ project: 'trees', amount: tenge(500_000) }] });
    expect(order).toMatchObject({ state: 'held', total: 500_000 });
    expect(await startCheckout(shop.till, order.id)).toMatchObject({ state: 'paying' });
    const [session] = (await shop.stripe.checkout.sessions.list()).data;
    expect(session?.amount_total).toBe(500_000);
  });

  it('is counted by the totals, which agree with the ledger', async () => {
    await free(1);
    await free(2);
    await hold(shop, 3);
    expect(await verify(shop.db, shop.world)).toMatchObject({ difference: 0 });
  });
});
