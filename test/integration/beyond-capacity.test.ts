import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStoredEvent } from '../../shared/catalogue/store.ts';
import { readAvailability, recount, recountAll } from '../../shared/entries/availability.ts';
import { blockOf } from '../../shared/entries/places.ts';
import { resize } from '../../shared/entries/resize.ts';
import { answerCallOff, callEventOff } from '../../shared/orders/call-off.ts';
import { entryLines, type Order } from '../../shared/orders/order.ts';
import { tendCallOffs } from '../../shared/orders/tend-call-offs.ts';
import { physicalName } from '../../shared/platform/tables.ts';
import { callOffState } from '../../shared/reports/call-off-state.ts';
import { report } from '../../shared/reports/report.ts';
import { orderNow } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import { sampleEntry, sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { changeableEvent, teamEntry } from '../support/teams.ts';

const answerBy = '2026-12-10T00:00:00.000Z';
const places = 300;

let shop: TestShop;
let orders: Order[];
beforeEach(async () => {
  const { distances, ...event } = changeableEvent({ event: sampleEvent({ places }) });
  shop = await openTestShop({ ...event, distances: distances.map((one) => ({ ...one, capacity: places })) });
});
afterEach(() => shop.stop());

/** Past the catalogue's memory of a few seconds. */
const later = () => shop.world.advance(6_000);
const to = (distance: string, capacity: number) =>
  resize(shop.db, shop.world, { event: 'test-race', distance, capacity });
const blockIn = (order: Order) => blockOf(entryLines(order)[0]?.place ?? 0);
/** Six who paid, some of them in the second and third block of the places, by the chance of a seed. */
async function paid(distance: '10k' | '20k'): Promise<void> {
  const price = { amount: distance === '20k' ? 3_000_000 : 2_000_000, currency: 'KZT' };
  orders = [];
  for (let number = 10; number < 70; number += 10)
    orders.push(await paidOrderOf(shop, number, [sampleEntry(number, { distance, price })]));
  expect(new Set(orders.map(blockIn))).toEqual(new Set([0, 1, 2]));
}
const callOff = async () => {
  const input = { kind: 'cancelled', answerBy, unanswered: 'refund', note: 'Storm' } as const;
  await callEventOff(shop, 'test-race', { by: 'dana', input });
  later();
};
const asked = async () =>
  new Set(
    (await contents(shop.db, 'outbox'))
      .filter(({ kind }) => kind === 'event_called_off')
      .map(({ order }) => order),
  );
const all = () => new Set(orders.map(({ id }) => id));
const percentNow = async () =>
  (await callOffState(shop.db, 'test-race', { mayDecide: true }))?.decided?.percent;

describe('who has a place beyond a capacity that was lowered', () => {
  it('is asked and settled like everybody else when the event is called off', async () => {
    await paid('10k');
    await to('10k', 100);
    await callOff();
    expect(await tendCallOffs(shop.till)).toEqual({ asked: 6, ended: 0 });
    expect(await asked()).toEqual(all());
    const last = orders.find((order) => blockIn(order) === 2);
    if (!last) throw new Error('Nobody has a place there.');
    await answerCallOff(shop.till, nameOf(last), { choice: 'refund' });
    shop.world.set(answerBy);
    expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 5 });
    for (const { id } of orders)
      expect(entryLines(await orderNow(shop, id))[0]?.cancelled?.why).toBe('event');
    expect((await readStoredEvent(shop.db, 'test-race'))?.calledOff?.settledAt).toBeDefined();
  });

  it('is named in the report when it is a team that lacks members', async () => {
    for (let number = 10; number < 70; number += 10)
      await paidOrderOf(shop, number, [teamEntry(`Команда ${number}`)]);
    await to('relay', 100);
    later();
    const found = (await report(shop.till, 'test-race'))?.incompleteTeams ?? [];
    expect(found.some(({ place }) => place > 100)).toBe(true);
    expect(found).toHaveLength(6);
  });

  it('is counted by a full recount', async () => {
    await paid('10k');
    await to('10k', 100);
    const beyond = async () =>
      (await readAvailability(shop.db, 'test-race', '10k', { strong: true })).occupancy.countBeyond(100);
    const had = orders.filter((order) => blockIn(order) > 0).length;
    expect(await beyond()).toBe(had);
    const last = orders.find((order) => blockIn(order) === 2);
    if (!last) throw new Error('Nobody has a place there.');
    await callOff();
    await answerCallOff(shop.till, nameOf(last), { choice: 'refund' });
    await recountAll(shop.db, shop.world, { event: 'test-race', distance: '10k', capacity: 100 });
    expect(await beyond()).toBe(had - 1);
  });

  it('is known before the capacity is lower, whatever breaks off', async () => {
    await paid('10k');
    const db = withFaults(shop.db, { command: 'TransactWrite', table: 'catalogue', kind: 'lose-answer' });
    await expect(
      resize(db, shop.world, { event: 'test-race', distance: '10k', capacity: 100 }),
    ).rejects.toThrow(ConnectionLost);
    expect((await readStoredEvent(shop.db, 'test-race'))?.definition.distances[0]?.capacity).toBe(100);
    await callOff();
    expect((await tendCallOffs(shop.till)).asked).toBe(6);
  });
});

describe('an event that changes while it is worked through', () => {
  it('has nobody left out when a distance grows', async () => {
    await paid('20k');
    await callOff();
    const db = withFaults(shop.db, { command: 'TransactWrite', table: 'outbox', kind: 'fail-before' });
    await expect(tendCallOffs({ ...shop.till, db })).rejects.toThrow(ConnectionLost);
    const before = await percentNow();
    expect(before).toBeGreaterThan(0);
    await to('10k', 600);
    later();
    await tendCallOffs(shop.till);
    expect(await asked()).toEqual(all());
    expect(await percentNow()).toBe(100);
  });

  it('has places looked at that become known only then', async () => {
    await paid('10k');
    await to('10k', 100);
    const Key = { pk: 'test-race', sk: '10k' };
    await shop.db.client.send(
      new DeleteCommand({ TableName: physicalName(shop.db.prefix, 'availability'), Key }),
    );
    await callOff();
    await tendCallOffs(shop.till);
    await tendCallOffs(shop.till);
    expect((await asked()).size).toBeLessThan(6);
    await recount(shop.db, shop.world, { event: 'test-race', distance: '10k', blocks: [2] });
    await tendCallOffs(shop.till);
    expect(await asked()).toEqual(all());
  });
});
