import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish } from '../../../shared/catalogue/publish.ts';
import { readList } from '../../../shared/entries/waiting-list.ts';
import { callEventOff } from '../../../shared/orders/call-off.ts';
import { leaveWaitingList } from '../../../shared/orders/leave-waiting-list.ts';
import { tendWaitingLists } from '../../../shared/orders/tend-waiting-lists.ts';
import { loadWaiterView } from '../../../shared/orders/waiter-view.ts';
import { mails, minutes, refusalOf } from '../../support/buying.ts';
import { contents } from '../../support/database.ts';
import { withFaults } from '../../support/faults.ts';
import { onNewDay, sampleEvent } from '../../support/sample.ts';
import { openTestShop, type TestShop, testKeys } from '../../support/shop.ts';
import {
  accept,
  allHeld,
  hours,
  join,
  list,
  placesNow,
  queueNow,
  tend,
  waiterNow,
} from '../../support/waiting.ts';

// Three places are offered to three who wait, and a fourth waits behind them.
let shop: TestShop;
let waiters: string[];
let first: string;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 3 }));
  await allHeld(shop);
  waiters = [];
  for (const number of [10, 11, 12, 13]) {
    shop.world.advance(1000);
    waiters.push(await join(shop, number));
  }
  [first = ''] = waiters;
  shop.world.advance(minutes(41));
  expect(await tend(shop)).toMatchObject({ offered: 3 });
});
afterEach(() => shop.stop());

/** Past the catalogue's memory of a few seconds. */
const later = () => shop.world.advance(6_000);
const callOff = async (kind: 'cancelled' | 'postponed') => {
  const answerBy = new Date(shop.world.now().getTime() + hours(200)).toISOString();
  await callEventOff(shop, 'test-race', {
    by: 'dana',
    input: { kind, answerBy, unanswered: 'refund', note: 'Smog' },
  });
};
const states = () => Promise.all(waiters.map(async (id) => (await waiterNow(shop, id)).state));
const seen = async (id = first) => {
  const view = await loadWaiterView(shop.desk, testKeys, 'https://run.example.org', id);
  const { state, noOffers, position, place, offerUntil, enterUrl } = view ?? {};
  return { state, noOffers, position, place, offerUntil, enterUrl };
};
const waitsFor = (noOffers: string) => ({
  state: 'waiting',
  noOffers,
  position: undefined,
  place: undefined,
  offerUntil: undefined,
  enterUrl: undefined,
});
const count = async (kind: string) => (await mails(shop)).filter((mail) => mail === kind).length;

/** Who waits is in the queue, and who is offered a place has it. */
async function agrees(): Promise<void> {
  const waiting = [];
  for (const id of waiters) {
    const { state, place } = await waiterNow(shop, id);
    const [offered] = (await contents(shop.db, 'places')).filter(({ offeredTo }) => offeredTo === id);
    expect(offered?.n).toBe(state === 'offered' ? place : undefined);
    if (state === 'waiting') waiting.push(id);
  }
  expect(await queueNow(shop)).toEqual(waiting);
}

describe('an event that is postponed', () => {
  it('says so in place of the offer, and takes the offer back without another mail', async () => {
    await callOff('postponed');
    later();
    expect(await seen()).toEqual(waitsFor('postponed'));
    expect(await seen(waiters[3])).toEqual(waitsFor('postponed'));
    expect((await refusalOf(accept(shop, 10, first))).code).toBe('event_called_off');
    const before = (await mails(shop)).length;
    expect(await tend(shop)).toMatchObject({ withdrawn: 3, lapsed: 0, offered: 0, closed: 0 });
    expect(await tend(shop)).toMatchObject({ withdrawn: 0, lapsed: 0, offered: 0, closed: 0 });
    expect(await seen()).toEqual(waitsFor('postponed'));
    expect(await queueNow(shop)).toEqual(waiters);
    expect((await readList(shop.db, list)).waiting).toBe(4);
    expect(Object.values(await placesNow(shop))).toEqual(Array(3).fill('reserved'));
    expect((await mails(shop)).length).toBe(before);
    shop.world.advance(hours(30));
    expect(await tend(shop)).toMatchObject({ withdrawn: 0, lapsed: 0 });
    await agrees();
  });

  it('serves the same first on its new day, each with a mail', async () => {
    await callOff('postponed');
    later();
    await tend(shop);
    shop.world.advance(hours(100));
    await publish(shop.db, shop.world, onNewDay(sampleEvent({ places: 3 })), { replace: true });
    later();
    expect(await seen()).toMatchObject({ state: 'waiting', position: 1, noOffers: undefined });
    expect(await tend(shop)).toMatchObject({ offered: 3, lapsed: 0 });
    expect(await states()).toEqual(['offered', 'offered', 'offered', 'waiting']);
    expect(await count('waiting_offer')).toBe(6);
    expect((await accept(shop, 10, first)).state).toBe('held');
    await agrees();
  });

  it('lets an offer lapse that had ended before', async () => {
    shop.world.advance(hours(24) + 1000);
    await callOff('postponed');
    later();
    expect(await seen()).toMatchObject({ state: 'lapsed', noOffers: 'postponed' });
    expect(await tend(shop)).toMatchObject({ withdrawn: 0, lapsed: 3, offered: 0 });
    expect(await count('waiting_lapsed')).toBe(3);
  });

  it('takes an offer back also when its time has come before housekeeping looks', async () => {
    shop.world.advance(hours(23));
    await callOff('postponed');
    shop.world.advance(hours(2));
    expect(await seen()).toEqual(waitsFor('postponed'));
    expect(await tend(shop)).toMatchObject({ withdrawn: 3, lapsed: 0 });
    await agrees();
  });

  it.each(['fail-before', 'lose-answer'] as const)('takes offers back though it dies (%s)', async (kind) => {
    await callOff('postponed');
    later();
    await tend(shop, withFaults(shop.db, { command: 'TransactWrite', kind })).catch(() => {});
    await agrees();
    await Promise.all([
      tendWaitingLists(shop.till),
      tendWaitingLists({ ...shop.till, ...shop.anotherDesk() }),
    ]);
    expect(await queueNow(shop)).toEqual(waiters);
    await agrees();
  });

  it('leaves the place to who takes it at that moment, by a process that does not know yet', async () => {
    const stale = shop.anotherDesk();
    await stale.catalogue.event('test-race');
    await callOff('postponed');
    const db = withFaults(shop.db, {
      command: 'TransactWrite',
      kind: () => accept({ ...shop, desk: stale }, 10, first),
    });
    await tendWaitingLists({ ...shop.till, ...shop.anotherDesk(), db });
    expect(await states()).toEqual(['accepted', 'waiting', 'waiting', 'waiting']);
    await agrees();
    // The other way round, the offer is not there any more.
    const late = refusalOf(accept({ ...shop, desk: stale }, 11, waiters[1] ?? ''));
    expect((await late).code).toBe('offer_over');
  });

  it('lets who leaves at that moment go', async () => {
    await callOff('postponed');
    later();
    const db = withFaults(shop.db, {
      command: 'TransactWrite',
      kind: () => leaveWaitingList(shop.till, first),
    });
    await tend(shop, db);
    expect(await states()).toEqual(['left', 'waiting', 'waiting', 'waiting']);
    await agrees();
  });
});

it('a cancelled event offers nothing any more, and says so to whoever waits', async () => {
  await callOff('cancelled');
  later();
  await tend(shop);
  shop.world.advance(hours(48));
  await tend(shop);
  for (const id of waiters) expect(await seen(id)).toEqual(waitsFor('cancelled'));
  expect(await count('waiting_lapsed')).toBe(0);
  await agrees();
});

describe('a distance that is closed', () => {
  it('ends its offers in time, and says to whoever waits that nothing more is offered', async () => {
    shop.world.set('2027-09-12T18:00:00.000Z');
    // The offers of before are long over, and the fourth has one until the distance closes.
    await tend(shop);
    shop.world.set('2027-09-12T19:00:00.000Z');
    expect(await seen(waiters[3])).toMatchObject({ state: 'lapsed', noOffers: 'closed' });
    expect(await tend(shop)).toMatchObject({ lapsed: 1, withdrawn: 0 });
  });

  it('takes its offers back when it is closed before their time', async () => {
    const event = sampleEvent({ places: 3 });
    const closesAt = new Date(shop.world.now().getTime() - 1000).toISOString();
    const distances = event.distances.map((one) => (one.id === '10k' ? { ...one, closesAt } : one));
    await publish(shop.db, shop.world, { ...event, distances }, { replace: true });
    later();
    expect(await seen()).toEqual(waitsFor('closed'));
    expect(await tend(shop)).toMatchObject({ withdrawn: 3, lapsed: 0, offered: 0 });
    expect(await queueNow(shop)).toEqual(waiters);
    expect(await seen(waiters[3])).toEqual(waitsFor('closed'));
    await agrees();
  });
});
