import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refundItems } from '../../shared/orders/refund-items.ts';
import { retryRefund } from '../../shared/orders/refund-order.ts';
import { joinTeam, leaveTeam } from '../../shared/orders/teams.ts';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { publicTotals } from '../../shared/reports/public-totals.ts';
import { report } from '../../shared/reports/report.ts';
import { readAudit } from '../../shared/staff/audit.ts';
import { balances, hold, mails, orderNow, refusalOf, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import {
  expectMoneyHolds,
  matterKinds,
  refundByStaff,
  settleRefunds,
  staff,
  tellAll,
  wholeNow,
} from '../support/refunding.ts';
import { sampleEntry, sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { changeableEvent, participant, teamEntry } from '../support/teams.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(changeableEvent({ event: sampleEvent({ places: 20 }) }));
});
afterEach(() => shop.stop());

const price = 2_000_000;
const share = 500_000;
const paid = (number = 1) => paidOrderOf(shop, number, [sampleEntry(number)]);
const paymentOf = async (order: string) => (await orderNow(shop, order)).payment?.id ?? '';
const refunds = () => Array.fromAsync(shop.stripe.refunds.list());

describe('a refund that staff decide', () => {
  it('of a part is taken from project and fee in the ratio of what they have, and the entry stays', async () => {
    const order = await paid();
    const decision = await refundByStaff(shop, order.id, { amount: 500_001 });
    expect(decision).toMatchObject({ amount: 500_001, cancelled: [] });
    expect(await balances(shop)).toEqual({
      stripe: price,
      'refunds-due': -500_001,
      'project:school': -(share - 125_000),
      'entry-fees': -(price - share - 375_001),
    });
    const before = await orderNow(shop, order.id);
    expect(before).toMatchObject({ state: 'paid', owed: 500_001 });
    expect(before.lines[0]?.reversed).toEqual({ 'project:school': 125_000, 'entry-fees': 375_001 });
    await settleRefunds(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'paid', owed: 0 });
    expect(await balances(shop)).toMatchObject({ stripe: price - 500_001, 'refunds-due': 0 });
    expect(await contents(shop.db, 'places')).toMatchObject([{ order: order.id }]);
    expect(await refunds()).toMatchObject([
      { amount: 500_001, metadata: { refund: decision.id, order: order.id } },
    ]);
    expect(await mails(shop)).toEqual(['order_paid', 'payment_refunded', 'refund_decided']);
    await expectMoneyHolds(shop);
  });

  it('of all ends the entry: place and runner are free, and every total is as before', async () => {
    const order = await paid();
    await refundByStaff(shop, order.id);
    expect(await orderNow(shop, order.id)).toMatchObject({
      state: 'refund_due',
      lines: [{ cancelled: { why: 'staff' } }],
    });
    await settleRefunds(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refunded', owed: 0 });
    expect(await contents(shop.db, 'places')).toEqual([]);
    expect(await contents(shop.db, 'runners')).toEqual([]);
    await expectMoneyHolds(shop);
    const found = await report(shop.till, 'test-race');
    expect(found?.totals).toMatchObject({ received: { amount: 0 }, entryFees: { amount: 0 } });
    expect(found?.distances[0]).toMatchObject({
      entriesConfirmed: 0,
      received: { amount: 0 },
      feeShare: { amount: share },
      refund: { amount: -share },
      total: { amount: 0 },
    });
    expect(found?.days).toMatchObject([{ entriesConfirmed: 0, received: { amount: 0 } }]);
    expect(await publicTotals(shop.till, 'test-race')).toMatchObject({ raised: { amount: 0 }, entries: 0 });
    expect((await hold(shop, 50, { entries: [sampleEntry(1)] })).state).toBe('held');
  });

  it('of one line of a family ends that entry alone', async () => {
    const order = await paidOrderOf(shop, 1, [sampleEntry(1), sampleEntry(2)]);
    await refundByStaff(shop, order.id, { lines: [1] });
    await settleRefunds(shop);
    const after = await orderNow(shop, order.id);
    expect(after.state).toBe('paid');
    expect(after.lines[0]).toEqual(order.lines[0]);
    expect(after.lines[1]).toMatchObject({ cancelled: { why: 'staff' } });
    expect(await contents(shop.db, 'runners')).toHaveLength(1);
    await refundByStaff(shop, order.id, { idempotencyKey: 'refund-key-0000000002' });
    await settleRefunds(shop);
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    await expectMoneyHolds(shop);
  });

  it('of all may leave the entry, as a present', async () => {
    const order = await paid();
    await refundByStaff(shop, order.id, { keepEntries: true });
    await settleRefunds(shop);
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    expect(await contents(shop.db, 'runners')).toHaveLength(1);
    // Ending it later moves no money.
    const ended = await refundByStaff(shop, order.id, { idempotencyKey: 'refund-key-0000000002' });
    expect(ended).toMatchObject({ amount: 0 });
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    await expectMoneyHolds(shop);
  });

  it('is one decision however often it is asked for, also at once and with answers lost', async () => {
    const order = await paid();
    const ask = (db = shop.db) =>
      refundByStaff({ ...shop, till: { ...shop.till, db } }, order.id, { amount: 300_000 });
    for (const kind of ['fail-before', 'lose-answer'] as const)
      await expect(ask(withFaults(shop.db, { command: 'TransactWrite', kind }))).rejects.toThrow();
    const all = await Promise.all([1, 2, 3, 4].map(() => ask()));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect((await orderNow(shop, order.id)).owed).toBe(300_000);
    expect(await readAudit(shop.db, { month: '2026-11', limit: 10 })).toMatchObject([
      { act: 'order_refunded', by: staff, amount: { amount: 300_000 }, note: 'As agreed.' },
    ]);
    const other = refundByStaff(shop, order.id, { amount: 300_001 });
    expect((await refusalOf(other)).code).toBe('idempotency_key_reused');
  });

  it('and another at the same moment both count, and never more than there is', async () => {
    const order = await paid();
    const asked = await Promise.allSettled(
      [1, 2, 3].map((number) =>
        refundByStaff(shop, order.id, { amount: 800_000, idempotencyKey: `refund-key-000000001${number}` }),
      ),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await settleRefunds(shop);
    expect(await balances(shop)).toMatchObject({ stripe: 400_000, 'refunds-due': 0 });
    expect(await refunds()).toHaveLength(2);
    await expectMoneyHolds(shop);
  });

  it.each([
    ['more than there is', { amount: price + 1 }, 'validation_failed'],
    ['a line that is none', { lines: [3] }, 'validation_failed'],
  ])('of %s is refused', async (_, changes, code) => {
    const order = await paid();
    expect((await refusalOf(refundByStaff(shop, order.id, changes))).code).toBe(code);
  });

  it('is refused for an order that is not paid, and once nothing is left', async () => {
    const { order } = await toCheckout(shop, 9);
    expect((await refusalOf(refundByStaff(shop, order.id))).code).toBe('order_not_paid');
    const other = await paid();
    await refundByStaff(shop, other.id);
    const again = refundByStaff(shop, other.id, { idempotencyKey: 'refund-key-0000000002' });
    expect((await refusalOf(again)).code).toBe('nothing_to_refund');
  });

  it('of a team frees its members, whoever joins or leaves meanwhile', async () => {
    const order = await paidOrderOf(shop, 1, [teamEntry()]);
    const team = nameOf(order);
    const join = (number: number) =>
      joinTeam(shop.desk, {
        ...team,
        by: 'self',
        idempotencyKey: `join-key-00000000${number}`,
        input: participant(number),
      });
    await join(11);
    const [member = ''] = (await wholeNow(shop, order.id)).members.map(({ id }) => id);
    const till = {
      ...shop.till,
      db: withFaults(
        shop.db,
        { command: 'TransactWrite', kind: () => join(12) },
        { command: 'TransactWrite', kind: () => leaveTeam(shop.desk, { ...team, member }) },
      ),
    };
    await refundByStaff({ ...shop, till }, order.id);
    expect(await contents(shop.db, 'runners')).toEqual([]);
    expect((await refusalOf(join(13))).code).toBe('entry_cancelled');
    expect(await contents(shop.db, 'runners')).toEqual([]);
  });
});

describe('carrying a refund out', () => {
  it('makes one refund whatever is lost on the way', async () => {
    const order = await paid();
    await refundByStaff(shop, order.id, { amount: 300_000 });
    shop.double.faults.add({ kind: 'lost-answer', path: 'POST /v1/refunds', count: 2 });
    expect(await payDueRefunds(shop.till)).toEqual({ paid: 0, failed: 1, waiting: 0 });
    // The key of the first try is forgotten by now: it is found among the refunds of the payment.
    shop.world.advance(30 * 3_600_000);
    for (const kind of ['fail-before', 'lose-answer'] as const) {
      const db = withFaults(shop.db, { command: 'TransactWrite', kind });
      expect(await payDueRefunds({ ...shop.till, db })).toEqual({ paid: 0, failed: 1, waiting: 0 });
    }
    await settleRefunds(shop);
    expect(await refunds()).toHaveLength(1);
    await expectMoneyHolds(shop);
  });

  it('waits for a bank that takes its time, and books when it says yes', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session, { card: '4000000000007726' });
    await tellAll(shop, await shop.facts());
    await refundByStaff(shop, order.id);
    await settleRefunds(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refund_due', owed: price });
    const [refund] = await refunds();
    expect(refund?.status).toBe('pending');
    expect(await payDueRefunds(shop.till)).toEqual({ paid: 0, failed: 0, waiting: 0 });
    shop.double.settleRefund(refund?.id ?? '', true);
    await settleRefunds(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refunded', owed: 0 });
    expect(await refunds()).toHaveLength(1);
    await expectMoneyHolds(shop);
  });

  it('of which the bank says no in the end stays owed, until staff try again', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session, { card: '4000000000007726' });
    await tellAll(shop, await shop.facts());
    const { id } = await refundByStaff(shop, order.id);
    await payDueRefunds(shop.till);
    const [refund] = await refunds();
    shop.double.settleRefund(refund?.id ?? '', false);
    await settleRefunds(shop);
    await settleRefunds(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refund_due', owed: price });
    expect(await refundItems(shop.db)).toMatchObject([{ id, status: 'failed', amount: price }]);
    expect(await matterKinds(shop)).toEqual(['refund_failed']);
    expect(await refunds()).toHaveLength(1);
    await expectMoneyHolds(shop);
    for (const _again of [1, 2]) await retryRefund(shop.till, { order: order.id, refund: id, by: staff });
    await settleRefunds(shop);
    expect(await refunds()).toHaveLength(2);
    const unknown = retryRefund(shop.till, { order: order.id, refund: 'rfd_none', by: staff });
    expect((await refusalOf(unknown)).code).toBe('refund_unknown');
  });

  it('that was made in the dashboard and failed owes nothing when all had been given back meanwhile', async () => {
    const order = await paid();
    await refundByStaff(shop, order.id);
    const { id } = shop.double.refund(order.payment?.id ?? '', 700_000);
    shop.double.settleRefund(id, false);
    await settleRefunds(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refunded', owed: 0 });
    expect(await matterKinds(shop)).toEqual(['refunded_outside']);
    expect(await mails(shop)).toEqual(['order_paid', 'payment_refunded', 'refund_decided']);
    await expectMoneyHolds(shop);
  });

  it('that had succeeded and comes back is owed again, and staff see it', async () => {
    const order = await paid();
    await refundByStaff(shop, order.id);
    await settleRefunds(shop);
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    const [refund] = await refunds();
    shop.double.settleRefund(refund?.id ?? '', false);
    const facts = await shop.facts();
    await tellAll(shop, [...facts, ...facts.toReversed()]);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refund_due', owed: price });
    expect(await refundItems(shop.db)).toMatchObject([{ status: 'failed', reason: 'came_back' }]);
    expect(await balances(shop)).toMatchObject({ stripe: price, 'refunds-due': -price });
    expect(await matterKinds(shop)).toEqual(['refund_failed']);
    await expectMoneyHolds(shop);
  });
});

describe('a refund made in the dashboard', () => {
  it('of all ends the entry and empties what the payment had filled', async () => {
    const order = await paid();
    shop.double.refund(await paymentOf(order.id));
    const facts = await shop.facts();
    await Promise.all([...facts, ...facts].map((fact) => applyFact(shop.till, fact)));
    expect(await orderNow(shop, order.id)).toMatchObject({
      state: 'refunded',
      lines: [{ cancelled: { why: 'refunded' } }],
    });
    expect(await contents(shop.db, 'places')).toEqual([]);
    expect(await contents(shop.db, 'runners')).toEqual([]);
    expect(await mails(shop)).toEqual(['order_paid', 'payment_refunded']);
    expect(await matterKinds(shop)).toEqual(['refunded_outside']);
    await expectMoneyHolds(shop);
  });

  it('of parts leaves the entry until the last of them', async () => {
    const order = await paid();
    const payment = await paymentOf(order.id);
    for (const amount of [333_333, 333_334, 1]) {
      shop.double.refund(payment, amount);
      await settleRefunds(shop);
      expect((await orderNow(shop, order.id)).state).toBe('paid');
      await expectMoneyHolds(shop);
    }
    shop.double.refund(payment);
    await settleRefunds(shop);
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    expect(await balances(shop)).toMatchObject({ stripe: 0, 'project:school': 0, 'entry-fees': 0 });
    await expectMoneyHolds(shop);
  });

  it('settles what staff had decided here, before it takes anything else', async () => {
    const order = await paid();
    await refundByStaff(shop, order.id, { amount: 300_000 });
    shop.double.refund(await paymentOf(order.id), 500_000);
    await tellAll(shop, await shop.facts());
    await settleRefunds(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'paid', owed: 0 });
    expect(await refunds()).toHaveLength(1);
    expect(await balances(shop)).toMatchObject({ stripe: price - 500_000, 'refunds-due': 0 });
    await expectMoneyHolds(shop);
  });

  it('that leaves less than staff had decided: the rest is not there to be given back, and they are told', async () => {
    const order = await paid();
    shop.double.refund(await paymentOf(order.id), 1_500_000);
    await refundByStaff(shop, order.id);
    await settleRefunds(shop);
    await settleRefunds(shop);
    // The dashboard's refund settled most of what was decided; half a million was left at Stripe, and is asked for.
    expect(await balances(shop)).toMatchObject({ stripe: 0, 'refunds-due': 0 });
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    await expectMoneyHolds(shop);
  });

  it('is told again when it is known before its payment', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    const [payment] = await Array.fromAsync(shop.stripe.paymentIntents.list());
    shop.double.refund(payment?.id ?? '');
    const facts = await shop.facts();
    await tellAll(shop, facts.toReversed());
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    await expectMoneyHolds(shop);
  });

  it('that fails after it had succeeded is owed to the buyer', async () => {
    const order = await paid();
    const refund = shop.double.refund(await paymentOf(order.id), 700_000);
    await settleRefunds(shop);
    shop.double.settleRefund(refund.id, false);
    await settleRefunds(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'paid', owed: 700_000 });
    expect(await matterKinds(shop)).toEqual(['refund_failed', 'refunded_outside']);
    await expectMoneyHolds(shop);
  });
});
