import { describe, expect, it } from 'vitest';
import {
  balanceNow,
  double,
  eachWithDouble,
  idOf,
  MINUTE,
  payment,
  receivedTypes,
  refusal,
  stripe,
} from '../../support/double.ts';

eachWithDouble();

describe('payouts to the bank', () => {
  it('leave the balance at once and arrive later', async () => {
    await payment();
    const payout = double.payOut();
    expect(payout).toMatchObject({ amount: 2_417_500, status: 'in_transit', automatic: true });
    expect(await balanceNow()).toBe(0);
    double.settlePayout(payout.id, true);
    const paid = await stripe.payouts.retrieve(payout.id, { expand: ['balance_transaction'] });
    expect(paid).toMatchObject({
      status: 'paid',
      balance_transaction: { amount: -2_417_500, fee: 0, type: 'payout', source: payout.id },
    });
    await double.settle();
    expect(receivedTypes()).toEqual(expect.arrayContaining(['payout.created', 'payout.paid']));
  });

  it('come back when the bank refuses them, even after they arrived', async () => {
    await payment();
    const first = double.payOut(1_000_000);
    const second = await stripe.payouts.create({ amount: 400_000, currency: 'kzt' });
    double.settlePayout(first.id, true);
    double.settlePayout(first.id, false);
    double.settlePayout(second.id, false);
    expect(await balanceNow()).toBe(2_417_500);
    const failed = await stripe.payouts.list({ status: 'failed' });
    expect(failed.data.map(({ id }) => id)).toEqual([second.id, first.id]);
    const back = await stripe.balanceTransactions.retrieve(
      idOf(failed.data[0]?.failure_balance_transaction ?? null),
    );
    expect(back).toMatchObject({ amount: 400_000, type: 'payout_failure' });
    expect(() => double.settlePayout(first.id, true)).toThrow(/settled/);
  });

  it('are for no more than there is', async () => {
    await payment();
    const error = await refusal(stripe.payouts.create({ amount: 2_417_501, currency: 'kzt' }));
    expect(error).toMatchObject({ statusCode: 400, code: 'balance_insufficient' });
  });
});

describe('balance transactions', () => {
  it('list all that moved the balance, by type, source and time, page by page', async () => {
    const intent = await payment();
    const refund = double.refund(intent, 500_000);
    double.advance(10 * MINUTE * 1000);
    double.chargeFee(12_345);
    double.payOut(1_000_000);
    const all = await Array.fromAsync(stripe.balanceTransactions.list({ limit: 1 }));
    expect(all.map(({ type }) => type)).toEqual(['payout', 'stripe_fee', 'refund', 'charge']);
    expect(all.reduce((sum, { net }) => sum + net, 0)).toBe(await balanceNow());
    expect(all[1]).toMatchObject({ amount: -12_345, fee: 0, source: null, reporting_category: 'fee' });
    const ofRefund = await stripe.balanceTransactions.list({ source: refund.id });
    expect(ofRefund.data).toMatchObject([{ amount: -500_000 }]);
    const late = await stripe.balanceTransactions.list({ created: { gt: all[2]?.created ?? 0 } });
    expect(late.data.map(({ type }) => type)).toEqual(['payout', 'stripe_fee']);
    const page = await stripe.balanceTransactions.list({ limit: 2, starting_after: all[0]?.id ?? '' });
    expect(page.data.map(({ type }) => type)).toEqual(['stripe_fee', 'refund']);
    expect(page.has_more).toBe(true);
    const charges = await stripe.balanceTransactions.list({
      type: 'charge',
      currency: 'kzt',
      expand: ['data.source.payment_intent'],
    });
    expect(charges.data).toMatchObject([{ source: { payment_intent: { metadata: { order: 'ord_1' } } } }]);
  });
});

describe('payments by the API', () => {
  it('pay with a ready-made card at once', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 2_000_000,
      currency: 'kzt',
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { order: 'ord_2' },
      expand: ['latest_charge.balance_transaction'],
    });
    expect(intent).toMatchObject({
      status: 'succeeded',
      metadata: { order: 'ord_2' },
      latest_charge: { balance_transaction: { amount: 2_000_000, fee: 68_000 } },
    });
  });

  it('are declined with the card', async () => {
    const declined = stripe.paymentIntents.create({
      amount: 2_000_000,
      currency: 'kzt',
      payment_method: 'pm_card_chargeDeclined',
      confirm: true,
    });
    expect(await refusal(declined)).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect((await stripe.paymentIntents.list()).data).toMatchObject([{ status: 'requires_payment_method' }]);
  });
});
