import { afterEach, beforeEach, expect, it } from 'vitest';
import { catalogueEvent } from '../../../shared/catalogue/schema.ts';
import { leaveWaitingList } from '../../../shared/orders/leave-waiting-list.ts';
import { mails, minutes, refusalOf } from '../../support/buying.ts';
import { contents } from '../../support/database.ts';
import { withFaults } from '../../support/faults.ts';
import { sampleEvent } from '../../support/sample.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';
import { accept, allHeld, hours, join, queueNow, tend, waiterNow } from '../../support/waiting.ts';

const parent = 'parent@example.com';
let shop: TestShop;
let ordered: number;
beforeEach(async () => {
  shop = await openTestShop(
    catalogueEvent.parse({ ...sampleEvent({ places: 3 }), limits: { waitingPerMail: 2 } }),
  );
  await allHeld(shop);
  ordered = (await contents(shop.db, 'slots')).length;
});
afterEach(() => shop.stop());

const family = (number: number, { time = 1, email = parent, db = shop.db } = {}) =>
  join(shop, number, time, db, email);

/** Others join in this order, each under an own address. */
async function others(...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    shop.world.advance(1_000);
    await join(shop, number);
  }
  shop.world.advance(1_000);
}

it('lets one address have so many runners wait, and writes to it no more often', async () => {
  const first = await family(10);
  await family(11, { email: 'parent+son@example.com' });
  expect(await refusalOf(family(12))).toMatchObject({
    code: 'too_many_waiting',
    detail: { field: 'contact.email' },
  });
  expect(await queueNow(shop)).toHaveLength(2);
  expect((await mails(shop)).filter((kind) => kind === 'waiting_joined')).toHaveLength(2);
  // The same request as before finds its waiter; another address has its own.
  expect(await family(10)).toBe(first);
  await join(shop, 13);
  const slots = await contents(shop.db, 'slots');
  expect(slots).toHaveLength(ordered + 3);
  expect(JSON.stringify(slots)).not.toContain('example.com');
});

it('allows as many as an order may have entries, where the event says nothing', async () => {
  await shop.stop();
  shop = await openTestShop(
    catalogueEvent.parse({ ...sampleEvent({ places: 3 }), limits: { entriesPerOrder: 3 } }),
  );
  await allHeld(shop);
  for (const number of [10, 11, 12]) await family(number);
  expect((await refusalOf(family(13))).code).toBe('too_many_waiting');
});

it('counts neither who left, nor who let an offer lapse, nor who took the place', async () => {
  const [first, second] = [await family(10), await family(11)];
  await others(30, 31, 32);
  await leaveWaitingList(shop.desk, first);
  await family(13);
  expect((await refusalOf(family(12))).code).toBe('too_many_waiting');
  shop.world.advance(minutes(41));
  await tend(shop);
  await tend(shop);
  expect((await waiterNow(shop, second)).state).toBe('offered');
  expect((await refusalOf(family(12))).code).toBe('too_many_waiting');
  await accept(shop, 11, second);
  const third = await family(12);
  await others(33, 34, 35, 36);
  shop.world.advance(hours(25));
  await tend(shop);
  await tend(shop);
  expect((await waiterNow(shop, third)).state).toBe('offered');
  expect((await refusalOf(family(14))).code).toBe('too_many_waiting');
  shop.world.advance(hours(25));
  await tend(shop);
  expect((await waiterNow(shop, third)).state).toBe('lapsed');
  await family(14);
});

it('counts a runner who left and came back once, under the address given last', async () => {
  const id = await family(10);
  await leaveWaitingList(shop.desk, id);
  shop.world.advance(1_000);
  expect(await family(10, { time: 2, email: 'other@example.com' })).toBe(id);
  await family(11);
  await family(12);
  expect((await refusalOf(family(13))).code).toBe('too_many_waiting');
  await family(14, { email: 'other@example.com' });
  expect((await refusalOf(family(15, { email: 'other@example.com' }))).code).toBe('too_many_waiting');
});

it('is exact when many come at once', async () => {
  const outcomes = await Promise.allSettled([20, 21, 22, 23, 24, 25].map((number) => family(number)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(await queueNow(shop)).toHaveLength(2);
});

it('finds the waiter of the very request that took the last slot, though its answer was lost or it came twice', async () => {
  await family(10);
  const db = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
  const lost = await Promise.allSettled([family(11, { db }), family(11), family(11)]);
  expect(lost.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(2);
  const id = await family(11);
  // It is written by another one after this one has found all slots used, or its waiter missing.
  await leaveWaitingList(shop.desk, id);
  shop.world.advance(1_000);
  const meeting = withFaults(shop.db, {
    command: 'Query',
    table: 'slots',
    kind: () => family(12),
  });
  expect(await family(12, { db: meeting })).toBe(await family(12));
  expect(await queueNow(shop)).toHaveLength(2);
});

it('leaves neither a waiter nor a slot when it dies before it is written', async () => {
  const db = withFaults(shop.db, { command: 'TransactWrite', kind: 'fail-before' });
  await expect(family(10, { db })).rejects.toThrow('Nothing was sent');
  expect(await queueNow(shop)).toEqual([]);
  expect(await contents(shop.db, 'slots')).toHaveLength(ordered);
});
