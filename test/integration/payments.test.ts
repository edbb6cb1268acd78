import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { orderKey } from '../../shared/orders/order.ts';
import { applyFact, applyPaid } from '../../shared/payments/apply-fact.ts';
import { GatewayUnavailable } from '../../shared/payments/gateway.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { getItem } from '../../shared/platform/database.ts';
import { openMatters } from '../../shared/staff/matters.ts';
import {
  applyAll,
  balances,
  factsSoFar,
  hold,
  mails,
  minutes,
  orderNow,
  refusalOf,
  toCheckout,
} from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop();
});
afterEach(() => shop.stop());

const sessions = () => Array.fromAsync(shop.stripe.checkout.sessions.list({ limit: 100 }));

describe('a payment page', () => {
  it('asks for the order, its lines and its sum, and closes before the hold ends', async () => {
    const donations = [{ project: 'trees', amount: { amount: 50_000, currency: 'KZT' } }];
    const { order, session } = await toCheckout(shop, 1, { donations });
    const page = await shop.stripe.checkout.sessions.retrieve(session, { expand: ['line_items'] });
    expect(page).toMatchObject({
      amount_total: 2_050_000,
      currency: 'kzt',
      client_reference_id: order.id,
      customer_email: 'runner1@example.com',
      locale: 'ru',
    });
    expect(page.line_items?.data.map(({ amount_total }) => amount_total)).toEqual([2_000_000, 50_000]);
    const left = Date.parse(order.heldUntil ?? '') - page.expires_at * 1000;
    expect(left).toBe(minutes(2));
    expect(order.state).toBe('paying');
  });

  it('is the same one when asked again, also at the same time', async () => {
    const { id } = await hold(shop, 1);
    const steps = await Promise.allSettled([1, 2, 3].map(() => startCheckout(shop.till, id)));
    // Stripe refuses a second request under one key while the first runs: that one may be repeated.
    for (const step of steps)
      if (step.status === 'rejected') expect(step.reason).toBeInstanceOf(GatewayUnavailable);
    const step = await startCheckout(shop.till, id);
    for (const other of steps) if (other.status === 'fulfilled') expect(other.value).toEqual(step);
    const [made, ...others] = await sessions();
    expect(others).toEqual([]);
    expect(step).toEqual({ state: 'paying', url: made?.url });
    expect((await orderNow(shop, id)).session).toEqual({ id: made?.id });
  });

  it('is stored before its address is told, and found without being made again', async () => {
    const { id } = await hold(shop, 1);
    expect((await orderNow(shop, id)).attempt).toEqual({ number: 1, expiresAt: '2026-11-24T06:38:00.000Z' });
    const db = withFaults(shop.db);
    const { url } = await startCheckout({ ...shop.till, db }, id);
    expect(db.sent.filter((name) => name !== 'Get')).toEqual(['Update']);
    shop.double.faults.add({ kind: 'server-error', path: 'POST /v1/checkout/sessions$' });
    expect(await startCheckout(shop.till, id)).toEqual({ state: 'paying', url });
    expect(JSON.stringify(await contents(shop.db, 'orders'))).not.toContain(url);
  });

  it('shows on coming back that it was paid, or closed, before any webhook tells', async () => {
    const paid = await toCheckout(shop, 1);
    shop.double.pay(paid.session);
    expect(await startCheckout(shop.till, paid.order.id)).toEqual({ state: 'paid' });
    expect(await balances(shop)).toMatchObject({ stripe: 2_000_000 });
    const closed = await toCheckout(shop, 2);
    shop.double.expire(closed.session);
    expect(await refusalOf(startCheckout(shop.till, closed.order.id))).toMatchObject({
      code: 'order_not_payable',
    });
    expect((await orderNow(shop, closed.order.id)).state).toBe('expired');
  });

  it('prolongs a hold that is too short for it, with its places', async () => {
    const { id } = await hold(shop, 1);
    shop.world.advance(minutes(30));
    await startCheckout(shop.till, id);
    const { heldUntil, attempt } = await orderNow(shop, id);
    expect(attempt?.expiresAt).toBe('2026-11-24T07:01:00.000Z');
    expect(heldUntil).toBe('2026-11-24T07:03:00.000Z');
    expect(await contents(shop.db, 'places')).toMatchObject([{ heldUntil }]);
  });

  it('is found again when the answer of Stripe was lost', async () => {
    const { id } = await hold(shop, 1);
    shop.double.faults.add({ kind: 'lost-answer', path: 'POST /v1/checkout/sessions$', count: 2 });
    await expect(startCheckout(shop.till, id)).rejects.toThrow(GatewayUnavailable);
    const stored = await orderNow(shop, id);
    expect(stored.attempt).toMatchObject({ number: 1 });
    expect(stored.session).toBeUndefined();
    const { url } = await startCheckout(shop.till, id);
    const [session, ...others] = await sessions();
    expect(others).toEqual([]);
    expect(url).toBe(session?.url);
  });

  it('is found again when the process died before recording it', async () => {
    const { id } = await hold(shop, 1);
    const db = withFaults(shop.db, { command: 'Update', kind: 'fail-before' });
    await expect(startCheckout({ ...shop.till, db }, id)).rejects.toThrow('Nothing was sent');
    expect((await orderNow(shop, id)).session).toBeUndefined();
    await startCheckout(shop.till, id);
    expect(await sessions()).toMatchObject([{ id: (await orderNow(shop, id)).session?.id }]);
  });

  it('waits out rate limits', async () => {
    const { id } = await hold(shop, 1);
    shop.double.faults.add({ kind: 'rate-limit', path: 'POST /v1/checkout/sessions$', count: 2 });
    for (let tries = 0; tries < 2; tries += 1)
      await expect(startCheckout(shop.till, id)).rejects.toThrow(GatewayUnavailable);
    expect(await startCheckout(shop.till, id)).toMatchObject({ state: 'paying' });
    expect((await orderNow(shop, id)).attempt?.number).toBe(1);
  });

  it("outlasts ten of Stripe's own failures, which it repeats under one key, and keeps the place", async () => {
    const { id } = await hold(shop, 1);
    shop.double.faults.add({ kind: 'server-error', path: 'POST /v1/checkout/sessions$' });
    for (let tries = 0; tries < 10; tries += 1) {
      await expect(startCheckout(shop.till, id)).rejects.toThrow(GatewayUnavailable);
      shop.world.advance(3_000);
    }
    shop.double.faults.clear();
    expect(await startCheckout(shop.till, id)).toMatchObject({ state: 'paying' });
    expect(await contents(shop.db, 'places')).toMatchObject([{ order: id }]);
  });

  it('is not tried for ever: a failing provider keeps no place longer than an hour', async () => {
    const { id } = await hold(shop, 1);
    shop.double.faults.add({ kind: 'server-error', path: 'POST /v1/checkout/sessions$' });
    let tries = 0;
    for (; tries < 100; tries += 1) {
      const error = await startCheckout(shop.till, id).catch((thrown: unknown) => thrown);
      if (!(error instanceof GatewayUnavailable)) break;
      shop.world.advance(minutes(5));
    }
    expect(tries).toBeGreaterThan(15);
    expect(tries).toBeLessThan(30);
    const { heldUntil = '' } = await orderNow(shop, id);
    expect(Date.parse(heldUntil) - Date.parse('2026-11-24T06:00:00.000Z')).toBeLessThan(minutes(140));
  });

  it('is made anew when Stripe would no longer make the first one', async () => {
    const { id } = await hold(shop, 1);
    shop.double.faults.add({ kind: 'rate-limit', path: 'POST /v1/checkout/sessions$', count: 1 });
    await expect(startCheckout(shop.till, id)).rejects.toThrow(GatewayUnavailable);
    shop.world.advance(minutes(20));
    expect(await startCheckout(shop.till, id)).toMatchObject({ state: 'paying' });
    const { attempt, heldUntil } = await orderNow(shop, id);
    expect(attempt?.number).toBe(2);
    expect(heldUntil).toBe('2026-11-24T06:53:00.000Z');
    expect(await contents(shop.db, 'places')).toMatchObject([{ heldUntil }]);
  });

  it('is refused for an order that is over, and needless for one that is paid', async () => {
    expect(await refusalOf(startCheckout(shop.till, 'ord_none'))).toMatchObject({ code: 'order_unknown' });
    const paid = await toCheckout(shop, 1);
    shop.double.pay(paid.session);
    await applyAll(shop);
    expect(await startCheckout(shop.till, paid.order.id)).toEqual({ state: 'paid' });
    const dropped = await toCheckout(shop, 2);
    shop.double.expire(dropped.session);
    await applyAll(shop);
    expect(await refusalOf(startCheckout(shop.till, dropped.order.id))).toMatchObject({
      code: 'order_not_payable',
    });
  });

  it('that ran out says what became of it: paid after all, or over', async () => {
    const paid = await toCheckout(shop, 1);
    const over = await toCheckout(shop, 2);
    shop.double.pay(paid.session);
    shop.world.advance(minutes(39));
    expect(await startCheckout(shop.till, paid.order.id)).toEqual({ state: 'paid' });
    expect(await refusalOf(startCheckout(shop.till, over.order.id))).toMatchObject({
      code: 'order_not_payable',
    });
    expect((await orderNow(shop, over.order.id)).state).toBe('expired');
  });
});

describe('a payment', () => {
  it('makes the order paid, keeps the place and books every share', async () => {
    const donations = [{ project: 'trees', amount: { amount: 50_000, currency: 'KZT' } }];
    const { order, session } = await toCheckout(shop, 1, { donations });
    shop.double.pay(session);
    await applyAll(shop);
    const paid = await orderNow(shop, order.id);
    expect(paid.state).toBe('paid');
    expect(paid.heldUntil).toBeUndefined();
    const [place] = await contents(shop.db, 'places');
    expect(place).toMatchObject({ order: order.id });
    expect(place).not.toHaveProperty('heldUntil');
    expect(await balances(shop)).toEqual({
      stripe: 2_050_000,
      'project:school': -500_000,
      'project:trees': -50_000,
      'entry-fees': -1_500_000,
    });
    expect(await contents(shop.db, 'marks')).toHaveLength(1);
    expect(await mails(shop)).toEqual(['order_paid']);
  });

  it('is booked once, whether told twenty times at once or again the day after', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    const [fact] = await factsSoFar(shop);
    if (fact?.kind !== 'paid') throw new Error('There is no payment.');
    await Promise.all(Array.from({ length: 20 }, () => applyFact(shop.till, fact)));
    shop.world.advance(minutes(24 * 60));
    await applyFact(shop.till, fact);
    expect(await contents(shop.db, 'ledger')).toHaveLength(1);
    expect(await balances(shop)).toMatchObject({ stripe: 2_000_000 });
    expect(await mails(shop)).toEqual(['order_paid']);
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    expect(await Array.fromAsync(shop.stripe.refunds.list())).toEqual([]);
  });

  it('is booked once by webhook and sweeper, which learn of it in different ways', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    shop.world.advance(minutes(41));
    await Promise.all([applyAll(shop), shop.desk.endOverdueHold(order.id), applyAll(shop)]);
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    expect(await contents(shop.db, 'ledger')).toHaveLength(1);
  });

  it('follows a declined card on the same page', async () => {
    const { order, session } = await toCheckout(shop, 1);
    expect(shop.double.pay(session, { card: '4000000000000002' })).toMatchObject({ kind: 'declined' });
    await applyAll(shop);
    expect((await orderNow(shop, order.id)).state).toBe('paying');
    expect(shop.double.pay(session)).toMatchObject({ kind: 'paid' });
    await applyAll(shop);
    expect((await orderNow(shop, order.id)).state).toBe('paid');
  });

  it.each([
    ['an amount that is one tiyn short', { amount: 1_999_999 }, { stripe: 1_999_999, suspense: -1_999_999 }],
    ['another currency', { currency: 'USD' }, {}],
  ])('confirms nothing with %s', async (_, changes, booked) => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    const [fact] = await factsSoFar(shop);
    if (fact?.kind !== 'paid') throw new Error('There is no payment.');
    for (const _once of [1, 2]) await applyPaid(shop.till, order.id, { ...fact.payment, ...changes });
    expect((await orderNow(shop, order.id)).state).toBe('paying');
    expect(await balances(shop)).toEqual(booked);
    expect(await openMatters(shop.db)).toMatchObject([
      { kind: 'payment_mismatch', about: { order: order.id, payment: fact.payment.id } },
    ]);
  });

  it('of the other mode, of an unknown order, or of a foreign session confirms nothing', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    const [fact] = await factsSoFar(shop);
    if (fact?.kind !== 'paid') throw new Error('There is no payment.');
    await applyFact(shop.till, { ...fact, livemode: true });
    await applyFact({ ...shop.till, livemode: true }, fact);
    await applyFact(shop.till, { ...fact, order: 'ord_none' });
    expect((await orderNow(shop, order.id)).state).toBe('paying');
    expect(await contents(shop.db, 'ledger')).toEqual([]);
    const foreign = await shop.stripe.checkout.sessions.create({
      mode: 'payment',
      client_reference_id: order.id,
      success_url: 'http://localhost/',
      line_items: [
        { quantity: 1, price_data: { currency: 'kzt', unit_amount: 2_000_000, product_data: { name: 'x' } } },
      ],
    });
    shop.double.pay(foreign.id);
    expect((await factsSoFar(shop)).filter(({ kind }) => kind === 'paid')).toHaveLength(1);
  });

  it('is not lost when the answer of the table is, or the process dies before', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    for (const kind of ['fail-before', 'lose-answer'] as const) {
      const db = withFaults(shop.db, { command: 'TransactWrite', kind });
      await expect(applyAll(shop, { ...shop.till, db })).rejects.toThrow();
    }
    await applyAll(shop);
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    expect(await contents(shop.db, 'ledger')).toHaveLength(1);
    expect(await getItem(shop.db, 'orders', orderKey(order.id))).toHaveProperty('payment');
  });
});
