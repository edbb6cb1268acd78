import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { confirmPaidOrder } from '../../../shared/orders/confirm-paid-order.ts';
import { leaveWaitingList } from '../../../shared/orders/leave-waiting-list.ts';
import { tendWaitingLists } from '../../../shared/orders/tend-waiting-lists.ts';
import { startCheckout } from '../../../shared/payments/start-checkout.ts';
import { applyAll, hold, mails, minutes, orderNow, refusalOf, toCheckout } from '../../support/buying.ts';
import { contents } from '../../support/database.ts';
import { withFaults } from '../../support/faults.ts';
import { sampleEvent } from '../../support/sample.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';
import {
  accept,
  allHeld,
  hours,
  join,
  modeNow,
  placesNow,
  queueNow,
  tend,
  waiterNow,
} from '../../support/waiting.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 3 }));
});
afterEach(() => shop.stop());

describe('an offer', () => {
  let orders: string[];
  let waiters: string[];
  beforeEach(async () => {
    orders = await allHeld(shop);
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
    expect(await queueNow(shop)).toEqual([first]);
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
    expect(await modeNow(shop)).toBe('closed');
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
    expect(await queueNow(shop)).toEqual([]);
    expect(await modeNow(shop)).toBe('closed');
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
