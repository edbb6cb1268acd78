import { describe, expect, it } from 'vitest';
import {
  balanceNow,
  createSession,
  double,
  eachWithDouble,
  endpoint,
  idOf,
  intentOf,
  payment,
  receivedTypes,
  refusal,
  stripe,
} from '../../support/double.ts';

eachWithDouble();

describe('refunds', () => {
  it('take the amount from the balance and no more than is left', async () => {
    const session = await createSession();
    double.pay(session.id);
    const payment_intent = await intentOf(session.id);
    const part = await stripe.refunds.create({
      payment_intent,
      amount: 1_000_000,
      metadata: { why: 'test' },
    });
    expect(part).toMatchObject({
      status: 'succeeded',
      amount: 1_000_000,
      payment_intent,
      metadata: { why: 'test' },
    });
    const movement = await stripe.balanceTransactions.retrieve(idOf(part.balance_transaction));
    expect(movement).toMatchObject({ amount: -1_000_000, fee: 0, type: 'refund', source: part.id });
    const tooMuch = await refusal(stripe.refunds.create({ payment_intent, amount: 1_500_001 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' });
    await stripe.refunds.create({ payment_intent });
    expect(await refusal(stripe.refunds.create({ payment_intent }))).toMatchObject({
      statusCode: 400,
      code: 'charge_already_refunded',
    });
    const refunds = await stripe.refunds.list({ payment_intent });
    expect(refunds.data.map(({ amount }) => amount)).toEqual([1_500_000, 1_000_000]);
    const paged: number[] = [];
    for await (const { amount } of stripe.refunds.list({ payment_intent, limit: 1 })) paged.push(amount);
    expect(paged).toEqual([1_500_000, 1_000_000]);
    const balance = await stripe.balance.retrieve();
    expect(balance.available).toMatchObject([{ currency: 'kzt', amount: -82_500 }]);
    await double.settle();
    const refunded = endpoint.received.filter(({ type }) => type === 'charge.refunded').at(-1);
    expect(refunded?.data.object).toMatchObject({ amount_refunded: 2_500_000, refunded: true });
  });

  it('made by staff in the dashboard are told of', async () => {
    const session = await createSession();
    double.pay(session.id);
    const answer = await fetch(`${double.url}/_control/refunds`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ charge: await intentOf(session.id), amount: 700 }),
    });
    expect(await answer.json()).toMatchObject({ object: 'refund', amount: 700 });
    await double.settle();
    expect(receivedTypes()).toContain('refund.created');
  });

  it('can stay pending, and fail with the money back', async () => {
    const session = await createSession();
    double.pay(session.id, { card: '4000 0000 0000 7726' });
    const refund = await stripe.refunds.create({ payment_intent: await intentOf(session.id) });
    expect(refund.status).toBe('pending');
    double.settleRefund(refund.id, false);
    const failed = await stripe.refunds.retrieve(refund.id, { expand: ['charge'] });
    expect(failed).toMatchObject({ status: 'failed', charge: { amount_refunded: 0, refunded: false } });
    expect((await stripe.balance.retrieve()).available).toMatchObject([{ amount: 2_417_500 }]);
    await double.settle();
    expect(receivedTypes()).toEqual(expect.arrayContaining(['refund.updated', 'refund.failed']));
  });

  it('succeed and are sent back by the bank of another card', async () => {
    const payment_intent = await payment('4000 0000 0000 5126');
    const refund = await stripe.refunds.create({ payment_intent, amount: 1_000_000 });
    expect(refund.status).toBe('succeeded');
    const failed = await stripe.refunds.retrieve(refund.id);
    expect(failed).toMatchObject({ status: 'failed', failure_reason: 'lost_or_stolen_card' });
    const returned = await stripe.balanceTransactions.retrieve(
      idOf(failed.failure_balance_transaction ?? null),
    );
    expect(returned).toMatchObject({ amount: 1_000_000, type: 'refund_failure', source: refund.id });
    expect(await balanceNow()).toBe(2_417_500);
    await double.settle();
    expect(receivedTypes()).toEqual(expect.arrayContaining(['refund.created', 'refund.failed']));
  });

  it('can fail long after they succeeded', async () => {
    const refund = double.refund(await payment());
    double.advance(86_400_000 * 20);
    double.settleRefund(refund.id, false);
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed' });
    expect(await balanceNow()).toBe(2_417_500);
  });

  it('of bank debits are payments of another kind', async () => {
    const session = await createSession();
    double.pay(session.id, { method: 'bank_debit' });
    double.settleBankDebit(session.id, true);
    const refund = await stripe.refunds.create({ payment_intent: await intentOf(session.id) });
    expect(refund.status).toBe('pending');
    const movements = await stripe.balanceTransactions.list();
    expect(movements.data.map(({ type }) => type)).toEqual(['payment_refund', 'payment']);
    expect(movements.data.map((movement) => movement.reporting_category)).toEqual(['refund', 'charge']);
  });
});
