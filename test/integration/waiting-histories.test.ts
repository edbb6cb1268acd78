import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resize } from '../../shared/entries/resize.ts';
import { readQueue } from '../../shared/entries/waiter.ts';
import { leaveWaitingList } from '../../shared/orders/leave-waiting-list.ts';
import { entryLines } from '../../shared/orders/order.ts';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import { factsSoFar, hold, minutes, orderNow } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { sampleEntry, sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { accept, hours, join, list, placesNow, tend, waiterNow } from '../support/waiting.ts';

const runners = 7;
const mostPlaces = 5;

const runner = fc.nat({ max: runners - 1 });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ is: fc.constant('hold' as const), runner }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('pay' as const), runner, late: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ is: fc.constant('join' as const), runner }) },
  { weight: 4, arbitrary: fc.record({ is: fc.constant('accept' as const), runner }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('leave' as const), runner }) },
  {
    weight: 2,
    arbitrary: fc.record({ is: fc.constant('resize' as const), to: fc.integer({ min: 1, max: mostPlaces }) }),
  },
  { weight: 5, arbitrary: fc.record({ is: fc.constant('tend' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ is: fc.constant('wait' as const), minutes: fc.constantFrom(1, 45, 1500) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** One history: what each runner's latest order and waiter are, and what was seen. */
interface History {
  readonly shop: TestShop;
  readonly orders: Map<number, string>;
  readonly waiters: Map<number, string>;
  requests: number;
}

/** Each time a new request of the same runner. */
function enter({ shop, requests }: History, runner: number) {
  return hold(shop, 1000 + requests, { entries: [sampleEntry(runner)] });
}

async function act(history: History, action: Step): Promise<void> {
  const { shop, orders, waiters } = history;
  // Processes forget what they knew, and no two joins are at the same moment.
  shop.world.advance(6000);
  history.requests += 1;
  switch (action.is) {
    case 'hold': {
      const kept = Object.entries(await placesNow(shop));
      const order = await enter(history, action.runner);
      orders.set(action.runner, order.id);
      for (const { place } of entryLines(order)) {
        const before = kept.find(([n]) => Number(n) === place)?.[1];
        expect(before === undefined || before === 'held', `place ${place} was ${before}`).toBe(true);
      }
      return;
    }
    case 'accept': {
      const waiter = waiters.get(action.runner);
      if (waiter === undefined) return;
      const { place } = await waiterNow(shop, waiter);
      const order = await accept(shop, action.runner, waiter, 1000 + history.requests);
      expect(entryLines(order)[0]?.place).toBe(place);
      orders.set(action.runner, order.id);
      return;
    }
    case 'pay': {
      const id = orders.get(action.runner);
      if (id === undefined) return;
      await startCheckout(shop.till, id);
      const { session } = await orderNow(shop, id);
      if (!session) return;
      shop.double.pay(session.id);
      if (action.late) shop.world.advance(minutes(45));
      if (action.late) await tend(shop);
      for (const fact of await factsSoFar(shop)) await applyFact(shop.till, fact);
      return;
    }
    case 'join':
      waiters.set(action.runner, await join(shop, action.runner, history.requests));
      return;
    case 'leave': {
      const waiter = waiters.get(action.runner);
      if (waiter !== undefined) await leaveWaitingList(shop.till, waiter);
      return;
    }
    case 'resize':
      await resize(shop.db, shop.world, { ...list, capacity: action.to });
      return;
    case 'tend': {
      const before = await readQueue(shop.db, list);
      await tend(shop);
      // First come, first served: who is left is the tail of the queue.
      const after = await readQueue(shop.db, list);
      expect(after).toEqual(before.slice(before.length - after.length));
      return;
    }
    case 'wait':
      shop.world.advance(minutes(action.minutes));
  }
}

/** What must hold at every moment: each place has one owner, and each side names the other. */
async function check({ shop }: History): Promise<void> {
  const places = (await contents(shop.db, 'places')).filter(({ pk }) => String(pk).includes('#10k#'));
  const orders = (await contents(shop.db, 'orders')).filter(({ sk }) => sk === 'order');
  const waiting = await contents(shop.db, 'waiting');
  for (const place of places) {
    const owners = [place.free, place.order, place.offeredTo].filter((owner) => owner !== undefined);
    expect(owners, JSON.stringify(place)).toHaveLength(1);
    expect(place.n).toBeLessThanOrEqual(mostPlaces);
  }
  for (const order of orders) {
    const live = ['held', 'paying', 'pending', 'paid'].includes(order.state);
    for (const { place, entry } of order.lines) {
      const item = places.find(({ n }) => n === place);
      const has = item?.order === order.pk && item?.entry === entry;
      // An order that was not ended yet may have lost its place to somebody else, but not while it is paid.
      if (order.state === 'paid') expect(has, `paid ${JSON.stringify(item)}`).toBe(true);
      if (!live) expect(has, `${order.state} ${JSON.stringify(item)}`).toBe(false);
      if (has) expect(item?.heldUntil === undefined).toBe(order.state === 'paid');
    }
  }
  const queue = waiting
    .filter(({ pk }) => String(pk).startsWith('queue#'))
    .map(({ sk }) => String(sk).split('#')[1] ?? '');
  const waiters = waiting.filter(({ sk }) => sk === 'waiter');
  expect(queue.sort()).toEqual(
    waiters
      .filter(({ state }) => state === 'waiting')
      .map(({ pk }) => String(pk))
      .sort(),
  );
  const offers = places.filter(({ offeredTo }) => offeredTo).map(({ n, offeredTo }) => `${offeredTo} ${n}`);
  expect(offers.sort()).toEqual(
    waiters
      .filter(({ state }) => state === 'offered')
      .map(({ pk, place }) => `${pk} ${place}`)
      .sort(),
  );
}

/** In the end everybody leaves and what is free is sold: no place is lost, and none is sold twice. */
async function sellTheRest({ shop, waiters }: History): Promise<void> {
  for (const waiter of waiters.values()) await leaveWaitingList(shop.till, waiter);
  shop.world.advance(hours(30));
  for (let round = 0; round < 3; round += 1) await tend(shop);
  shop.world.advance(6000);
  const capacity = (await shop.till.catalogue.event('test-race'))?.distances[0]?.capacity ?? 0;
  const taken = Object.entries(await placesNow(shop)).filter(([, state]) => state.startsWith('taken'));
  const inside = taken.filter(([n]) => Number(n) <= capacity).length;
  let sold = 0;
  for (let number = 100; number < 100 + mostPlaces + 1; number += 1)
    try {
      await hold(shop, number);
      sold += 1;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'sold_out') throw error;
      shop.world.advance(1000);
    }
  expect(sold).toBe(capacity - inside);
}

it('whatever people and staff do, no place is oversold, lost, or taken out of turn', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      const shop = await openTestShop(sampleEvent({ places: 3 }));
      const history: History = { shop, orders: new Map(), waiters: new Map(), requests: 0 };
      try {
        for (const action of steps) {
          try {
            await act(history, action);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
          await check(history);
        }
        await sellTheRest(history);
      } finally {
        await shop.stop();
      }
    }),
    { numRuns: 12, seed: 20_270_926 },
  );
});
