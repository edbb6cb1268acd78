import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recountAll } from '../../shared/entries/availability.ts';
import { freePlace, takePlace } from '../../shared/entries/places.ts';
import { entryLines, type Order } from '../../shared/orders/order.ts';
import { refundItems } from '../../shared/orders/refund-items.ts';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import { checkoutRequest } from '../../shared/payments/checkout-request.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { commit } from '../../shared/platform/database.ts';
import {
  applyAll,
  balances,
  factsSoFar,
  hold,
  mails,
  minutes,
  orderNow,
  toCheckout,
} from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { sampleEntry, sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 3 }));
});
afterEach(() => shop.stop());

const place = (n: number) => ({ event: 'test-race', distance: '10k', n });
const placeOf = (order: Order): number => entryLines(order)[0]?.place ?? 0;
const owners = async () =>
  Object.fromEntries((await contents(shop.db, 'places')).map(({ n, order }) => [n, order]));

/** Others take these places for good, as the condition on a place allows now. */
async function othersTake(...numbers: number[]): Promise<void> {
  for (const n of numbers) {
    const owner = { order: `ord_other${n}`, entry: `ent_other${n}`, heldUntil: undefined };
    const outcome = await commit(shop.db, shop.world, [
      takePlace('place', place(n), owner, shop.world.now()),
    ]);
    expect(outcome).toEqual({ done: true });
  }
}

/** A paid page whose order's place went to somebody else long after its hold. */
async function paidAndRetaken(number = 1): Promise<Order> {
  const { order, session } = await toCheckout(shop, number);
  shop.double.pay(session);
  shop.world.advance(minutes(40 + 121));
  await othersTake(placeOf(order));
  return order;
}

async function expectRefunded(order: Order): Promise<void> {
  expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refunded', payment: {} });
  expect(await balances(shop)).toMatchObject({ stripe: 0, 'refunds-due': 0 });
  expect(await refundItems(shop.db)).toEqual([]);
  expect(await mails(shop)).toEqual(['payment_refunded', 'refund_decided']);
  expect(await Array.fromAsync(shop.stripe.refunds.list())).toMatchObject([
    { amount: order.total, status: 'succeeded' },
  ]);
}

describe('a payment after the hold', () => {
  it('is accepted while the place is still the order’s', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    shop.world.advance(minutes(60 * 24 * 2));
    await applyAll(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'paid', lines: order.lines });
    expect(await owners()).toEqual({ [placeOf(order)]: order.id });
  });

  it('gets another place when its own went to somebody else', async () => {
    const order = await paidAndRetaken();
    await applyAll(shop);
    const paid = await orderNow(shop, order.id);
    expect(paid.state).toBe('paid');
    expect(placeOf(paid)).not.toBe(placeOf(order));
    expect(await owners()).toEqual({
      [placeOf(order)]: `ord_other${placeOf(order)}`,
      [placeOf(paid)]: order.id,
    });
    expect(await contents(shop.db, 'ledger')).toHaveLength(1);
    await applyAll(shop);
    expect(await orderNow(shop, order.id)).toEqual(paid);
  });

  it('gets the last place, whatever the availability says', async () => {
    const order = await paidAndRetaken();
    const others = [1, 2, 3].filter((n) => n !== placeOf(order));
    await othersTake(...others);
    await recountAll(shop.db, shop.world, { ...place(1), capacity: 3 });
    const [free = 0] = others;
    await commit(shop.db, shop.world, [freePlace('place', place(free), `ord_other${free}`)]);
    await applyAll(shop);
    expect(placeOf(await orderNow(shop, order.id))).toBe(free);
  });

  it.each([0, 1, 2])(
    'of a family gets the last two places when the third (%d) is snatched away',
    async (third) => {
      await shop.stop();
      shop = await openTestShop(sampleEvent({ places: 5 }));
      const { order, session } = await toCheckout(shop, 1, { entries: [sampleEntry(1), sampleEntry(2)] });
      shop.double.pay(session);
      shop.world.advance(minutes(40 + 121));
      const own = entryLines(order).map((line) => line.place);
      await othersTake(...own);
      const snatched = [1, 2, 3, 4, 5].filter((n) => !own.includes(n))[third] ?? 0;
      // The first try learns that its places are gone; while the second is under way, one of three free ones goes too.
      const db = withFaults(
        shop.db,
        { command: 'TransactWrite', kind: () => {} },
        { command: 'TransactWrite', kind: () => othersTake(snatched) },
      );
      await applyAll(shop, { ...shop.till, db });
      expect((await orderNow(shop, order.id)).state).toBe('paid');
      expect(Object.values(await owners()).filter((owner) => owner === order.id)).toHaveLength(2);
      expect(await contents(shop.db, 'places')).toHaveLength(5);
    },
  );

  it('is given back when there is no place at all', async () => {
    const order = await paidAndRetaken();
    await othersTake(...[1, 2, 3].filter((n) => n !== placeOf(order)));
    await applyAll(shop);
    await applyAll(shop);
    await expectRefunded(order);
    expect(Object.values(await owners())).not.toContain(order.id);
    expect(await contents(shop.db, 'runners')).toEqual([]);
  });

  it('of a family is given back whole when one place is missing, and frees the others', async () => {
    const { order, session } = await toCheckout(shop, 1, { entries: [sampleEntry(1), sampleEntry(2)] });
    shop.double.pay(session);
    shop.world.advance(minutes(40 + 121));
    const [first = 0, second = 0] = entryLines(order).map((line) => line.place);
    await othersTake(...[1, 2, 3].filter((n) => n !== second));
    expect(await owners()).toMatchObject({ [second]: order.id });
    await applyAll(shop);
    await expectRefunded(order);
    expect(await owners()).not.toHaveProperty(String(second));
    expect(await owners()).toHaveProperty(String(first));
    expect(await contents(shop.db, 'runners')).toEqual([]);
  });

  it('is reassigned once when twenty messages tell of it at once', async () => {
    const order = await paidAndRetaken();
    const [fact] = await factsSoFar(shop);
    if (!fact) throw new Error('There is no fact.');
    await Promise.all(Array.from({ length: 20 }, () => applyFact(shop.till, fact)));
    const paid = await orderNow(shop, order.id);
    expect(paid.state).toBe('paid');
    expect(Object.values(await owners()).filter((owner) => owner === order.id)).toHaveLength(1);
    expect(await contents(shop.db, 'ledger')).toHaveLength(1);
  });

  it('shares the last free place with nobody when two orders are reassigned at once', async () => {
    await shop.stop();
    shop = await openTestShop(sampleEvent({ places: 3 }));
    const first = await toCheckout(shop, 1);
    const second = await toCheckout(shop, 2);
    for (const { session } of [first, second]) shop.double.pay(session);
    shop.world.advance(minutes(40 + 121));
    await othersTake(placeOf(first.order), placeOf(second.order));
    await Promise.all((await factsSoFar(shop)).map((fact) => applyFact(shop.till, fact)));
    const states = await Promise.all(
      [first, second].map(async ({ order }) => (await orderNow(shop, order.id)).state),
    );
    expect(states.sort()).toEqual(['paid', 'refunded']);
    expect(await contents(shop.db, 'places')).toHaveLength(3);
    expect(await balances(shop)).toMatchObject({ stripe: 2_000_000, 'refunds-due': 0 });
  });
});

describe('two pages of one order', () => {
  it('both paid: the second payment is given back, the order stays paid', async () => {
    const { order, session } = await toCheckout(shop, 1);
    const second = await shop.till.gateway.openCheckout(
      checkoutRequest(shop.till, order, shop.event, {
        number: 2,
        expiresAt: '2026-11-24T06:38:00.000Z',
      }),
    );
    if (second.id === undefined) throw new Error('There is no second page.');
    shop.double.pay(session);
    shop.double.pay(second.id);
    const facts = await factsSoFar(shop);
    await Promise.all([...facts, ...facts].map((fact) => applyFact(shop.till, fact)));
    await payDueRefunds(shop.till);
    await applyAll(shop);
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    expect(await balances(shop)).toMatchObject({ stripe: 2_000_000, 'refunds-due': 0 });
    expect(await refundItems(shop.db)).toEqual([]);
    expect(await Array.fromAsync(shop.stripe.refunds.list())).toHaveLength(1);
    expect(await mails(shop)).toEqual(['order_paid', 'payment_refunded', 'refund_decided']);
    expect(await owners()).toEqual({ [placeOf(order)]: order.id });
  });
});

describe('money that is owed back', () => {
  const owed = async () => {
    const order = await paidAndRetaken();
    await othersTake(...[1, 2, 3].filter((n) => n !== placeOf(order)));
    return order;
  };

  it('is recorded with the fact, and paid later when Stripe did not answer', async () => {
    const order = await owed();
    shop.double.faults.add({ kind: 'rate-limit', path: 'POST /v1/refunds' });
    await applyAll(shop);
    expect((await orderNow(shop, order.id)).state).toBe('refund_due');
    expect(await balances(shop)).toEqual({ stripe: 2_000_000, 'refunds-due': -2_000_000 });
    expect(await payDueRefunds(shop.till)).toEqual({ paid: 0, failed: 1, waiting: 0 });
    shop.double.faults.clear();
    expect(await payDueRefunds(shop.till)).toEqual({ paid: 1, failed: 0, waiting: 0 });
    await expectRefunded(order);
  });

  it('is paid once when the answer of Stripe or of the table is lost', async () => {
    const order = await owed();
    shop.double.faults.add({ kind: 'lost-answer', path: 'POST /v1/refunds', count: 2 });
    await applyAll(shop);
    expect((await orderNow(shop, order.id)).state).toBe('refund_due');
    const db = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    expect(await payDueRefunds({ ...shop.till, db })).toEqual({ paid: 0, failed: 1, waiting: 0 });
    await payDueRefunds(shop.till);
    await applyAll(shop);
    await expectRefunded(order);
  });

  it('is booked when the bank takes its time', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session, { card: '4000000000007726' });
    shop.world.advance(minutes(40 + 121));
    await othersTake(1, 2, 3);
    await applyAll(shop);
    await payDueRefunds(shop.till);
    expect((await orderNow(shop, order.id)).state).toBe('refund_due');
    const [refund] = await Array.fromAsync(shop.stripe.refunds.list());
    shop.double.settleRefund(refund?.id ?? '', true);
    await applyAll(shop);
    await expectRefunded(order);
  });

  it('is booked when staff had given it back in the dashboard before', async () => {
    const order = await owed();
    shop.double.faults.add({ kind: 'rate-limit', path: 'POST /v1/refunds' });
    await applyAll(shop);
    shop.double.faults.clear();
    const [due] = await refundItems(shop.db);
    shop.double.refund(due?.payment ?? '');
    expect(await payDueRefunds(shop.till)).toEqual({ paid: 1, failed: 0, waiting: 0 });
    await expectRefunded(order);
    await applyAll(shop);
    await expectRefunded(order);
  });

  it('stays due for the rest when staff gave back a part of it', async () => {
    const order = await owed();
    shop.double.faults.add({ kind: 'rate-limit', path: 'POST /v1/refunds' });
    await applyAll(shop);
    shop.double.faults.clear();
    const [due] = await refundItems(shop.db);
    shop.double.refund(due?.payment ?? '', 700_000);
    const [told] = (await factsSoFar(shop)).filter(({ kind }) => kind === 'refund');
    if (!told) throw new Error('There is no refund.');
    for (const fact of [told, told]) await applyFact(shop.till, fact);
    expect((await orderNow(shop, order.id)).state).toBe('refund_due');
    expect(await balances(shop)).toEqual({ stripe: 1_300_000, 'refunds-due': -1_300_000 });
    expect(await refundItems(shop.db)).toMatchObject([{ amount: 1_300_000 }]);
    await payDueRefunds(shop.till);
    await applyAll(shop);
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    expect(await balances(shop)).toEqual({ stripe: 0, 'refunds-due': 0 });
    expect(await refundItems(shop.db)).toEqual([]);
  });

  it('does not keep other refunds waiting when one cannot be made', async () => {
    const orders: Order[] = [];
    for (const number of [1, 2]) {
      const { order, session } = await toCheckout(shop, number);
      shop.double.pay(session);
      orders.push(order);
    }
    shop.world.advance(minutes(40 + 121));
    await othersTake(1, 2, 3);
    shop.double.faults.add({ kind: 'rate-limit', path: 'POST /v1/refunds' });
    await applyAll(shop);
    shop.double.faults.clear();
    shop.double.faults.add({ kind: 'rate-limit', path: 'POST /v1/refunds', count: 1 });
    expect(await payDueRefunds(shop.till)).toEqual({ paid: 1, failed: 1, waiting: 0 });
    const states = await Promise.all(orders.map(async ({ id }) => (await orderNow(shop, id)).state));
    expect(states.sort()).toEqual(['refund_due', 'refunded']);
  });
});

it('nothing is given back for an order that another pays for later: the place stays taken', async () => {
  const { order, session } = await toCheckout(shop, 1);
  shop.double.pay(session);
  await applyAll(shop);
  shop.world.advance(minutes(40 + 121));
  await hold(shop, 2);
  await hold(shop, 3);
  await expect(hold(shop, 4)).rejects.toThrow();
  expect(await owners()).toMatchObject({ [placeOf(order)]: order.id });
});
