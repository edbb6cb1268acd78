import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bookParts } from '../../shared/ledger/book.ts';
import { readReconciliation } from '../../shared/ledger/reconciled.ts';
import { reconcile } from '../../shared/payments/reconciliation/reconcile.ts';
import { stripeBooks } from '../../shared/payments/stripe/books.ts';
import { openStripe } from '../../shared/payments/stripe/sdk.ts';
import type { Till } from '../../shared/payments/till.ts';
import { commit } from '../../shared/platform/database.ts';
import { openMatters } from '../../shared/staff/matters.ts';
import { applyAll, balances, orderNow, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

const hour = 3_600_000;
const day = 24 * hour;
const price = 2_000_000;
/** What the double takes of it. */
const fee = 68_000;

let shop: TestShop;
/** Hears nothing from Stripe, not even of what could not be delivered: only the account's books are left. */
let deaf: Till;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 40 }));
  const { gateway } = shop.till;
  deaf = { ...shop.till, gateway: { ...gateway, undelivered: async function* () {} } };
});
afterEach(() => shop.stop());

const run = (till: Till = deaf) => reconcile(till, stripeBooks({ stripe: shop.stripe }));

let number = 0;
/** An order that is paid at Stripe, and nobody was told. */
async function paid(card?: string): Promise<{ id: string; payment: string }> {
  number += 1;
  const { order, session } = await toCheckout(shop, number);
  shop.double.pay(session, card === undefined ? {} : { card });
  const { payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(session);
  return { id: order.id, payment: typeof intent === 'string' ? intent : '' };
}

const stripeBalance = async () => (await shop.stripe.balance.retrieve()).available[0]?.amount ?? 0;
const facts = async () => (await contents(shop.db, 'ledger')).map(({ fact }) => String(fact)).sort();
const reconciliationMatters = async () =>
  (await openMatters(shop.db)).filter(({ kind }) => kind === 'reconciliation_difference');
const raised = async () => (await openMatters(shop.db)).map(({ kind, detail }) => [kind, detail]);

/** The books agree to the tiyn, but for the fees of today. */
async function expectSum(): Promise<void> {
  const { result } = await run();
  expect(result).toMatchObject({ difference: 0, balances: [{ unexplained: 0 }] });
}

/** The books agree to the tiyn, and nothing waits. */
async function expectAgreed(): Promise<void> {
  const { result } = await run();
  expect(result).toMatchObject({ difference: 0, differences: [] });
  const { stripe } = await balances(shop);
  expect(stripe).toBe(await stripeBalance());
  expect(result.balances).toEqual([
    { currency: 'KZT', provider: stripe, ledger: stripe, underWay: 0, unexplained: 0 },
  ]);
}

describe('a day without webhooks', () => {
  it('loses nothing: orders, money, fees and payouts arrive, to the tiyn', async () => {
    const orders = [await paid(), await paid(), await paid()];
    shop.world.advance(5 * hour);
    shop.double.payOut(3_000_000);
    shop.double.chargeFee(45_000);
    shop.world.advance(day);
    const { result, repaired } = await run();
    expect(repaired).toBe(3);
    expect(result.difference).toBe(0);
    for (const { id } of orders) expect((await orderNow(shop, id)).state).toBe('paid');
    await expectAgreed();
    expect(await balances(shop)).toMatchObject({
      bank: 3_000_000,
      'processing-fees': 3 * fee + 45_000,
      'entry-fees': -4_500_000,
    });
    expect(await raised()).toEqual([]);
  });

  it('is caught up with by the undelivered events first, where Stripe still lists them', async () => {
    const { id } = await paid();
    shop.world.advance(day);
    const { repaired, result } = await run(shop.till);
    expect(repaired).toBe(0);
    expect(result.difference).toBe(0);
    expect((await orderNow(shop, id)).state).toBe('paid');
  });
});

describe('fees', () => {
  it('are booked once for an event and a day, when the day is over', async () => {
    await paid();
    await paid();
    await applyAll(shop);
    const first = await run();
    expect(first.result).toMatchObject({
      difference: 0,
      balances: [{ underWay: 2 * fee, unexplained: 0, ledger: 2 * price, provider: 2 * (price - fee) }],
    });
    expect(await facts()).toHaveLength(2);
    shop.world.set('2026-11-25T01:59:00.000Z');
    await run();
    expect(await facts()).toHaveLength(2);
    shop.world.set('2026-11-25T02:00:00.000Z');
    await run();
    const booked = (await contents(shop.db, 'ledger')).find(({ fact }) => String(fact).startsWith('fees'));
    expect(booked).toMatchObject({
      fact: 'fees test-race 2026-11-24',
      event: 'test-race',
      postings: [
        { account: 'processing-fees', amount: 2 * fee },
        { account: 'stripe', amount: -2 * fee },
      ],
    });
    await expectAgreed();
  });
});

describe('what was lost', () => {
  it('a payment is applied as its webhook would have', async () => {
    const { id, payment } = await paid();
    const { repaired } = await run();
    expect(repaired).toBe(1);
    expect((await orderNow(shop, id)).payment?.id).toBe(payment);
    expect(await run()).toMatchObject({ repaired: 0, booked: 0, result: { difference: 0 } });
  });

  it('a refund from the dashboard is booked, whole or in part', async () => {
    const [whole, part] = [await paid(), await paid()];
    await run();
    shop.double.refund(whole.payment);
    shop.double.refund(part.payment, 300_000);
    expect((await run()).repaired).toBe(2);
    expect((await orderNow(shop, whole.id)).state).toBe('refunded');
    expect((await orderNow(shop, part.id)).state).toBe('paid');
    shop.world.advance(2 * day);
    await run();
    await expectAgreed();
    expect(await reconciliationMatters()).toEqual([]);
  });

  it('many refunds of ours cost no call each', async () => {
    const asked: string[] = [];
    for (let refunds = 0; refunds < 3; refunds += 1) {
      const { id: order, payment } = await paid();
      const request = {
        id: `rfd_test${refunds}`,
        order,
        payment,
        amount: price,
        attempt: 1,
        repeated: false,
      };
      await shop.till.gateway.refund(request);
    }
    await run();
    await expectSum();
    const stripe = openStripe({ secretKey: 'sk_test_double', base: shop.double.url });
    stripe.on('request', (call: { path: string }) => asked.push(call.path));
    await reconcile(deaf, stripeBooks({ stripe }));
    expect(asked).toHaveLength(1);
  });

  it('a refund that takes days is under way until then, and booked when the bank has made it', async () => {
    const { id, payment } = await paid('4000 0000 0000 7726');
    const refund = shop.double.refund(payment);
    // Far longer than the days that are walked again.
    for (let days = 0; days < 8; days += 1) {
      shop.world.advance(day);
      const { result } = await run();
      expect(result).toMatchObject({ difference: 0, balances: [{ unexplained: 0 }] });
      expect(result.balances[0]?.underWay).toBeGreaterThanOrEqual(price);
    }
    shop.double.settleRefund(refund.id, true);
    await run(shop.till);
    expect((await orderNow(shop, id)).state).toBe('refunded');
    await expectAgreed();
    expect(await reconciliationMatters()).toEqual([]);
  });

  it('a refund that came to nothing before it was booked leaves no trace', async () => {
    const { payment } = await paid('4000 0000 0000 7726');
    const refund = shop.double.refund(payment);
    for (let days = 0; days < 8; days += 1) {
      await run();
      shop.world.advance(day);
    }
    shop.double.settleRefund(refund.id, false);
    await run();
    await expectAgreed();
    for (let days = 0; days < 8; days += 1) {
      shop.world.advance(day);
      expect((await run()).result).toMatchObject({ difference: 0, balances: [{ unexplained: 0 }] });
    }
    expect(await reconciliationMatters()).toEqual([]);
  });

  it('a refund that the bank sent back is taken back', async () => {
    const { payment } = await paid('4000 0000 0000 5126');
    shop.double.refund(payment, 400_000);
    shop.world.advance(2 * day);
    await run();
    await expectAgreed();
  });

  it.each(['won', 'lost'] as const)('a dispute that nobody told of is booked (%s)', async (outcome) => {
    const { payment } = await paid();
    await run();
    const dispute = shop.double.openDispute(payment);
    await run();
    shop.world.advance(5 * day);
    shop.double.closeDispute(dispute.id, outcome);
    shop.world.advance(2 * day);
    await run();
    await expectAgreed();
    const left = outcome === 'won' ? price - fee - 750_000 : -fee - 750_000;
    expect(await balances(shop)).toMatchObject({ stripe: left });
    expect(await reconciliationMatters()).toEqual([]);
  });

  it('payouts that come back are taken back, and paid out once more', async () => {
    await paid();
    const first = shop.double.payOut(500_000);
    shop.double.settlePayout(first.id, false);
    const second = shop.double.payOut(700_000);
    shop.double.settlePayout(second.id, true);
    shop.world.advance(day + 12 * hour);
    await run();
    await expectAgreed();
    expect(await balances(shop)).toMatchObject({ bank: 700_000 });
    expect(await facts()).toEqual(
      expect.arrayContaining([`${first.id} failed`, `${first.id} paid`, `${second.id} paid`]),
    );
  });

  it('money that nobody knows waits in suspense, and staff are told', async () => {
    await shop.stripe.paymentIntents.create({
      amount: 900_000,
      currency: 'kzt',
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    await run();
    await expectAgreed();
    expect(await balances(shop)).toEqual({ stripe: 863_900, suspense: -863_900 });
    expect(await raised()).toEqual([['reconciliation_difference', 'unknown']]);
  });
});

describe('what differs', () => {
  const book = (fact: string, amount: number, keyDay = '2026-11-24') =>
    commit(
      shop.db,
      shop.world,
      bookParts({
        fact,
        keyDay,
        event: 'test-race',
        order: 'ord_x',
        currency: 'KZT',
        occurredAt: `${keyDay}T06:00:00.000Z`,
        day: keyDay,
        postings: [
          { account: 'stripe', amount },
          { account: 'suspense', amount: -amount },
        ],
        entries: {},
      }),
    );

  it('a fact that the account does not know is told once its day is over, once', async () => {
    await book('pi_invented paid', 1_234);
    expect((await run()).result).toMatchObject({ difference: 0, balances: [{ underWay: 1_234 }] });
    shop.world.advance(2 * day);
    for (let times = 0; times < 2; times += 1)
      expect((await run()).result).toMatchObject({
        difference: 1_234,
        differences: [{ kind: 'missing_at_provider', fact: 'pi_invented paid', provider: 0, ledger: 1_234 }],
        balances: [{ unexplained: 0 }],
      });
    expect(await raised()).toEqual([['reconciliation_difference', 'missing_at_provider']]);
    // … and is still told when its day is long walked past.
    for (let days = 0; days < 8; days += 1) {
      shop.world.advance(day);
      expect((await run()).result).toMatchObject({ difference: 1_234, balances: [{ unexplained: 0 }] });
    }
    expect(await raised()).toHaveLength(1);
  });

  it('an amount that differs is told', async () => {
    const { payment } = await paid();
    await book(`${payment} paid`, price - 1);
    expect((await run()).result).toMatchObject({
      difference: 1,
      differences: [{ kind: 'amount_differs', provider: price, ledger: price - 1 }],
      balances: [{ unexplained: 0 }],
    });
    expect(await raised()).toEqual([]);
    await run();
    expect(await raised()).toEqual([['reconciliation_difference', 'amount_differs']]);
  });

  it('what is written into walked days later is told as unexplained', async () => {
    await paid();
    for (let days = 0; days < 6; days += 1) {
      await run();
      shop.world.advance(day);
    }
    await expectAgreed();
    await book('pi_forged paid', 77);
    expect((await run()).result).toMatchObject({
      difference: 77,
      differences: [],
      balances: [{ unexplained: 77 }],
    });
    await run();
    expect(await raised()).toEqual([['reconciliation_difference', 'unexplained']]);
  });
});

describe('over weeks', () => {
  it('walks only the last days again, and still agrees in sum', async () => {
    for (let days = 0; days < 12; days += 1) {
      await paid();
      if (days % 4 === 3) shop.double.payOut();
      await run();
      shop.world.advance(day);
    }
    await run();
    const { movements } = await run();
    expect(movements).toBeLessThanOrEqual(5);
    expect((await readReconciliation(shop.db))?.from).toBe('2026-12-03');
    await expectAgreed();
    expect(await balances(shop)).toMatchObject({ 'processing-fees': 12 * fee });
  });
});

describe('a run', () => {
  const state = async () => [await contents(shop.db, 'ledger'), await contents(shop.db, 'orders')];

  it('changes nothing the second time', async () => {
    await paid();
    shop.double.payOut(100_000);
    shop.world.advance(2 * day);
    await run();
    const before = await state();
    const again = await run();
    expect(again).toMatchObject({ repaired: 0, booked: 0 });
    expect(await state()).toEqual(before);
  });

  it.each(
    Array.from({ length: 5 }, (_, nth) => nth).flatMap((nth) => [
      [nth, 'fail-before'] as const,
      [nth, 'lose-answer'] as const,
    ]),
  )('that dies at write %i (%s) is made good by the next', async (nth, kind) => {
    await paid();
    shop.double.payOut(100_000);
    shop.double.chargeFee(10_000);
    shop.world.advance(2 * day);
    const passed = { command: 'TransactWrite', kind: () => {}, times: nth } as const;
    const db = withFaults(shop.db, passed, { command: 'TransactWrite', kind });
    await run({ ...deaf, db }).catch(() => {});
    await run();
    await expectAgreed();
    expect(await facts()).toHaveLength(4);
    expect(await raised()).toEqual([]);
  });

  it('at the same time as another books nothing twice', async () => {
    await paid();
    await paid();
    shop.double.payOut(100_000);
    shop.world.advance(2 * day);
    await Promise.all([run(), run(), run()]);
    await expectAgreed();
    expect(await facts()).toHaveLength(4);
  });

  it('waits while Stripe does not answer, and keeps what it had found before', async () => {
    await paid();
    await run();
    const before = await readReconciliation(shop.db);
    shop.double.faults.add({ kind: 'rate-limit', path: 'GET /v1/balance_transactions' });
    await expect(run()).rejects.toThrow('Stripe does not answer');
    expect(await readReconciliation(shop.db)).toEqual(before);
  });
});
