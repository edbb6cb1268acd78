import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStripeDouble } from '../../local/stripe/server.ts';
import type { PaymentFact } from '../../shared/payments/gateway.ts';
import { factOf } from '../../shared/payments/stripe/events.ts';
import { stripeGateway } from '../../shared/payments/stripe/gateway.ts';
import { openStripe } from '../../shared/payments/stripe/sdk.ts';
import { type GatewayUnderTest, gatewayContract } from '../support/gateway-contract.ts';

/** With a key of Stripe's test mode the same tests run against Stripe; without one against the double. */
const key = process.env.STRIPE_SECRET_KEY;
if (key !== undefined && !/^(?:sk|rk)_test_/.test(key))
  throw new Error('STRIPE_SECRET_KEY is not a key of the test mode: with it real money would move.');
const real = key !== undefined;
const name = real ? 'Stripe (test mode)' : 'the Stripe double';

type StripeUnderTest = GatewayUnderTest & {
  readonly stripe: Stripe;
  /** Lets time pass at the double. */
  readonly wait?: (milliseconds: number) => void;
};

async function open(): Promise<StripeUnderTest> {
  const double = real
    ? undefined
    : await startStripeDouble({ port: 0, webhookSecret: 'whsec_test', secretKey: 'sk_test_double' });
  const stripe = openStripe({ secretKey: key ?? 'sk_test_double', ...(double && { base: double.url }) });
  return {
    stripe,
    gateway: stripeGateway({ stripe, livemode: false }),
    now: () => new Date(),
    request: (about) => ({
      ...about,
      event: 'contract-race',
      method: 'card',
      email: 'payer@example.com',
      locale: 'ru',
      currency: 'KZT',
      lines: [
        { name: '10 км', amount: 1_500_000 },
        { name: 'Городские деревья', amount: 500_000 },
      ],
      successUrl: 'https://startline.example/ru/orders/token?paid=1',
      cancelUrl: 'https://startline.example/ru/orders/token',
    }),
    ...(double && { pay: async ({ id }) => void double.pay(id), wait: (ms) => double.advance(ms) }),
    receive: async (order, amount) => (await payWith(stripe, 'pm_card_visa', order, amount)).id,
    stop: async () => double?.stop(),
  };
}

/** A payment by the API with one of Stripe's ready-made test cards, named as a page of ours names it. */
function payWith(stripe: Stripe, payment_method: string, order: string, amount = 2_000_000) {
  return stripe.paymentIntents.create({
    amount,
    currency: 'kzt',
    payment_method,
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { order, event: 'contract-race', attempt: '1' },
    expand: ['latest_charge'],
  });
}

gatewayContract(
  name,
  open,
  real ? { unpayable: 'a hosted page of Stripe can be paid by a person only' } : {},
);

describe(`${name} behaves as the service expects`, () => {
  let under: StripeUnderTest;
  let stripe: Stripe;
  beforeAll(async () => {
    under = await open();
    ({ stripe } = under);
  });
  afterAll(() => under.stop());

  const run = Date.now().toString(36);
  let number = 0;
  const newOrder = (): string => {
    number += 1;
    return `ord_expect${run}${number}`;
  };

  /** Waits for what Stripe does a little later; the double does it at once. */
  async function eventually<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
    for (let tries = 0; tries < 60; tries += 1) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, real ? 2000 : 10));
    }
    throw new Error('It did not happen in time.');
  }

  /** What Stripe's events say of an order, once one of them says what is looked for. */
  const told = (types: string[], fits: (fact: PaymentFact) => boolean): Promise<PaymentFact> =>
    eventually(async () => {
      const events = await stripe.events.list({ types, limit: 20 });
      for (const event of events.data) {
        const fact = await factOf({ stripe, livemode: false }, event);
        if (fits(fact)) return fact;
      }
      return undefined;
    });

  it('keeps the metadata of a page on its payment, which names order and event', async () => {
    const order = newOrder();
    const page = await under.gateway.openCheckout(
      under.request({ order, attempt: 1, expiresAt: inMinutes(45) }),
    );
    const session = await stripe.checkout.sessions.retrieve(page.id ?? '');
    expect(session).toMatchObject({
      client_reference_id: order,
      metadata: { order, event: 'contract-race', attempt: '1' },
      amount_total: 2_000_000,
      currency: 'kzt',
      livemode: false,
      status: 'open',
      payment_status: 'unpaid',
    });
    await under.gateway.closeCheckout(session.id);
  });

  it('refuses a page that would close in less than half an hour', async () => {
    expect(
      await under.gateway.openCheckout(
        under.request({ order: newOrder(), attempt: 1, expiresAt: inMinutes(5) }),
      ),
    ).toEqual({ status: 'dead' });
  });

  it('tells a page that was closed', async () => {
    const order = newOrder();
    const { id = '' } = await under.gateway.openCheckout(
      under.request({ order, attempt: 1, expiresAt: inMinutes(45) }),
    );
    await under.gateway.closeCheckout(id);
    const fact = await told(
      ['checkout.session.expired'],
      (found) => found.kind === 'expired' && found.session === id,
    );
    expect(fact).toEqual({ kind: 'expired', order, session: id, attempt: 1 });
  });

  it('refuses other values under one key, so an attempt cannot become two pages', async () => {
    const request = under.request({ order: newOrder(), attempt: 1, expiresAt: inMinutes(45) });
    const { id = '' } = await under.gateway.openCheckout(request);
    expect(await under.gateway.openCheckout({ ...request, email: 'other@example.com' })).toEqual({
      status: 'spent',
    });
    await under.gateway.closeCheckout(id);
  });

  it('takes a fee from a payment and none back with its refund', async () => {
    const order = newOrder();
    const intent = await payWith(stripe, 'pm_card_visa', order);
    const charge = chargeId(intent);
    const movement = await eventually(async () => {
      const found = await stripe.charges.retrieve(charge, { expand: ['balance_transaction'] });
      const { balance_transaction: transaction } = found;
      return typeof transaction === 'object' ? (transaction ?? undefined) : undefined;
    });
    expect(movement.fee).toBeGreaterThan(0);
    expect(movement.net).toBe(movement.amount - movement.fee);
    expect(['charge', 'payment']).toContain(movement.type);
    const answer = await under.gateway.refund({
      id: `rfd_${order}`,
      order,
      payment: intent.id,
      amount: 2_000_000,
      attempt: 1,
      repeated: false,
    });
    expect(answer).toMatchObject({ status: 'made', refund: { status: 'succeeded' } });
    const returned = await stripe.balanceTransactions.list({
      source: answer.status === 'made' ? answer.refund.id : '',
    });
    expect(returned.data).toMatchObject([{ type: 'refund', fee: 0, amount: -movement.amount }]);
  });

  it('tells a refund made in its dashboard, with the order that was paid and no request of ours', async () => {
    const order = newOrder();
    const intent = await payWith(stripe, 'pm_card_visa', order);
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 300_000 });
    const fact = await told(
      ['refund.created', 'refund.updated'],
      (found) => found.kind === 'refund' && found.refund.id === refund.id,
    );
    expect(fact).toMatchObject({
      refund: { payment: intent.id, order, amount: 300_000, currency: 'KZT', status: 'succeeded' },
    });
    expect(fact.kind === 'refund' && fact.refund.request).toBeUndefined();
  });

  it('tells a refund that the bank sends back after it had succeeded', async () => {
    const order = newOrder();
    const intent = await payWith(stripe, 'pm_card_refundFail', order);
    const request = {
      id: `rfd_${order}`,
      order,
      payment: intent.id,
      amount: 2_000_000,
      attempt: 1,
      repeated: false,
    };
    const answer = await under.gateway.refund(request);
    if (answer.status !== 'made') throw new Error(`The refund is ${answer.status}.`);
    await told(
      ['refund.failed', 'refund.updated'],
      (found) =>
        found.kind === 'refund' && found.refund.id === answer.refund.id && found.refund.status === 'failed',
    );
    expect(await under.gateway.refund({ ...request, repeated: true })).toMatchObject({
      status: 'made',
      refund: { id: answer.refund.id, status: 'failed', request: request.id },
    });
    const second = await under.gateway.refund({ ...request, attempt: 2 });
    expect(second).toMatchObject({ status: 'made' });
    expect(second.status === 'made' && second.refund.id).not.toBe(answer.refund.id);
  });

  it.skipIf(real)(
    'finds a refund again when its key is long forgotten (skipped at Stripe: nobody can wait a day)',
    async () => {
      const order = newOrder();
      const intent = await payWith(stripe, 'pm_card_visa', order);
      const asked = { id: `rfd_${order}`, order, payment: intent.id, amount: 700_000, attempt: 1 };
      const first = await under.gateway.refund({ ...asked, repeated: false });
      under.wait?.(26 * 3_600_000);
      expect(await under.gateway.refund({ ...asked, repeated: true })).toEqual(first);
      expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toHaveLength(1);
      // Without looking first it would be made again: that is why it is looked for.
      await under.gateway.refund({ ...asked, repeated: false });
      expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toHaveLength(2);
    },
  );

  it('tells a refund that is under way as pending', async () => {
    const order = newOrder();
    const intent = await payWith(stripe, 'pm_card_pendingRefund', order);
    const answer = await under.gateway.refund({
      id: `rfd_${order}`,
      order,
      payment: intent.id,
      amount: 2_000_000,
      attempt: 1,
      repeated: false,
    });
    expect(answer).toMatchObject({ status: 'made', refund: { status: 'pending' } });
  });

  it.each([
    ['winning_evidence', 'won'],
    ['losing_evidence', 'lost'],
  ])('tells a dispute with all the money it moved (%s)', async (evidence, status) => {
    const order = newOrder();
    const intent = await payWith(stripe, 'pm_card_createDispute', order);
    const types = ['charge.dispute.created', 'charge.dispute.funds_withdrawn', 'charge.dispute.closed'];
    const opened = await told(
      types,
      (found) =>
        found.kind === 'dispute' && found.dispute.order === order && found.dispute.movements.length > 0,
    );
    if (opened.kind !== 'dispute') throw new Error('It is no dispute.');
    const { dispute } = opened;
    expect(dispute).toMatchObject({ payment: intent.id, amount: 2_000_000, status: 'open' });
    const [withdrawn] = dispute.movements;
    expect(withdrawn).toMatchObject({ kind: 'withdrawn' });
    expect(withdrawn?.net).toBe(-(withdrawn?.amount ?? 0) - (withdrawn?.fee ?? 0));
    const refused = await under.gateway.refund({
      id: `rfd_${order}`,
      order,
      payment: intent.id,
      amount: 1,
      attempt: 1,
      repeated: false,
    });
    expect(refused).toEqual({ status: 'refused', why: 'disputed' });
    await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: evidence }, submit: true });
    const closed = await told(
      ['charge.dispute.closed'],
      (found) =>
        found.kind === 'dispute' && found.dispute.id === dispute.id && found.dispute.status === status,
    );
    const kinds = closed.kind === 'dispute' ? closed.dispute.movements.map(({ kind }) => kind) : [];
    expect(kinds.sort()).toEqual(status === 'won' ? ['reinstated', 'withdrawn'] : ['withdrawn']);
  });

  it('tells an inquiry of the bank as a warning that has moved nothing', async () => {
    const order = newOrder();
    await payWith(stripe, 'pm_card_createDisputeInquiry', order);
    const fact = await told(
      ['charge.dispute.created'],
      (found) => found.kind === 'dispute' && found.dispute.order === order,
    );
    expect(fact).toMatchObject({ dispute: { status: 'warning', movements: [] } });
  });

  it('tells an early warning of fraud', async () => {
    const order = newOrder();
    const intent = await payWith(stripe, 'pm_card_createIssuerFraudRecord', order);
    const fact = await told(
      ['radar.early_fraud_warning.created'],
      (found) => found.kind === 'warning' && found.warning.order === order,
    );
    expect(fact).toMatchObject({ warning: { payment: intent.id, actionable: true } });
  });

  const inMinutes = (count: number): string =>
    new Date(Math.floor(Date.now() / 1000) * 1000 + count * 60_000).toISOString();
});

function chargeId({ latest_charge: charge }: Stripe.PaymentIntent): string {
  if (charge === null) throw new Error('There is no charge.');
  return typeof charge === 'string' ? charge : charge.id;
}
