import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fold } from '../../shared/ledger/fold.ts';
import { verify } from '../../shared/ledger/verify.ts';
import { changeDistance } from '../../shared/orders/change-distance.ts';
import { entryLines } from '../../shared/orders/order.ts';
import { report } from '../../shared/reports/report.ts';
import { balances, hold, orderNow, refusalOf } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import { sampleEntry } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { changeableEvent, teamEntry } from '../support/teams.ts';

const price = { amount: 2_000_000, currency: 'KZT' };
let shop: TestShop;
let name: { order: string; entry: string };
let numbers = 0;
beforeAll(async () => {
  shop = await openTestShop(changeableEvent());
});
afterAll(() => shop.stop());
beforeEach(async () => {
  numbers += 100;
  name = nameOf(await paidOrderOf(shop, numbers, [sampleEntry(numbers)]));
});

const change = (distance: string, desk = shop.desk, from = name) =>
  changeDistance(desk, from, { distance, price });

/** Where the entry's order and the places say that it is. */
async function standing(of = name, on = shop) {
  const [line] = entryLines(await orderNow(on, of.order));
  const places = (await contents(on.db, 'places')).filter(({ entry }) => entry === of.entry);
  const [entry] = (await contents(on.db, 'orders')).filter(({ sk }) => sk === of.entry);
  return {
    line: `${line?.distance} ${line?.place}`,
    places: places.map(
      ({ pk, n, heldUntil }) => `${String(pk).split('#')[1]} ${n}${heldUntil ? ' held' : ''}`,
    ),
    entry: entry?.distance,
  };
}

async function isConsistent(distance: string, of = name, on = shop) {
  const { line, places, entry } = await standing(of, on);
  expect(places).toEqual([line]);
  expect(line.split(' ')[0]).toBe(distance);
  expect(entry).toBe(distance);
}

describe('a change of distance', () => {
  it('moves place, line and entry, and what the ledger counts', async () => {
    await fold(shop.db, shop.world);
    const before = await balances(shop);
    const counted = async () => {
      const found = await report(shop.till, 'test-race');
      const of = (id: string) => found?.distances.find(({ distance }) => distance === id);
      const pick = (id: string) => {
        const { entriesConfirmed = 0, received, feeShare } = of(id) ?? {};
        return [entriesConfirmed, received?.amount ?? 0, feeShare?.amount ?? 0];
      };
      return { from: pick('10k'), to: pick('5k'), total: found?.totals.received.amount };
    };
    const first = await counted();
    await change('5k');
    await fold(shop.db, shop.world);
    const second = await counted();
    await isConsistent('5k');
    expect(await balances(shop)).toEqual(before);
    expect(second.total).toBe(first.total);
    // The projects keep what the payment gave them, whatever the new distance's own rule would give.
    const moved = [1, 2_000_000, 500_000];
    expect(second.from).toEqual(first.from.map((figure, index) => figure - (moved[index] ?? 0)));
    expect(second.to).toEqual(first.to.map((figure, index) => figure + (moved[index] ?? 0)));
    expect(await verify(shop.db, shop.world)).toMatchObject({ difference: 0, waiting: 0 });
  });

  it('can be changed back', async () => {
    await change('5k');
    await change('10k');
    await isConsistent('10k');
    await change('5k');
    await isConsistent('5k');
  });

  it('is done once, however often and at once it is asked for', async () => {
    await Promise.all(Array.from({ length: 6 }, () => change('5k')));
    await isConsistent('5k');
    const facts = (await contents(shop.db, 'ledger')).filter(({ sk }) => String(sk).includes('moved'));
    expect(facts.filter(({ order }) => order === name.order)).toHaveLength(1);
  });

  it('is whole when it is cut off before or after it was written', async () => {
    const before = withFaults(shop.db, { command: 'TransactWrite', kind: 'fail-before' });
    await expect(change('5k', { ...shop.desk, db: before })).rejects.toThrow(ConnectionLost);
    await isConsistent('10k');
    const after = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    await expect(change('5k', { ...shop.desk, db: after })).rejects.toThrow(ConnectionLost);
    await isConsistent('5k');
    await change('5k');
    await isConsistent('5k');
  });
});

describe('a change is refused', () => {
  const code = async (work: Promise<unknown>) => (await refusalOf(work)).code;

  it('in another currency, and of a project that the distance does not offer', async () => {
    const dollars = { distance: '5k', price: { ...price, currency: 'USD' } };
    expect((await refusalOf(changeDistance(shop.desk, name, dollars))).detail.errors).toEqual([
      { field: 'price.currency', code: 'currency_wrong', limit: 'KZT' },
    ]);
    const dearer = { distance: '20k', price: { ...price, amount: 3_000_000 }, project: 'moon' };
    expect((await refusalOf(changeDistance(shop.desk, name, dearer))).detail.errors).toEqual([
      { field: 'project', code: 'project_unknown' },
    ]);
    await isConsistent('10k');
  });

  it('to what the runner is too old for, to a team’s distance, to none', async () => {
    expect((await refusalOf(change('children'))).detail.errors).toEqual([
      { field: 'distance', code: 'too_old', limit: 14 },
    ]);
    expect((await refusalOf(change('relay'))).detail.errors).toEqual([
      { field: 'distance', code: 'not_an_option' },
    ]);
    expect((await refusalOf(change('no-such'))).detail.errors).toEqual([
      { field: 'distance', code: 'distance_unknown' },
    ]);
  });

  it('after entry has closed, for a team, and for what is not paid', async () => {
    const unpaid = nameOf(await hold(shop, numbers + 1, { entries: [sampleEntry(numbers + 1)] }));
    expect(await code(change('5k', shop.desk, unpaid))).toBe('order_not_paid');
    const team = nameOf(await paidOrderOf(shop, numbers + 2, [teamEntry()]));
    expect(await code(change('5k', shop.desk, team))).toBe('entry_unknown');
    const now = shop.world.now().toISOString();
    shop.world.set('2027-09-13T00:00:00.000Z');
    expect(await code(change('5k'))).toBe('registration_closed');
    shop.world.set(now);
  });
});

it('a race for the last places ends with each place one runner’s', async () => {
  const small = await openTestShop(changeableEvent({ places: 3 }));
  const names = [];
  for (let number = 1; number <= 8; number += 1)
    names.push(nameOf(await paidOrderOf(small, number, [sampleEntry(number)])));
  const results = await Promise.allSettled(names.map((of) => change('5k', small.anotherDesk(), of)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  for (const [index, of] of names.entries())
    await isConsistent(results[index]?.status === 'fulfilled' ? '5k' : '10k', of, small);
  expect(await verify(small.db, small.world)).toMatchObject({ difference: 0 });
  await small.stop();
});
