import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endOrder } from '../../shared/orders/end-order.ts';
import { returnSuspense } from '../../shared/orders/suspense.ts';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import type { PaymentFact } from '../../shared/payments/gateway.ts';
import { openMatters } from '../../shared/staff/matters.ts';
import { balances, orderNow, refusalOf, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import {
  expectMoneyHolds,
  matterKinds,
  settleRefunds,
  staff,
  tellAll,
  wholeNow,
} from '../support/refunding.ts';
import { sampleEntry } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop();
});
afterEach(() => shop.stop());

type Paid = Extract<PaymentFact, { kind: 'paid' }>;

/** What Stripe tells of a paid page, with something changed. */
async function paidFact(number: number, change: (fact: Paid) => PaymentFact): Promise<PaymentFact> {
  const { session } = await toCheckout(shop, number);
  shop.double.pay(session);
  const fact = (await shop.facts()).find((one) => one.kind === 'paid' && one.session === session);
  if (fact?.kind !== 'paid') throw new Error('There is no payment.');
  return change(fact);
}

const short = (fact: Paid): Paid => ({ ...fact, payment: { ...fact.payment, amount: 1_999_999 } });

describe('money that does not fit', () => {
  it.each([
    ['amount', short],
    ['reference', (fact: Paid) => ({ ...fact, reference: 'ord_other' })],
  ])('in its %s confirms nothing and waits for staff, however often it is told', async (detail, change) => {
    const fact = await paidFact(1, change);
    await Promise.all([1, 2, 3].map(() => applyFact(shop.till, fact)));
    if (fact.kind !== 'paid') throw new Error('There is no payment.');
    const { amount } = fact.payment;
    expect((await orderNow(shop, fact.order)).state).toBe('paying');
    expect(await balances(shop)).toEqual({ stripe: amount, suspense: -amount });
    expect(await openMatters(shop.db)).toMatchObject([
      { kind: 'payment_mismatch', detail, amount: { amount }, about: { order: fact.order } },
    ]);
  });

  it.each([
    ['of another account', 'payment_mismatch', (fact: Paid) => ({ ...fact, account: 'acct_other' })],
    ['of the other mode', 'payment_mismatch', (fact: Paid) => ({ ...fact, livemode: true })],
    [
      'of another currency',
      'payment_mismatch',
      (fact: Paid) => ({ ...fact, payment: { ...fact.payment, currency: 'USD' } }),
    ],
    ['for an order that is none', 'payment_unknown', (fact: Paid) => ({ ...fact, order: 'ord_none' })],
  ])('%s is not booked, and staff are told once', async (_, kind, change) => {
    const fact = await paidFact(1, change);
    for (const _again of [1, 2]) await applyFact(shop.till, fact);
    expect(await contents(shop.db, 'ledger')).toEqual([]);
    expect(await matterKinds(shop)).toEqual([kind]);
  });

  it('does not keep the right payment from confirming the order', async () => {
    const fact = await paidFact(1, short);
    if (fact.kind !== 'paid') throw new Error('There is no payment.');
    await applyFact(shop.till, fact);
    const right = { ...fact, payment: { ...fact.payment, id: 'pi_right', amount: 2_000_000 } };
    await applyFact(shop.till, right);
    expect(await orderNow(shop, fact.order)).toMatchObject({ state: 'paid', payment: { id: 'pi_right' } });
  });

  it('is given back when staff say so, once, whatever is lost on the way', async () => {
    const fact = await paidFact(1, (paid) => ({ ...paid, reference: 'ord_other' }));
    if (fact.kind !== 'paid') throw new Error('There is no payment.');
    await applyFact(shop.till, fact);
    const { order, payment } = fact;
    const back = (db = shop.db) =>
      returnSuspense({ ...shop.till, db }, { order, payment: payment.id, by: staff, note: 'Not ours.' });
    for (const kind of ['fail-before', 'lose-answer'] as const)
      await expect(back(withFaults(shop.db, { command: 'TransactWrite', kind }))).rejects.toThrow();
    expect(new Set(await Promise.all([back(), back(), back()])).size).toBe(1);
    expect(await orderNow(shop, order)).toMatchObject({ state: 'paying', owed: payment.amount });
    await settleRefunds(shop);
    expect(await balances(shop)).toEqual({ stripe: 0, suspense: 0, 'refunds-due': 0 });
    expect(await orderNow(shop, order)).toMatchObject({ state: 'paying', owed: 0 });
    expect(await Array.fromAsync(shop.stripe.refunds.list())).toHaveLength(1);
    const unknown = returnSuspense(shop.till, { order, payment: 'pi_none', by: staff, note: '-' });
    expect((await refusalOf(unknown)).code).toBe('payment_unknown');
  });

  it('may be given back in the dashboard as well, and a dispute may take it', async () => {
    const fact = await paidFact(1, (paid) => ({ ...paid, reference: 'ord_other' }));
    if (fact.kind !== 'paid') throw new Error('There is no payment.');
    await applyFact(shop.till, fact);
    shop.double.refund(fact.payment.id, 700_000);
    const refunds = (await shop.facts()).filter(({ kind }) => kind === 'refund');
    await tellAll(shop, [...refunds, ...refunds]);
    expect(await balances(shop)).toMatchObject({ stripe: 1_300_000, suspense: -1_300_000 });
    const dispute = shop.double.openDispute(fact.payment.id);
    const told = async () =>
      tellAll(
        shop,
        (await shop.facts()).filter(({ kind }) => kind === 'dispute'),
      );
    await told();
    expect(await balances(shop)).toMatchObject({ suspense: 0 });
    shop.double.closeDispute(dispute.id, 'won');
    await told();
    expect(await balances(shop)).toMatchObject({ suspense: -1_300_000 });
    expect((await wholeNow(shop, fact.order)).records.suspense.get(fact.payment.id)).toMatchObject({
      left: 1_300_000,
    });
  });
});

describe('one runner who pays two orders', () => {
  it('keeps the first that is confirmed; the money of the other goes back', async () => {
    const first = await toCheckout(shop, 1);
    shop.double.pay(first.session);
    // The first order ended before anybody heard of its payment, and the runner entered again.
    await endOrder(shop.till, first.order.id, 'hold_ended', { attempt: 1 });
    const second = await toCheckout(shop, 2, { entries: [sampleEntry(1)] });
    shop.double.pay(second.session);
    const facts = await shop.facts();
    await Promise.all([...facts, ...facts].map((fact) => applyFact(shop.till, fact)));
    await settleRefunds(shop);
    expect((await orderNow(shop, first.order.id)).state).toBe('refunded');
    expect((await orderNow(shop, second.order.id)).state).toBe('paid');
    expect(await matterKinds(shop)).toEqual(['paid_without_place']);
    await expectMoneyHolds(shop);
  });
});
