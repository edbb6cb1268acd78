import { describe, expect, it } from 'vitest';
import {
  balanceNow,
  CARD,
  createSession,
  double,
  eachWithDouble,
  endpoint,
  intentOf,
  payment,
  receivedTypes,
  refusal,
  stripe,
  submit,
} from '../../support/double.ts';

eachWithDouble();

describe('disputes', () => {
  it.each([
    ['won', ['charge.dispute.funds_reinstated', 'charge.dispute.closed'], 2_417_500 - 750_000],
    ['lost', ['charge.dispute.closed'], -82_500 - 750_000],
  ] as const)('opened by a test card and %s', async (outcome, events, left) => {
    const session = await createSession();
    await submit(session.url, { ...CARD, number: '4000 0000 0000 0259' });
    const payment_intent = await intentOf(session.id);
    const [dispute] = (await stripe.disputes.list({ payment_intent })).data;
    expect(dispute).toMatchObject({ status: 'needs_response', reason: 'fraudulent', amount: 2_500_000 });
    expect(dispute?.balance_transactions).toMatchObject([{ amount: -2_500_000, fee: 750_000 }]);
    expect(await refusal(stripe.refunds.create({ payment_intent }))).toMatchObject({
      code: 'charge_disputed',
    });
    await double.settle();
    expect(receivedTypes()).toEqual(
      expect.arrayContaining(['charge.dispute.created', 'charge.dispute.funds_withdrawn']),
    );
    endpoint.received.length = 0;
    double.closeDispute(dispute?.id ?? '', outcome);
    await double.settle();
    expect(receivedTypes().sort()).toEqual([...events].sort());
    expect((await stripe.disputes.retrieve(dispute?.id ?? '')).status).toBe(outcome);
    expect((await stripe.balance.retrieve()).available).toMatchObject([{ amount: left }]);
  });

  it('of a part, won in part: what is given back is a movement of its own, and the fee may come too', async () => {
    const payment_intent = await payment();
    const dispute = double.openDispute(payment_intent, 900_000, { reason: 'product_not_received' });
    expect(dispute).toMatchObject({ amount: 900_000, reason: 'product_not_received' });
    const answered = double.answerDispute(dispute.id);
    expect(answered.status).toBe('under_review');
    double.closeDispute(dispute.id, 'won', { amount: 400_000, withFee: true });
    const won = await stripe.disputes.retrieve(dispute.id, { expand: ['payment_intent'] });
    expect(won).toMatchObject({ status: 'won', payment_intent: { metadata: { order: 'ord_1' } } });
    expect(won.balance_transactions).toMatchObject([
      { amount: -900_000, fee: 750_000, net: -1_650_000, type: 'adjustment', reporting_category: 'dispute' },
      { amount: 400_000, fee: -750_000, net: 1_150_000, reporting_category: 'dispute_reversal' },
    ]);
    expect(await balanceNow()).toBe(2_417_500 - 500_000);
    expect(await refusal(stripe.disputes.update(dispute.id, { submit: true }))).toMatchObject({
      statusCode: 400,
    });
  });

  it('that is won no longer keeps the rest from being refunded', async () => {
    const payment_intent = await payment();
    const { id } = double.openDispute(payment_intent, 900_000);
    expect(await refusal(stripe.refunds.create({ payment_intent }))).toMatchObject({
      code: 'charge_disputed',
    });
    double.closeDispute(id, 'won');
    expect(await stripe.refunds.create({ payment_intent })).toMatchObject({ amount: 2_500_000 });
  });

  it.each([
    ['winning_evidence', 'won'],
    ['losing_evidence', 'lost'],
  ])('is decided by the %s of test mode', async (uncategorized_text, status) => {
    const { id } = double.openDispute(await payment());
    await stripe.disputes.update(id, { evidence: { uncategorized_text }, submit: true });
    expect((await stripe.disputes.retrieve(id)).status).toBe(status);
  });
});

describe('inquiries', () => {
  it('move no money, and end so', async () => {
    const payment_intent = await payment('4000 0000 0000 1976');
    const [inquiry] = (await stripe.disputes.list({ payment_intent })).data;
    expect(inquiry).toMatchObject({
      status: 'warning_needs_response',
      balance_transactions: [],
      is_charge_refundable: true,
    });
    double.answerDispute(inquiry?.id ?? '');
    double.closeDispute(inquiry?.id ?? '', 'lost');
    expect((await stripe.disputes.retrieve(inquiry?.id ?? '')).status).toBe('warning_closed');
    expect(await balanceNow()).toBe(2_417_500);
    await double.settle();
    expect(receivedTypes()).not.toContain('charge.dispute.funds_withdrawn');
    expect(receivedTypes()).toEqual(
      expect.arrayContaining(['charge.dispute.updated', 'charge.dispute.closed']),
    );
  });

  it('become disputes, and then they do', async () => {
    const { id } = double.openDispute(await payment(), undefined, { inquiry: true });
    const escalated = double.escalateDispute(id);
    expect(escalated).toMatchObject({ status: 'needs_response' });
    expect(await balanceNow()).toBe(-82_500 - 750_000);
    expect(() => double.escalateDispute(id)).toThrow(/no inquiry/);
  });
});

describe('warnings of fraud', () => {
  it('come after a payment, and ask for nothing once it is refunded', async () => {
    const payment_intent = await payment('4000 0000 0000 5423');
    const [warning] = (await stripe.radar.earlyFraudWarnings.list({ payment_intent })).data;
    expect(warning).toMatchObject({ actionable: true, fraud_type: 'made_with_stolen_card' });
    await stripe.refunds.create({ payment_intent });
    expect(await stripe.radar.earlyFraudWarnings.retrieve(warning?.id ?? '')).toMatchObject({
      actionable: false,
    });
    await double.settle();
    expect(receivedTypes()).toEqual(
      expect.arrayContaining(['radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated']),
    );
  });

  it('nor once it is disputed', async () => {
    const intent = await payment();
    const warning = double.warnOfFraud(intent);
    double.openDispute(intent);
    expect((await stripe.radar.earlyFraudWarnings.retrieve(warning.id)).actionable).toBe(false);
  });
});
