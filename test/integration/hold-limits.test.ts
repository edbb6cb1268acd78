import { afterEach, beforeEach, expect, it } from 'vitest';
import { catalogueEvent } from '../../shared/catalogue/schema.ts';
import { placeOrder } from '../../shared/orders/place-order.ts';
import { applyAll, hold, minutes, refusalOf, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { sampleEntry, sampleEvent, sampleOrder } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { tend } from '../support/waiting.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(
    catalogueEvent.parse({
      ...sampleEvent(),
      limits: { entriesPerOrder: 2, unpaidHoldsPerMail: 2, unpaidHoldsPerClient: 3 },
    }),
  );
});
afterEach(() => shop.stop());

const coach = { contact: { email: 'coach@example.com', locale: 'ru' } } as const;
const from = (client: string, number: number) =>
  placeOrder(shop.desk, {
    event: 'test-race',
    idempotencyKey: `from-client-${number}-000`,
    client,
    input: sampleOrder(number),
  });

it('holds one address to so many unpaid orders, and says when to come again', async () => {
  await hold(shop, 1, coach);
  shop.world.advance(minutes(5));
  await hold(shop, 2, coach);
  const tagged = { contact: { email: 'coach+3@example.com', locale: 'ru' } } as const;
  expect(await refusalOf(hold(shop, 3, tagged))).toMatchObject({
    code: 'too_many_holds',
    detail: { retryAfter: 35 * 60 },
  });
  // The same request as before finds its order.
  expect((await hold(shop, 2, coach)).state).toBe('held');
  expect(await contents(shop.db, 'places')).toHaveLength(2);
  expect(await hold(shop, 4)).toMatchObject({ state: 'held' });
});

it('counts neither paid orders nor those that ended, nor gifts', async () => {
  shop.double.pay((await toCheckout(shop, 1, coach)).session);
  await applyAll(shop);
  await hold(shop, 2, coach);
  await hold(shop, 3, coach);
  expect((await refusalOf(hold(shop, 4, coach))).code).toBe('too_many_holds');
  const gift = { project: 'school', amount: { amount: 500_000, currency: 'KZT' } };
  expect((await hold(shop, 5, { ...coach, entries: [], donations: [gift] })).total).toBe(500_000);
  shop.world.advance(minutes(41));
  expect((await refusalOf(hold(shop, 4, coach))).detail.retryAfter).toBe(60);
  await tend(shop);
  expect((await hold(shop, 4, coach)).state).toBe('held');
});

it('asks for no slots before the hold, and reads them when the one it tried is used', async () => {
  const db = withFaults(shop.db);
  const meeting = { ...shop, desk: { ...shop.desk, db } };
  const transactions = () => db.sent.filter((name) => name === 'TransactWrite').length;
  await hold(meeting, 1, coach);
  expect(transactions()).toBe(1);
  expect(db.sent).not.toContain('Query');
  await hold(meeting, 2, coach);
  const reads = db.sent.filter((name) => name === 'Query').length;
  // One of two slots is used: the second order either met it or did not.
  expect([transactions(), reads]).toEqual(reads === 0 ? [2, 0] : [3, 1]);
  const before = transactions();
  expect((await refusalOf(hold(meeting, 3, coach))).code).toBe('too_many_holds');
  expect(transactions()).toBe(before + 1);
  expect(await contents(shop.db, 'places')).toHaveLength(2);
});

it('is exact when ten come at once, and when an answer is lost', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, number) => hold(shop, number, coach)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(await contents(shop.db, 'places')).toHaveLength(2);
  const db = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
  const other = { contact: { email: 'other@example.com', locale: 'ru' } } as const;
  await expect(hold({ ...shop, desk: { ...shop.desk, db } }, 20, other)).rejects.toThrow('answer was lost');
  expect((await hold(shop, 20, other)).state).toBe('held');
  expect((await hold(shop, 21, other)).state).toBe('held');
  expect((await refusalOf(hold(shop, 22, other))).code).toBe('too_many_holds');
});

it('holds one network address as well, where the event says so, and stores neither plain', async () => {
  for (const number of [1, 2, 3]) await from('192.0.2.7', number);
  expect((await refusalOf(from('192.0.2.7', 4))).code).toBe('too_many_holds');
  expect((await from('192.0.2.8', 5)).state).toBe('held');
  const slots = await contents(shop.db, 'slots');
  expect(slots).toHaveLength(8);
  expect(JSON.stringify(slots)).not.toMatch(/example\.com|192\.0/);
});

it('takes no more entries in one order than the event allows', async () => {
  const entries = [1, 2, 3].map((number) => sampleEntry(number));
  expect((await refusalOf(hold(shop, 1, { entries }))).detail.errors).toEqual([
    { field: 'entries', code: 'too_many', limit: 2 },
  ]);
});
