import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { publish } from '../../shared/catalogue/publish.ts';
import { readStoredEvent, writeEvent } from '../../shared/catalogue/store.ts';
import { readAvailability, recountAll } from '../../shared/entries/availability.ts';
import { markPlaces } from '../../shared/entries/mark-places.ts';
import { blockSize } from '../../shared/entries/places.ts';
import { resize } from '../../shared/entries/resize.ts';
import { placeOrder } from '../../shared/orders/place-order.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import { report } from '../../shared/reports/report.ts';
import { applyAll, hold, minutes, refusalOf, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { sampleEvent, sampleOrder } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { list, placesNow, tend } from '../support/waiting.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 6, early: 1 }));
});
afterEach(() => shop.stop());

const to = (capacity: number, db = shop.db) => resize(db, shop.world, { ...list, capacity });
const capacity = async () => (await readStoredEvent(shop.db, 'test-race'))?.definition.distances[0]?.capacity;

/** Everything in this order: one place a runner, whatever it costs; the places that were got. */
async function enterAll(from: number, count: number): Promise<number[]> {
  const places: number[] = [];
  for (let number = from; number < from + count; number += 1)
    for (const amount of [1_200_000, 2_000_000])
      try {
        const input = sampleOrder(number);
        const entries = input.entries.map((entry) => ({ ...entry, price: { amount, currency: 'KZT' } }));
        const order = await placeOrder(shop.desk, {
          event: 'test-race',
          idempotencyKey: `enter-all-${number}-${amount}`,
          input: { ...input, entries },
        });
        places.push(...order.lines.flatMap((line) => (line.kind === 'entry' ? line.place : [])));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
  return places.sort((a, b) => a - b);
}

/** Processes have forgotten what the catalogue and the availability were. */
const later = () => shop.world.advance(6000);

describe('lowering', () => {
  it('sells nothing above, even by a process that still knows the old capacity', async () => {
    const old = shop.anotherDesk();
    await old.catalogue.event('test-race');
    await to(3);
    expect(await placesNow(shop)).toEqual({ 4: 'retired', 5: 'retired', 6: 'retired' });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, number) =>
        placeOrder(old, {
          event: 'test-race',
          idempotencyKey: `old-process-${number}-000`,
          input: {
            ...sampleOrder(number),
            entries: sampleOrder(number).entries.map((entry) => ({
              ...entry,
              price: { amount: number === 0 ? 1_200_000 : 2_000_000, currency: 'KZT' },
            })),
          },
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(3);
    const had = (await contents(shop.db, 'places')).filter(({ order }) => order);
    expect(had.every(({ n }) => n <= 3)).toBe(true);
  });

  it('takes no place away, reports those above, and retires them when they come free', async () => {
    const paid = await toCheckout(shop, 1, {
      entries: sampleOrder(1).entries.map((entry) => ({
        ...entry,
        price: { amount: 1_200_000, currency: 'KZT' },
      })),
    });
    shop.double.pay(paid.session);
    await applyAll(shop);
    await enterAll(10, 5);
    expect(Object.keys(await placesNow(shop))).toHaveLength(6);
    await to(2);
    later();
    const { distances = [] } = (await report(shop.till, 'test-race')) ?? {};
    expect(distances[0]).toMatchObject({ capacity: 2, left: 0, overCapacity: 4, taken: 1, held: 5 });
    shop.world.advance(minutes(41));
    await tend(shop);
    await tend(shop);
    const now = await placesNow(shop);
    expect([3, 4, 5, 6].map((n) => now[n])).toEqual(Array(4).fill('retired'));
    expect(Object.values(now).filter((state) => state === 'taken')).toHaveLength(1);
    expect(await enterAll(30, 8)).toHaveLength(1);
  });

  it('is not undone by a waiting list that opens meanwhile', async () => {
    expect(await enterAll(10, 12)).toHaveLength(6);
    later();
    // The list reads the places, then the capacity is lowered, then the list marks what it read.
    let lowered: Promise<unknown> | undefined;
    const lower = () => {
      lowered ??= to(3);
      return lowered;
    };
    await tend(shop, withFaults(shop.db, { command: 'Update', table: 'places', times: 6, kind: lower }));
    const now = await placesNow(shop);
    expect([4, 5, 6].map((n) => now[n])).toEqual(Array(3).fill('held (retired)'));
    expect([1, 2, 3].map((n) => now[n])).toEqual(Array(3).fill('held (list)'));
  });

  it('is not undone by setting the capacity that still stands', async () => {
    // The places are retired, then the old capacity is set once more, then the event is to be written.
    const again = vi.fn(() => to(6));
    await to(3, withFaults(shop.db, { command: 'TransactWrite', kind: again }));
    expect(again).toHaveBeenCalledOnce();
    expect(await capacity()).toBe(3);
    expect(await placesNow(shop)).toEqual({ 4: 'retired', 5: 'retired', 6: 'retired' });
  });

  it('is not undone by one that was refused for another edit meanwhile', async () => {
    const edit = async () => {
      const stored = await readStoredEvent(shop.db, list.event);
      if (stored) await writeEvent(shop.db, shop.world, stored.definition, stored, false);
    };
    // Another process retires places; this one takes them back, but is refused; it must not leave it at that.
    await markPlaces(shop.db, shop.world, { ...list, from: 4, to: 6 }, () => 'retired');
    const revision = async () => (await readStoredEvent(shop.db, list.event))?.revision ?? 0;
    const before = await revision();
    await to(6, withFaults(shop.db, { command: 'TransactWrite', kind: edit }));
    expect(await revision()).toBe(before + 2);
    await to(6);
    expect(await revision()).toBe(before + 2);
  });

  it('stops at the last place that a price is for', async () => {
    expect((await refusalOf(to(1))).detail.errors).toEqual([
      { field: 'capacity', code: 'too_small', limit: 2 },
    ]);
    expect(await capacity()).toBe(6);
    expect(await placesNow(shop)).toEqual({});
  });

  it('is not undone by a file, and publishing does not lower', async () => {
    await to(3);
    const file = sampleEvent({ places: 6, early: 1 });
    expect(await publish(shop.db, shop.world, file)).toMatchObject({ result: 'edited_since' });
    await to(8);
    expect(await publish(shop.db, shop.world, file, { replace: true })).toMatchObject({
      result: 'not_allowed',
    });
  });
});

describe('raising', () => {
  it('sells what was retired, and more', async () => {
    await to(2);
    expect(await to(8)).toEqual({ before: 2, capacity: 8 });
    later();
    expect(await placesNow(shop)).toEqual({});
    expect(await enterAll(10, 12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('finds the places in another block', async () => {
    await to(205);
    await to(150);
    await to(201);
    later();
    const { occupancy } = await readAvailability(shop.db, list.event, list.distance, { strong: true });
    expect([occupancy.countFree(1, 201), occupancy.countFree(202, 205)]).toEqual([201, 0]);
  });

  it('counts every block of a distance of 40,000 places', async () => {
    const most = 40_000;
    for (let n = 1; n <= most; n += blockSize)
      await markPlaces(shop.db, shop.world, { ...list, from: n, to: n }, () => 'retired');
    await recountAll(shop.db, shop.world, { ...list, capacity: most });
    const free = async () => {
      const { occupancy } = await readAvailability(shop.db, list.event, list.distance, { strong: true });
      return occupancy.countFree(1, most);
    };
    expect(await free()).toBe(most - most / blockSize);
    expect(await to(most)).toEqual({ before: 6, capacity: most });
    expect(await free()).toBe(most);
  });
});

describe('an interruption', () => {
  it.each([1, 2, 3, 4, 5])('at write %i is made good by the same call', async (writes) => {
    for (const capacity of [3, 6]) {
      const db = withFaults(
        shop.db,
        { command: 'Update', kind: () => {}, times: writes },
        { command: 'Update', kind: 'fail-before' },
      );
      await to(capacity, db).catch(() => {});
      await to(capacity);
    }
    later();
    expect(await capacity()).toBe(6);
    expect(await enterAll(10, 8)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('before or after the catalogue is written leaves no place for sale twice', async () => {
    for (const kind of ['fail-before', 'lose-answer'] as const)
      await to(3, withFaults(shop.db, { command: 'TransactWrite', kind })).catch(() => {});
    await to(3);
    later();
    expect(await enterAll(10, 8)).toEqual([1, 2, 3]);
  });
});

describe('at once', () => {
  it('with transactions on the same places, it tries again', async () => {
    const conflict = { command: 'Update', table: 'places', kind: 'conflict', times: 3 } as const;
    expect(await to(3, withFaults(shop.db, conflict))).toEqual({ before: 6, capacity: 3 });
    expect(await placesNow(shop)).toEqual({ 4: 'retired', 5: 'retired', 6: 'retired' });
  });

  it('with sign-ups, nobody gets a place above', async () => {
    const [got] = await Promise.all([enterAll(10, 10), to(3)]);
    const above = got.filter((n) => n > 3);
    later();
    const had = (await contents(shop.db, 'places')).filter(({ order, n }) => order && n > 3);
    expect(had.map(({ n }) => Number(n)).sort((a, b) => a - b)).toEqual(above);
    expect(had.every(({ onFree }) => onFree === 'retired')).toBe(true);
    const states = Object.values(await placesNow(shop));
    expect(states.filter((state) => state.startsWith('held'))).toHaveLength(got.length);
  });

  it('two resizings end as one of them', async () => {
    await Promise.all([to(3), to(8)]);
    const now = (await capacity()) ?? 0;
    expect([3, 8]).toContain(now);
    await to(now);
    later();
    expect(await enterAll(10, 12)).toHaveLength(now);
  });

  it('an event or a distance that is not there is refused', async () => {
    expect((await refusalOf(resize(shop.db, shop.world, { ...list, event: 'none', capacity: 5 }))).code).toBe(
      'event_unknown',
    );
    expect(
      (await refusalOf(resize(shop.db, shop.world, { ...list, distance: 'none', capacity: 5 }))).code,
    ).toBe('distance_unknown');
    expect((await refusalOf(hold(shop, 1))).code).toBe('price_changed');
  });
});
