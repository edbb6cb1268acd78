import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bookParts } from '../../shared/ledger/book.ts';
import { fold } from '../../shared/ledger/fold.ts';
import { receiptOf } from '../../shared/orders/receipt.ts';
import { refundItems } from '../../shared/orders/refund-items.ts';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import { checkoutRequest } from '../../shared/payments/checkout-request.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { commit } from '../../shared/platform/database.ts';
import { physicalName } from '../../shared/platform/tables.ts';
import { balances, orderNow, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { paidOrderOf } from '../support/paying.ts';
import {
  expectMoneyHolds,
  matterKinds,
  refundByStaff,
  settleRefunds,
  tellAll,
  wholeNow,
} from '../support/refunding.ts';
import { sampleEntry } from '../support/sample.ts';
import { openTestShop, type TestShop, testKeys } from '../support/shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop();
});
afterEach(() => shop.stop());

const price = 2_000_000;
const share = 500_000;
/** What the double keeps for a dispute. */
const fee = 750_000;
const paid = async () => {
  const order = await paidOrderOf(shop, 1, [sampleEntry(1)]);
  return { order: order.id, payment: order.payment?.id ?? '' };
};
/** The project was paid a part of what it has. */
async function bookPayout(amount: number): Promise<void> {
  const booked = bookParts({
    fact: 'pay_test paid',
    keyDay: '2026-11-24',
    event: 'test-race',
    currency: 'KZT',
    occurredAt: '2026-11-24T06:00:00.000Z',
    day: '2026-11-24',
    postings: [
      { account: 'project:school', amount, source: 'payout' },
      { account: 'bank', amount: -amount },
    ],
    entries: {},
  });
  await commit(shop.db, shop.world, booked);
  await fold(shop.db, shop.world);
}

const told = async () => tellAll(shop, await shop.facts());

describe('a dispute', () => {
  it('of the rest ends no entry when the refund of a part is told after it', async () => {
    const { order, payment } = await paid();
    shop.double.refund(payment, 700_000);
    shop.double.openDispute(payment);
    const facts = await shop.facts();
    for (const kind of ['dispute', 'refund'])
      for (const fact of facts.filter((found) => found.kind === kind)) await applyFact(shop.till, fact);
    const after = await orderNow(shop, order);
    expect(after.state).toBe('paid');
    expect(after.lines[0]).not.toHaveProperty('cancelled');
    await expectMoneyHolds(shop);
  });

  it('takes what the payment gave, and the fee is a cost of payments; the entry stays', async () => {
    const { order, payment } = await paid();
    shop.double.openDispute(payment);
    const facts = await shop.facts();
    await Promise.all([...facts, ...facts].map((fact) => applyFact(shop.till, fact)));
    expect(await balances(shop)).toEqual({
      stripe: -fee,
      'processing-fees': fee,
      'entry-fees': 0,
      'project:school': 0,
    });
    expect(await orderNow(shop, order)).toMatchObject({
      state: 'paid',
      lines: [{ disputed: { 'entry-fees': price - share, 'project:school': share } }],
    });
    expect(await contents(shop.db, 'runners')).toHaveLength(1);
    expect(await matterKinds(shop)).toEqual(['dispute_opened']);
    await expectMoneyHolds(shop);
  });

  it('that is won brings back exactly what it took, with the fee where the bank says so', async () => {
    const { order, payment } = await paid();
    const before = await orderNow(shop, order);
    const dispute = shop.double.openDispute(payment);
    await told();
    shop.double.closeDispute(dispute.id, 'won', { withFee: true });
    const facts = await shop.facts();
    await tellAll(shop, [...facts.toReversed(), ...facts]);
    expect(await balances(shop)).toEqual({
      stripe: price,
      'processing-fees': 0,
      'entry-fees': -(price - share),
      'project:school': -share,
    });
    expect((await orderNow(shop, order)).lines).toEqual(before.lines);
    expect(await matterKinds(shop)).toEqual(['dispute_opened']);
    await expectMoneyHolds(shop);
  });

  it('that is won in part brings back a part, in the ratio of what it took', async () => {
    const { order, payment } = await paid();
    const dispute = shop.double.openDispute(payment);
    await told();
    shop.double.closeDispute(dispute.id, 'won', { amount: 1_000_001 });
    await told();
    expect(await balances(shop)).toMatchObject({ 'entry-fees': -750_001, 'project:school': -250_000 });
    expect((await orderNow(shop, order)).lines).toMatchObject([
      { disputed: { 'entry-fees': 749_999, 'project:school': 250_000 } },
    ]);
    await expectMoneyHolds(shop);
  });

  it('that is won in two parts brings back exactly what it took; more than that is the fund’s', async () => {
    const { order, payment } = await paid();
    const before = await orderNow(shop, order);
    const dispute = shop.double.openDispute(payment);
    await told();
    shop.double.closeDispute(dispute.id, 'won', { amount: 1_000_001 });
    const facts = await shop.facts();
    const fact = facts.findLast(({ kind }) => kind === 'dispute');
    const last = fact?.kind === 'dispute' ? fact.dispute.movements.at(-1) : undefined;
    if (fact?.kind !== 'dispute' || !last) throw new Error('No dispute was told.');
    const more = (id: string, amount: number) => ({ ...last, id, amount, net: amount });
    const rest = [...fact.dispute.movements, more('txn_rest', 999_999)];
    for (const movements of [rest, rest, [...rest, more('txn_beyond', 7)]])
      await applyFact(shop.till, { kind: 'dispute', dispute: { ...fact.dispute, movements } });
    expect((await orderNow(shop, order)).lines).toEqual(before.lines);
    expect(await balances(shop)).toMatchObject({
      'entry-fees': -(price - share),
      'project:school': -share,
      'fund-losses': -7,
    });
  });

  it('that is lost is told to staff, who may end the entry; no money moves with that', async () => {
    const { order, payment } = await paid();
    const dispute = shop.double.openDispute(payment);
    await told();
    shop.double.closeDispute(dispute.id, 'lost');
    await told();
    await told();
    expect(await matterKinds(shop)).toEqual(['dispute_lost', 'dispute_opened']);
    expect((await wholeNow(shop, order)).records.disputes.get(dispute.id)).toMatchObject({ status: 'lost' });
    const before = await balances(shop);
    expect(await refundByStaff(shop, order)).toMatchObject({ amount: 0 });
    expect(await balances(shop)).toEqual(before);
    expect((await orderNow(shop, order)).state).toBe('refunded');
    expect(await contents(shop.db, 'runners')).toEqual([]);
    await expectMoneyHolds(shop);
  });

  it('that is won after its entry ended is told to staff, who give the money back', async () => {
    const { order, payment } = await paid();
    const dispute = shop.double.openDispute(payment);
    await told();
    expect(await refundByStaff(shop, order)).toMatchObject({ amount: 0 });
    shop.double.closeDispute(dispute.id, 'won');
    await told();
    await told();
    expect(await matterKinds(shop)).toEqual(['dispute_opened', 'dispute_won']);
    const again = await refundByStaff(shop, order, { idempotencyKey: 'refund-key-0000000002' });
    expect(again).toMatchObject({ amount: price });
    await settleRefunds(shop);
    expect(await balances(shop)).toMatchObject({ 'entry-fees': 0, 'project:school': 0, 'refunds-due': 0 });
    await expectMoneyHolds(shop);
  });

  it('of more than is left takes the rest from the fund, and gives it back to the fund', async () => {
    const { order, payment } = await paid();
    await refundByStaff(shop, order, { amount: 500_000 });
    await settleRefunds(shop);
    const dispute = shop.double.openDispute(payment, price);
    await told();
    expect(await balances(shop)).toMatchObject({
      'entry-fees': 0,
      'project:school': 0,
      'fund-losses': 500_000,
    });
    expect(await matterKinds(shop)).toEqual(['charity_overdrawn', 'dispute_opened']);
    await expectMoneyHolds(shop);
    shop.double.closeDispute(dispute.id, 'won');
    await told();
    expect(await balances(shop)).toMatchObject({ 'project:school': -375_000, 'fund-losses': 0 });
    await expectMoneyHolds(shop);
  });

  it('after the project was paid out is borne by the fund, and comes back to it', async () => {
    const { payment } = await paid();
    await fold(shop.db, shop.world);
    // All but 100,000 of the project's money has left the account.
    const Item = { pk: 'event#test-race', sk: 'guard#project:school', out: 1, reserved: 0, reversed: 0 };
    await shop.db.client.send(new PutCommand({ TableName: physicalName(shop.db.prefix, 'charity'), Item }));
    await bookPayout(share - 100_000);
    const dispute = shop.double.openDispute(payment);
    await told();
    expect(await balances(shop)).toMatchObject({ 'project:school': 0, 'fund-losses': 400_000 });
    shop.double.closeDispute(dispute.id, 'won');
    await told();
    expect(await balances(shop)).toMatchObject({ 'project:school': -100_000, 'fund-losses': 0 });
    expect(await contents(shop.db, 'charity')).toMatchObject([{ out: 1, reserved: 0, reversed: 0 }]);
  });

  it('over money that is owed back already settles it: the bank has given it back', async () => {
    const { order, payment } = await paid();
    await refundByStaff(shop, order);
    shop.double.faults.add({ kind: 'rate-limit', path: 'POST /v1/refunds' });
    const dispute = shop.double.openDispute(payment);
    await told();
    shop.double.faults.clear();
    /** What the receipt says of it. */
    const shown = async () => {
      const receipt = receiptOf(await wholeNow(shop, order), shop.event, testKeys);
      return receipt?.returns.map(({ state, amount }) => [state, amount.amount]);
    };
    expect(await orderNow(shop, order)).toMatchObject({ state: 'refunded', owed: 0 });
    expect(await balances(shop)).toMatchObject({ 'refunds-due': 0 });
    expect(await shown()).toEqual([['disputed', price]]);
    await expectMoneyHolds(shop);
    shop.double.closeDispute(dispute.id, 'won');
    await told();
    expect(await orderNow(shop, order)).toMatchObject({ state: 'refund_due', owed: price });
    expect(await shown()).toEqual([['under_way', price]]);
    await expectMoneyHolds(shop);
  });

  it('over a second payment of an order that is won after all is owed back again', async () => {
    const { order, session } = await toCheckout(shop, 1);
    const second = await shop.till.gateway.openCheckout(
      checkoutRequest(shop.till, order, shop.event, { number: 2, expiresAt: '2026-11-24T06:38:00.000Z' }),
    );
    shop.double.pay(session);
    shop.double.pay(second.id ?? '', { card: '4000000000007726' });
    await told();
    await payDueRefunds(shop.till);
    const [refund] = await Array.fromAsync(shop.stripe.refunds.list());
    shop.double.settleRefund(refund?.id ?? '', false);
    await told();
    const [due] = await refundItems(shop.db);
    expect(due).toMatchObject({ status: 'failed', amount: price });
    const dispute = shop.double.openDispute(due?.payment ?? '');
    await told();
    expect(await refundItems(shop.db)).toEqual([]);
    shop.double.closeDispute(dispute.id, 'won');
    await told();
    expect(await refundItems(shop.db)).toMatchObject([{ payment: due?.payment, amount: price }]);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'paid', owed: price });
    await expectMoneyHolds(shop);
  });

  it('stands in the way of a refund: Stripe refuses it, and staff are told once', async () => {
    const { order, payment } = await paid();
    shop.double.openDispute(payment, 1_500_000);
    await told();
    await refundByStaff(shop, order);
    for (const _again of [1, 2]) await payDueRefunds(shop.till);
    expect(await orderNow(shop, order)).toMatchObject({ state: 'refund_due', owed: 500_000 });
    expect(await matterKinds(shop)).toEqual(['dispute_opened', 'refund_failed']);
    await expectMoneyHolds(shop);
  });

  it('that is only an inquiry moves nothing, also when it ends', async () => {
    const { order, payment } = await paid();
    const inquiry = shop.double.openDispute(payment, undefined, { inquiry: true });
    await told();
    const before = await balances(shop);
    expect(before).toMatchObject({ stripe: price });
    shop.double.closeDispute(inquiry.id, 'won');
    await told();
    expect(await balances(shop)).toEqual(before);
    expect((await wholeNow(shop, order)).records.disputes.get(inquiry.id)).toMatchObject({
      status: 'closed',
      takings: [],
    });
    expect(await matterKinds(shop)).toEqual(['dispute_opened']);
  });

  it('is booked once whatever is lost on the way', async () => {
    const { payment } = await paid();
    const dispute = shop.double.openDispute(payment);
    shop.double.closeDispute(dispute.id, 'won');
    const facts = await shop.facts();
    for (const kind of ['fail-before', 'lose-answer', 'fail-before', 'lose-answer'] as const) {
      const db = withFaults(shop.db, { command: 'TransactWrite', kind });
      const all = facts.filter((fact) => fact.kind === 'dispute');
      for (const fact of all) await applyFact({ ...shop.till, db }, fact).catch(() => undefined);
    }
    await told();
    expect(await balances(shop)).toMatchObject({ stripe: price - fee, 'project:school': -share });
    await expectMoneyHolds(shop);
  });
});

it('a warning of fraud is told to staff once', async () => {
  const { payment } = await paid();
  shop.double.warnOfFraud(payment);
  await told();
  await told();
  expect(await matterKinds(shop)).toEqual(['fraud_warning']);
});
