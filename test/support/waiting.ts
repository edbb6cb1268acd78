import { expect } from 'vitest';
import { recountAll } from '../../shared/entries/availability.ts';
import { readQueue, readWaiter, type Waiter } from '../../shared/entries/waiter.ts';
import { readList } from '../../shared/entries/waiting-list.ts';
import { joinWaitingList } from '../../shared/orders/join-waiting-list.ts';
import type { Order } from '../../shared/orders/order.ts';
import { type Tended, tendWaitingLists } from '../../shared/orders/tend-waiting-lists.ts';
import { waiterToken } from '../../shared/orders/tokens.ts';
import { sweepHolds } from '../../shared/payments/sweep.ts';
import type { Database } from '../../shared/platform/database.ts';
import { applyAll, hold, toCheckout } from './buying.ts';
import { contents } from './database.ts';
import { sampleEntry, sampleRunner } from './sample.ts';
import { type TestShop, testKeys } from './shop.ts';

export const hours = (count: number) => count * 3_600_000;
export const list = { event: 'test-race', distance: '10k' } as const;

/** Puts runner `number` on the waiting list; `time` tells requests of the same runner apart. */
export function join(
  shop: TestShop,
  number: number,
  time = 1,
  db: Database = shop.db,
  email = `runner${number}@example.com`,
): Promise<string> {
  const { givenName, familyName, birthDate } = sampleRunner(number);
  return joinWaitingList(
    { ...shop.desk, db },
    {
      ...list,
      idempotencyKey: `join-${number}-${time}`,
      input: {
        runner: { givenName, ...(familyName !== undefined && { familyName }), birthDate },
        contact: { email, locale: 'ru' },
      },
    },
  );
}

/** Takes the place that is offered to a waiter, for runner `number`. */
export function accept(shop: TestShop, number: number, waiter: string, order = number): Promise<Order> {
  return hold(shop, order, {
    entries: [sampleEntry(number, { offer: waiterToken(testKeys, waiter) })],
  });
}

/** What housekeeping does each minute, with every block counted anew, as the stream has it done in the cloud. */
export async function tend(shop: TestShop, db: Database = shop.db): Promise<Tended> {
  for (const { id, capacity } of (await shop.till.catalogue.event('test-race'))?.distances ?? [])
    await recountAll(shop.db, shop.world, {
      event: 'test-race',
      distance: id,
      capacity: Math.max(capacity, 100),
    });
  await sweepHolds(shop.till, { full: false });
  return tendWaitingLists({ ...shop.till, db });
}

/** A waiter as stored now. */
export async function waiterNow(shop: Pick<TestShop, 'db'>, id: string): Promise<Waiter> {
  const waiter = await readWaiter(shop.db, id);
  if (!waiter) throw new Error(`There is no waiter ${id}.`);
  return waiter;
}

/** What each place of the 10 km is that is not free for anyone: `held`, `reserved`, …, by number. */
export async function placesNow(shop: Pick<TestShop, 'db'>): Promise<Record<number, string>> {
  const items = (await contents(shop.db, 'places')).filter(({ pk }) => String(pk).includes('#10k#'));
  return Object.fromEntries(
    items.map(({ n, free, onFree, offeredTo, heldUntil }) => {
      const kept = onFree === 'list' ? ' (list)' : onFree === 'retired' ? ' (retired)' : '';
      if (free) return [n, onFree === 'list' ? 'reserved' : 'retired'];
      return [n, `${offeredTo ? 'offered' : heldUntil ? 'held' : 'taken'}${kept}`];
    }),
  );
}

/** Whether the list of the 10 km is closed, open or between. */
export async function modeNow(shop: Pick<TestShop, 'db'>): Promise<string> {
  return (await readList(shop.db, list)).mode;
}

/** Who waits for the 10 km, in order. */
export function queueNow(shop: Pick<TestShop, 'db'>): Promise<string[]> {
  return readQueue(shop.db, list);
}

/** Three runners pay for the three places; the list opens. */
export async function soldOut(shop: TestShop): Promise<void> {
  for (const number of [1, 2, 3]) shop.double.pay((await toCheckout(shop, number)).session);
  await applyAll(shop);
  expect((await tend(shop)).opened).toBe(1);
}

/** Somebody holds each of the three places without paying; the list opens. */
export async function allHeld(shop: TestShop): Promise<string[]> {
  const orders = [];
  for (const number of [1, 2, 3]) orders.push((await hold(shop, number)).id);
  await tend(shop);
  return orders;
}
