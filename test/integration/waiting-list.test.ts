import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markPlaces } from '../../shared/entries/mark-places.ts';
import { takePlace } from '../../shared/entries/places.ts';
import { resize } from '../../shared/entries/resize.ts';
import { readQueue } from '../../shared/entries/waiter.ts';
import { moveList, readList } from '../../shared/entries/waiting-list.ts';
import { confirmPaidOrder } from '../../shared/orders/confirm-paid-order.ts';
import { leaveWaitingList } from '../../shared/orders/leave-waiting-list.ts';
import { eventOnOffer } from '../../shared/orders/on-offer.ts';
import { tendWaitingLists } from '../../shared/orders/tend-waiting-lists.ts';
import { endHold } from '../../shared/payments/end-hold.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { commit } from '../../shared/platform/database.ts';
import { applyAll, hold, mails, minutes, orderNow, refusalOf, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { accept, hours, join, list, placesNow, tend, waiterNow } from '../support/waiting.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 3 }));
});
afterEach(() => shop.stop());

const mode = async () => (await readList(shop.db, list)).mode;
const queue = () => readQueue(shop.db, list);

/** Three runners pay for the three places; the list opens. */
async function soldOut(): Promise<void> {
  for (const number of [1, 2, 3]) shop.double.pay((await toCheckout(shop, number)).session);
  await applyAll(shop);
  expect((await tend(shop)).opened).toBe(1);
}

/** Somebody holds each place without paying; the list opens. */
async function allHeld(): Promise<string[]> {
  const orders = [];
  for (const number of [1, 2, 3]) orders.push((await hold(shop, number)).id);
  await tend(shop);
  return orders;
}

describe('a closed list', () => {
  it('gives back the places that a capacity raised while it closed has left to it', async () => {
    await markPlaces(shop.db, { ...list, from: 2, to: 5 }, () => 'list');
    expect(await mode()).toBe('closed');
    await tend(shop);
    expect(await mode()).toBe('closed');
    // Beyond the capacity of three, nobody may sell them.
    expect(await placesNow(shop)).toEqual({ 4: 'retired', 5: 'retired' });
    expect((await tend(shop)).closed).toBe(0);
  });
});

describe('opening', () => {
  it('waits until everything is sold out, and marks every place', async () => {
    await hold(shop, 1);
    await hold(shop, 2);
    expect((await tend(shop)).opened).toBe(0);
    expect(await refusalOf(join(shop, 10))).toMatchObject({ code: 'waiting_list_not_open' });
    await hold(shop, 3);
    expect((await tend(shop)).opened).toBe(1);
    expect(await mode()).toBe('open');
    expect(await placesNow(shop)).toEqual({ 1: 'held (list)', 2: 'held (list)', 3: 'held (list)' });
    expect((await tend(shop)).opened).toBe(0);
  });

  it.each([1, 2, 3, 4, 5])('goes on after a crash at write %i', async (writes) => {
    for (const number of [1, 2, 3]) await hold(shop, number);
    const db = withFaults(
      shop.db,
      { command: 'Update', kind: () => {}, times: writes },
      { command: 'Update', kind: 'fail-before' },
    );
    await tend(shop, db).catch(() => {});
    await tend(shop);
    expect(await mode()).toBe('open');
    expect(Object.values(await placesNow(shop))).toEqual(Array(3).fill('held (list)'));
  });

  it('keeps what comes free meanwhile from everybody else', async () => {
    const [first = ''] = await allHeld();
    await join(shop, 10);
    shop.world.advance(minutes(41));
    await endHold(shop.till, first);
    expect(Object.values(await placesNow(shop)).sort()).toEqual(['held (list)', 'held (list)', 'reserved']);
    expect((await refusalOf(hold(shop, 20))).code).toBe('sold_out');
    // The grace of the other two is over as well, but their places are the list's.
    shop.world.advance(minutes(121));
    expect((await refusalOf(hold({ ...shop, desk: shop.anotherDesk() }, 21))).code).toBe('sold_out');
  });
});

describe('a process that believes places free', () => {
  /** Tries each of the three places, and a fourth, as a sign-up with an old availability would. */
  const grab = () =>
    Promise.all(
      [1, 2, 3, 4].map(async (n) => {
        const owner = { order: 'ord_x', entry: 'ent_x', heldUntil: '2027-01-01T00:00:00.000Z' };
        const part = takePlace('place', { ...list, n }, owner, shop.world.now());
        return (await commit(shop.db, shop.world, [part])).done;
      }),
    );

  it('gets neither a reserved nor an offered place', async () => {
    await allHeld();
    const [first] = [await join(shop, 10), await join(shop, 11), await join(shop, 12)];
    shop.world.advance(minutes(41));
    await tend(shop);
    await leaveWaitingList(shop.till, first);
    shop.world.advance(minutes(300));
    const states = Object.values(await placesNow(shop));
    expect(states.sort()).toEqual(['offered (list)', 'offered (list)', 'reserved']);
    expect(await grab()).toEqual([false, false, false, true]);
  });

  it('gets no place that waits in the list for its hold to be ended, nor a retired one', async () => {
    await allHeld();
    await resize(shop.db, shop.world, { ...list, capacity: 5 });
    await resize(shop.db, shop.world, { ...list, capacity: 3 });
    shop.world.advance(minutes(300));
    expect(await grab()).toEqual([false, false, false, false]);
  });
});

describe('joining', () => {
  beforeEach(soldOut);

  it('puts people in order, and finds the same one again by the same request only', async () => {
    const ids = [];
    for (const number of [10, 11, 12]) {
      shop.world.advance(1000);
      ids.push(await join(shop, number));
    }
    expect(await join(shop, 11)).toBe(ids[1]);
    expect(await queue()).toEqual(ids);
    expect(await refusalOf(join(shop, 11, 2))).toMatchObject({
      code: 'runner_already_waiting',
      detail: { field: 'runner' },
    });
    await refusalOf(join(shop, 11, 3));
    const links = (await contents(shop.db, 'outbox')).filter(({ kind }) => kind === 'waiting_joined');
    expect(links.map(({ to }) => String(to)).sort()).toEqual([
      'runner10@example.com',
      'runner11@example.com',
      'runner11@example.com',
      'runner12@example.com',
    ]);
    expect(await queue()).toEqual(ids);
  });

  it('is once, when the request is sent five times at once and answers are lost', async () => {
    const db = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    const outcomes = await Promise.allSettled([
      join(shop, 10, 1, db),
      ...[1, 2, 3, 4].map(() => join(shop, 10)),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(4);
    expect(await queue()).toHaveLength(1);
    expect((await mails(shop)).filter((kind) => kind === 'waiting_joined')).toHaveLength(1);
  });

  it('is refused to runners who have an entry, or do not fit', async () => {
    expect(await refusalOf(join(shop, 1))).toMatchObject({ code: 'runner_already_entered' });
    shop.world.set('2027-09-12T19:00:00.000Z');
    expect(await refusalOf(join(shop, 10))).toMatchObject({ code: 'registration_closed' });
  });

  it('is counted for the page', async () => {
    await join(shop, 10);
    await join(shop, 11);
    await tend(shop);
    const view = await eventOnOffer(shop.till, 'test-race');
    expect(view?.distances[0]).toMatchObject({
      status: 'sold_out',
      waitingList: 'open',
      waiting: 2,
      left: 0,
    });
    expect(view?.distances[0]?.nextReleaseAt).toBeUndefined();
  });
});

describe('an offer', () => {
  let orders: string[];
  let waiters: string[];
  beforeEach(async () => {
    orders = await allHeld();
    waiters = [];
    for (const number of [10, 11, 12, 13]) {
      shop.world.advance(1000);
      waiters.push(await join(shop, number));
    }
    shop.world.advance(minutes(41));
  });

  const states = () => Promise.all(waiters.map(async (id) => (await waiterNow(shop, id)).state));

  it('goes to those who came first, with a mail, until the hour is over', async () => {
    expect(await tend(shop)).toMatchObject({ offered: 3, lapsed: 0 });
    expect(await states()).toEqual(['offered', 'offered', 'offered', 'waiting']);
    expect((await mails(shop)).filter((kind) => kind === 'waiting_offer')).toHaveLength(3);
    const end = (await waiterNow(shop, waiters[0] ?? '')).offerUntil;
    expect(end).toBe(new Date(shop.world.now().getTime() + hours(24)).toISOString());
    expect(Object.values(await placesNow(shop))).toEqual(Array(3).fill('offered (list)'));
    for (const order of orders) expect((await orderNow(shop, order)).state).toBe('expired');
  });

  it('is taken by an order of that runner at the place and price of it, and paid', async () => {
    await tend(shop);
    const [first = '', second = ''] = waiters;
    const { place } = await waiterNow(shop, first);
    const order = await accept(shop, 10, first);
    expect(order.lines[0]).toMatchObject({ place, price: 2_000_000 });
    expect(await waiterNow(shop, first)).toMatchObject({ state: 'accepted', order: order.id });
    expect((await refusalOf(accept(shop, 10, first, 99))).code).toBe('offer_over');
    expect((await refusalOf(accept(shop, 20, second))).detail.errors).toEqual([
      { field: 'entries.0.runner', code: 'offer_of_another' },
    ]);
    const again = await accept(shop, 10, first);
    expect(again.id).toBe(order.id);
    await startCheckout(shop.till, order.id);
    shop.double.pay((await orderNow(shop, order.id)).session?.id ?? '');
    await applyAll(shop);
    expect(await placesNow(shop)).toMatchObject({ [Number(place)]: 'taken (list)' });
  });

  it('comes back to the list when the order that took it is not paid', async () => {
    await tend(shop);
    const [first = '', , , last = ''] = waiters;
    const { place = 0 } = await waiterNow(shop, first);
    await accept(shop, 10, first);
    shop.world.advance(minutes(41));
    expect((await tend(shop)).offered).toBe(1);
    expect(await waiterNow(shop, last)).toMatchObject({ state: 'offered', place });
    // The first may come again, at the end.
    await join(shop, 10, 2);
    expect(await queue()).toEqual([first]);
  });

  it('lapses, goes to the next, and can be waited for again', async () => {
    await tend(shop);
    const [first = '', , , last = ''] = waiters;
    shop.world.advance(hours(24));
    expect((await refusalOf(accept(shop, 10, first))).code).toBe('offer_over');
    expect(await tend(shop)).toMatchObject({ lapsed: 3, offered: 1 });
    expect(await states()).toEqual(['lapsed', 'lapsed', 'lapsed', 'offered']);
    expect((await mails(shop)).filter((kind) => kind === 'waiting_lapsed')).toHaveLength(3);
    expect((await waiterNow(shop, last)).state).toBe('offered');
    expect(await mode()).toBe('closed');
    expect((await hold(shop, 30)).state).toBe('held');
  });

  it('is given up by leaving, which frees it for the next; whoever waits just leaves', async () => {
    await tend(shop);
    const [first = '', , , last = ''] = waiters;
    const { place } = await waiterNow(shop, first);
    await leaveWaitingList(shop.till, first);
    await leaveWaitingList(shop.till, first);
    expect(await placesNow(shop)).toMatchObject({ [Number(place)]: 'reserved' });
    await tend(shop);
    expect(await waiterNow(shop, last)).toMatchObject({ state: 'offered', place });
    await leaveWaitingList(shop.till, last);
    await tend(shop);
    expect(await states()).toEqual(['left', 'offered', 'offered', 'left']);
    expect(await queue()).toEqual([]);
    expect(await mode()).toBe('closed');
  });

  it('is made once when two housekeepers serve at once', async () => {
    await tend(shop);
    shop.world.advance(hours(25));
    await Promise.all([tendWaitingLists(shop.till), tendWaitingLists(shop.till)]);
    await tend(shop);
    const offered = (await contents(shop.db, 'places')).filter(({ offeredTo }) => offeredTo);
    expect(offered).toHaveLength(1);
    expect(await states()).toEqual(['lapsed', 'lapsed', 'lapsed', 'offered']);
    expect((await mails(shop)).filter((kind) => kind === 'waiting_offer')).toHaveLength(4);
  });

  it('is either taken or ended when both come at the same moment', async () => {
    await tend(shop);
    const [first = ''] = waiters;
    const end = Date.parse((await waiterNow(shop, first)).offerUntil ?? '');
    shop.world.advance(end - shop.world.now().getTime() - 1);
    const db = withFaults(shop.db, {
      command: 'TransactWrite',
      kind: async () => {
        shop.world.advance(2);
        await tend(shop);
      },
    });
    const late = await refusalOf(accept({ ...shop, desk: { ...shop.desk, db } }, 10, first));
    expect(late.code).toBe('offer_over');
    expect((await waiterNow(shop, first)).state).toBe('lapsed');
    expect((await contents(shop.db, 'runners')).length).toBe(0);
  });

  it.each(['fail-before', 'lose-answer'] as const)('survives a crash while it is made (%s)', async (kind) => {
    await tend(shop, withFaults(shop.db, { command: 'TransactWrite', kind })).catch(() => {});
    await tend(shop);
    expect(await states()).toEqual(['offered', 'offered', 'offered', 'waiting']);
    expect((await mails(shop)).filter((mail) => mail === 'waiting_offer')).toHaveLength(3);
  });

  it('ends when the distance closes, and sooner in the last days', async () => {
    shop.world.set('2027-09-01T12:00:00.000Z');
    await tend(shop);
    const [first = ''] = waiters;
    expect((await waiterNow(shop, first)).offerUntil).toBe('2027-09-01T18:00:00.000Z');
    await leaveWaitingList(shop.till, first);
    shop.world.set('2027-09-12T18:00:00.000Z');
    await tend(shop);
    expect((await waiterNow(shop, waiters[3] ?? '')).offerUntil).toBe('2027-09-12T19:00:00.000Z');
    shop.world.set('2027-09-12T19:00:00.000Z');
    expect((await tend(shop)).lapsed).toBe(1);
  });
});

describe('a late payment', () => {
  it('loses to an offer that was made meanwhile, and the money goes back', async () => {
    const { order, session } = await toCheckout(shop, 1);
    for (const number of [2, 3]) await hold(shop, number);
    await tend(shop);
    const waiter = await join(shop, 10);
    // Everything that comes free is offered: an order that expired could have any other place again.
    for (const number of [11, 12]) await join(shop, number);
    shop.world.advance(minutes(41));
    await tend(shop);
    expect((await waiterNow(shop, waiter)).state).toBe('offered');
    expect((await orderNow(shop, order.id)).state).toBe('expired');
    // A payment that was under way before the page was closed, as another provider might tell of it.
    const { createdAt } = order;
    const payment = {
      id: 'pi_late',
      amount: order.total,
      currency: 'KZT',
      account: 'stripe' as const,
      sessionCreatedAt: createdAt,
      paidAt: createdAt,
    };
    expect(await confirmPaidOrder(shop.till, order.id, payment)).toBe('refund_due');
    expect((await waiterNow(shop, waiter)).state).toBe('offered');
    expect((await shop.stripe.checkout.sessions.retrieve(session)).status).toBe('expired');
  });
});

describe('closing', () => {
  it('waits for nobody: places are anyone’s again', async () => {
    await allHeld();
    shop.world.advance(minutes(41));
    expect(await tend(shop)).toMatchObject({ offered: 0, closed: 1 });
    expect(await placesNow(shop)).toEqual({});
    expect((await hold(shop, 20)).state).toBe('held');
  });

  it('is called off for somebody who joined while it began', async () => {
    await allHeld();
    shop.world.advance(minutes(41));
    const db = withFaults(
      shop.db,
      // The queue is read before serving and after it; the third reading is the one after `closing`.
      { command: 'Query', table: 'waiting', kind: () => {}, times: 2 },
      {
        command: 'Query',
        table: 'waiting',
        kind: async () => {
          await moveList(shop.db, list, 'closing', 'open');
          await join(shop, 10);
          await moveList(shop.db, list, 'open', 'closing');
        },
      },
    );
    expect((await tend(shop, db)).closed).toBe(0);
    expect(await mode()).toBe('open');
    expect((await tend(shop)).offered).toBe(1);
  });

  it('opens again for somebody who slipped in when it had closed', async () => {
    await allHeld();
    const db = withFaults(shop.db, {
      command: 'TransactWrite',
      kind: async () => {
        shop.world.advance(minutes(41));
        await tend(shop);
        expect(await mode()).toBe('closed');
      },
    });
    const waiter = await join(shop, 10, 1, db);
    expect(await tend(shop)).toMatchObject({ opened: 1, offered: 1 });
    expect((await waiterNow(shop, waiter)).state).toBe('offered');
  });

  it.each([1, 2, 3, 4, 5, 6])('goes on after a crash at write %i', async (writes) => {
    await allHeld();
    shop.world.advance(minutes(41));
    const db = withFaults(
      shop.db,
      { command: 'Update', kind: () => {}, times: writes },
      { command: 'Update', kind: 'fail-before' },
    );
    await tend(shop, db).catch(() => {});
    await tend(shop);
    await tend(shop);
    expect(await mode()).toBe('closed');
    expect(await placesNow(shop)).toEqual({});
  });
});

describe('a raised capacity', () => {
  it('goes to the list, not to the public', async () => {
    await soldOut();
    const waiter = await join(shop, 10);
    await resize(shop.db, shop.world, { ...list, capacity: 5 });
    shop.world.advance(6000);
    expect(await placesNow(shop)).toMatchObject({ 4: 'reserved', 5: 'reserved' });
    expect((await refusalOf(hold(shop, 20))).code).toBe('sold_out');
    await tend(shop);
    expect((await waiterNow(shop, waiter)).state).toBe('offered');
    // Nobody else waits: what is left is anyone's.
    expect(await mode()).toBe('closed');
    shop.world.advance(1000);
    expect((await hold(shop, 21)).state).toBe('held');
  });
});
