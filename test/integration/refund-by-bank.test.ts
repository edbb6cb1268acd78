import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '../../shared/orders/order.ts';
import { loadReceipt } from '../../shared/orders/receipt.ts';
import { type RefundByBank, recordRefundByBank } from '../../shared/orders/refund-by-bank.ts';
import { refundItems } from '../../shared/orders/refund-items.ts';
import { retryRefund } from '../../shared/orders/refund-order.ts';
import { loadStaffOrder } from '../../shared/orders/staff-order-view.ts';
import { loadOrderView } from '../../shared/orders/view.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { reconcile } from '../../shared/payments/reconciliation/reconcile.ts';
import { stripeBooks } from '../../shared/payments/stripe/books.ts';
import { commit } from '../../shared/platform/database.ts';
import { report } from '../../shared/reports/report.ts';
import { readAudit } from '../../shared/staff/audit.ts';
import { openMatters, raiseMatter, settleMatter } from '../../shared/staff/matters.ts';
import { balances, days, mails, minutes, orderNow, refusalOf, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import {
  expectMoneyHolds,
  matterKinds,
  refundByStaff,
  settleRefunds,
  staff,
  tellAll,
  wholeNow,
} from '../support/refunding.ts';
import { openTestShop, type TestShop, testKeys } from '../support/shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop();
});
afterEach(() => shop.stop());

const price = 2_000_000;
const kzt = (amount: number) => ({ amount, currency: 'KZT' });
/** On this card a refund stays pending until the bank answers; on that one it succeeds and is sent back. */
const slowCard = '4000000000007726';
const closedCard = '4000000000005126';

async function paidBy(card: string): Promise<Order> {
  const { order, session } = await toCheckout(shop, 1);
  shop.double.pay(session, { card });
  await tellAll(shop, await shop.facts());
  return orderNow(shop, order.id);
}

/** The bank answers the latest refund. */
async function answer(succeeded: boolean): Promise<void> {
  const [refund] = await Array.fromAsync(shop.stripe.refunds.list());
  shop.double.settleRefund(refund?.id ?? '', succeeded);
  await settleRefunds(shop);
}

/** An order whose refund the bank has refused for good, and the refund. */
async function failed(amount = price): Promise<{ order: Order; refund: string }> {
  const order = await paidBy(slowCard);
  const { id } = await refundByStaff(shop, order.id, amount === price ? {} : { amount });
  await settleRefunds(shop);
  await answer(false);
  return { order, refund: id };
}

/** Staff record the bank payment; the money was owed on 24 November 2026. */
function record(
  { order, refund }: { order: Pick<Order, 'id'>; refund: string },
  changes: Partial<RefundByBank> = {},
  db = shop.db,
): Promise<void> {
  return recordRefundByBank(
    { ...shop.till, db },
    {
      order: order.id,
      refund,
      by: staff,
      reference: '0042',
      date: '2026-11-25',
      amount: kzt(price),
      ...changes,
    },
  );
}

const stripeRefunds = () => Array.fromAsync(shop.stripe.refunds.list());
const acts = async () =>
  (await readAudit(shop.db, { month: '2026-11', limit: 20 })).map(({ act }) => act).sort();

describe('a failed refund that was paid by bank', () => {
  it('is given back: in the books, on the order, in its receipt, to the buyer; and its matter is settled', async () => {
    const found = await failed();
    const { order, refund } = found;
    shop.world.advance(days(2));
    expect(await matterKinds(shop)).toEqual(['refund_failed']);
    await record(found);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refunded', owed: 0 });
    expect(await refundItems(shop.db)).toEqual([]);
    expect(await balances(shop)).toMatchObject({ stripe: price, bank: -price, 'refunds-due': 0 });
    const booked = (await contents(shop.db, 'ledger')).find(({ fact }) => String(fact).startsWith('bnr_'));
    expect(booked).toMatchObject({
      day: '2026-11-25',
      order: order.id,
      postings: [
        { account: 'refunds-due', amount: price },
        { account: 'bank', amount: -price },
      ],
    });
    expect(await matterKinds(shop)).toEqual([]);
    expect(await acts()).toEqual(['matter_settled', 'order_refunded', 'refund_sent_by_bank']);
    expect(await readAudit(shop.db, { month: '2026-11', limit: 20 })).toContainEqual(
      expect.objectContaining({
        act: 'refund_sent_by_bank',
        by: staff,
        about: expect.objectContaining({ order: order.id, refund }),
        amount: kzt(price),
        note: '0042',
      }),
    );
    expect(await mails(shop)).toEqual(['order_paid', 'payment_refunded', 'refund_decided']);
    await expectMoneyHolds(shop);

    const sent = { reference: '0042', date: '2026-11-25' };
    const seen = await loadStaffOrder(shop.till, order.id, false);
    expect(seen).toMatchObject({ due: [], owed: kzt(0) });
    expect(seen?.refunds).toContainEqual(
      expect.objectContaining({ amount: kzt(price), status: 'succeeded', sent }),
    );
    const shown = await loadOrderView(shop.till, testKeys, order.id);
    expect(shown?.returns).toContainEqual(
      expect.objectContaining({ what: 'given_back', amount: kzt(price), byBank: true }),
    );
    expect(await loadReceipt(shop.till, testKeys, order.id)).toMatchObject({
      returns: [{ state: 'done', amount: kzt(price) }],
      kept: kzt(0),
      facts: expect.arrayContaining([booked?.fact]),
    });
    expect(await report(shop.till, 'test-race')).toMatchObject({
      totals: { received: kzt(0), entryFees: kzt(0) },
      proven: { difference: 0 },
    });
  });

  it('is none of Stripe’s money: the comparison with Stripe finds no difference, now or days later', async () => {
    const found = await failed();
    await record(found, { date: '2026-11-24' });
    const books = stripeBooks({ stripe: shop.stripe });
    for (const _again of [1, 2, 3]) {
      const { result } = await reconcile(shop.till, books);
      expect(result).toMatchObject({ difference: 0, differences: [], balances: [{ unexplained: 0 }] });
      shop.world.advance(days(2));
    }
    expect(await matterKinds(shop)).toEqual([]);
  });

  it('of a part leaves the order as it is', async () => {
    const found = await failed(500_000);
    await record(found, { date: '2026-11-24', amount: kzt(500_000) });
    expect(await orderNow(shop, found.order.id)).toMatchObject({ state: 'paid', owed: 0 });
    expect(await balances(shop)).toMatchObject({ stripe: price, bank: -500_000, 'refunds-due': 0 });
    await expectMoneyHolds(shop);
  });

  it('that had succeeded and came back settles the matter of that, and no other', async () => {
    const order = await paidBy(closedCard);
    await refundByStaff(shop, order.id, { amount: 500_000 });
    await settleRefunds(shop);
    const [item] = await refundItems(shop.db);
    expect(item).toMatchObject({ status: 'failed', reason: 'came_back' });
    const other = {
      kind: 'refund_failed',
      fact: 're_other failed',
      raisedAt: '2026-11-24T06:00:00.000Z',
    } as const;
    const about = { order: order.id, payment: order.payment?.id ?? '', refund: 're_other' };
    await commit(shop.db, shop.world, [raiseMatter({ ...other, about })]);
    await record({ order, refund: item?.id ?? '' }, { date: '2026-11-24', amount: kzt(500_000) });
    expect(await openMatters(shop.db)).toMatchObject([{ kind: 'refund_failed', about }]);
    expect(await balances(shop)).toMatchObject({ bank: -500_000, 'refunds-due': 0 });
    await expectMoneyHolds(shop);
  });

  it('whose retry Stripe refused settles both matters', async () => {
    const found = await failed(500_000);
    await retryRefund(shop.till, { order: found.order.id, refund: found.refund, by: staff });
    shop.double.openDispute(found.order.payment?.id ?? '', 1_000_000);
    await tellAll(shop, await shop.facts());
    await settleRefunds(shop);
    const [item] = await refundItems(shop.db);
    const open = await matterKinds(shop);
    expect(open).toEqual(['dispute_opened', 'refund_failed', 'refund_failed']);
    await record(found, { date: '2026-11-24', amount: kzt(item?.amount ?? 0) });
    expect(await matterKinds(shop)).toEqual(['dispute_opened']);
    await expectMoneyHolds(shop);
  });
});

describe('recording it', () => {
  it('twice, at once or with another payment of ours, counts once', async () => {
    const found = await failed();
    shop.world.advance(days(1));
    await Promise.all([record(found), record(found), record(found)]);
    shop.world.advance(days(1));
    await record(found);
    expect(await balances(shop)).toMatchObject({ bank: -price, 'refunds-due': 0 });
    for (const changes of [{ reference: '0043' }, { date: '2026-11-24' }, { amount: kzt(1) }])
      expect((await refusalOf(record(found, changes))).code).toBe('bank_refund_sent');
    expect(await acts()).toEqual(['matter_settled', 'order_refunded', 'refund_sent_by_bank']);
    expect(await mails(shop)).toEqual(['order_paid', 'payment_refunded', 'refund_decided']);
    await expectMoneyHolds(shop);
  });

  it('by two with different payments counts the first', async () => {
    const found = await failed();
    shop.world.advance(days(1));
    const outcomes = await Promise.allSettled(
      ['0042', '0043'].map((reference) => record(found, { reference })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await balances(shop)).toMatchObject({ bank: -price, 'refunds-due': 0 });
    await expectMoneyHolds(shop);
  });

  it('cut anywhere is done wholly or not at all, and then done', async () => {
    const found = await failed();
    shop.world.advance(days(1));
    const cut = (kind: 'fail-before' | 'lose-answer' | 'conflict') =>
      record(found, {}, withFaults(shop.db, { command: 'TransactWrite', kind }));
    await expect(cut('fail-before')).rejects.toThrow();
    expect(await orderNow(shop, found.order.id)).toMatchObject({ state: 'refund_due', owed: price });
    expect(await matterKinds(shop)).toEqual(['refund_failed']);
    await expectMoneyHolds(shop);
    await expect(cut('lose-answer')).rejects.toThrow();
    await expectMoneyHolds(shop);
    await cut('conflict');
    expect(await balances(shop)).toMatchObject({ bank: -price, 'refunds-due': 0 });
    expect(await acts()).toEqual(['matter_settled', 'order_refunded', 'refund_sent_by_bank']);
    await expectMoneyHolds(shop);
  });

  it('while somebody settles the matter by hand leaves what they wrote', async () => {
    const found = await failed();
    shop.world.advance(days(1));
    const [matter] = await openMatters(shop.db);
    const byHand = () => settleMatter(shop.till, matter?.id ?? '', { by: 'staff-2', note: 'Looked at.' });
    await record(found, {}, withFaults(shop.db, { command: 'TransactWrite', kind: byHand }));
    expect(await balances(shop)).toMatchObject({ bank: -price, 'refunds-due': 0 });
    expect(await acts()).toEqual(['matter_settled', 'order_refunded', 'refund_sent_by_bank']);
  });
});

describe('a payment by bank and another try at Stripe', () => {
  const retry = async (found: { order: Order; refund: string }): Promise<void> => {
    await retryRefund(shop.till, { order: found.order.id, refund: found.refund, by: staff });
    await payDueRefunds(shop.till);
  };
  /** What went back went one way only. */
  const expectOnce = async (by: 'bank' | 'stripe'): Promise<void> => {
    expect(await balances(shop)).toMatchObject({ 'refunds-due': 0, stripe: by === 'bank' ? price : 0 });
    expect((await balances(shop)).bank ?? 0).toBe(by === 'bank' ? -price : 0);
    expect(await stripeRefunds()).toHaveLength(by === 'bank' ? 1 : 2);
    await expectMoneyHolds(shop);
  };

  it('a retry that comes first leaves nothing to pay by bank', async () => {
    const found = await failed();
    shop.world.advance(days(1));
    const db = withFaults(shop.db, { command: 'TransactWrite', kind: () => retry(found) });
    expect((await refusalOf(record(found, {}, db))).code).toBe('refund_not_failed');
    await answer(true);
    expect((await refusalOf(record(found))).code).toBe('refund_unknown');
    await expectOnce('stripe');
  });

  it('a retry that comes second finds nothing to ask Stripe for', async () => {
    const found = await failed();
    shop.world.advance(days(1));
    const db = withFaults(shop.db, { command: 'TransactWrite', kind: () => record(found) });
    const late = retryRefund(
      { ...shop.till, db },
      { order: found.order.id, refund: found.refund, by: staff },
    );
    expect((await refusalOf(late)).code).toBe('refund_unknown');
    await settleRefunds(shop);
    await expectOnce('bank');
  });

  it('at the same moment: exactly one of them happens', async () => {
    const found = await failed();
    shop.world.advance(days(1));
    const [byBank, again] = await Promise.allSettled([record(found), retry(found)]);
    expect([byBank?.status, again?.status].sort()).toEqual(['fulfilled', 'rejected']);
    if (again?.status === 'fulfilled') await answer(true);
    await expectOnce(byBank?.status === 'fulfilled' ? 'bank' : 'stripe');
  });
});

describe('what cannot be recorded', () => {
  it('a refund that Stripe has still to make, or works on', async () => {
    const order = await paidBy(slowCard);
    const { id: refund } = await refundByStaff(shop, order.id);
    const found = { order, refund };
    const today = { date: '2026-11-24' };
    expect((await refusalOf(record(found, today))).code).toBe('refund_not_failed');
    await payDueRefunds(shop.till);
    expect(await refundItems(shop.db)).toMatchObject([{ status: 'asked' }]);
    expect((await refusalOf(record(found, today))).code).toBe('refund_not_failed');
    await answer(true);
    expect((await refusalOf(record(found, today))).code).toBe('refund_unknown');
    expect((await balances(shop)).bank).toBeUndefined();
  });

  it('a refund that is none, or of another order', async () => {
    const { order, refund } = await failed();
    expect((await refusalOf(record({ order, refund: 'rfd_none' }))).code).toBe('refund_unknown');
    expect((await refusalOf(record({ order: { id: 'ord_none' }, refund }))).code).toBe('order_unknown');
    shop.world.advance(minutes(1));
    const { order: other } = await toCheckout(shop, 2);
    expect((await refusalOf(record({ order: other, refund }))).code).toBe('refund_unknown');
  });

  it('another amount than is due', async () => {
    const found = await failed();
    for (const amount of [kzt(price - 1), kzt(price + 1), { amount: price, currency: 'USD' }])
      expect(await refusalOf(record(found, { date: '2026-11-24', amount }))).toMatchObject({
        code: 'refund_changed',
        detail: { back: kzt(price) },
      });
    // Somebody gives a part of it back in Stripe's dashboard meanwhile.
    shop.double.refund(found.order.payment?.id ?? '', 500_000);
    await answer(true);
    expect((await refusalOf(record(found, { date: '2026-11-24' }))).code).toBe('refund_changed');
    await record(found, { date: '2026-11-24', amount: kzt(1_500_000) });
    expect(await balances(shop)).toMatchObject({ bank: -1_500_000, 'refunds-due': 0 });
    await expectMoneyHolds(shop);
  });

  it('a day before the money was owed or after today, in the zone of the event', async () => {
    const found = await failed();
    // In Almaty it is the 26th already.
    shop.world.set('2026-11-25T20:00:00.000Z');
    for (const [date, error] of [
      ['2026-11-23', { code: 'too_small', limit: '2026-11-24' }],
      ['2026-11-27', { code: 'too_large', limit: '2026-11-26' }],
    ] as const)
      expect(await refusalOf(record(found, { date }))).toMatchObject({
        code: 'validation_failed',
        detail: { errors: [{ field: 'date', ...error }] },
      });
    await record(found, { date: '2026-11-26' });
    const { records } = await wholeNow(shop, found.order.id);
    const sent = [...records.refunds.values()].find((one) => one.sent);
    expect(sent).toMatchObject({ at: '2026-11-25T20:00:00.000Z', sent: { date: '2026-11-26' } });
    expect((await contents(shop.db, 'ledger')).map(({ day }) => day)).toContain('2026-11-26');
  });
});
