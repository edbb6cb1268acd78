import { mkdtempSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type StripeDouble, type StripeDoubleOptions, startStripeDouble } from '../../local/stripe/server.ts';

const SECRET_KEY = 'sk_test_double';
const WEBHOOK_SECRET = 'whsec_double';
const MINUTE = 60;

/** A webhook endpoint that keeps what it verified and answers as told. */
type Endpoint = { url: string; received: Stripe.Event[]; answer: () => number; stop(): Promise<void> };

async function startEndpoint(): Promise<Endpoint> {
  const endpoint = { url: '', received: [] as Stripe.Event[], answer: () => 200, stop: async () => {} };
  const receive = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const signature = incoming.headers['stripe-signature'] ?? '';
    const event = Stripe.webhooks.constructEvent(Buffer.concat(chunks), signature, WEBHOOK_SECRET);
    const status = endpoint.answer();
    if (status === 200) endpoint.received.push(event);
    outgoing.writeHead(status).end();
  };
  const server: Server = createServer((incoming, outgoing) => {
    receive(incoming, outgoing).catch((error: unknown) => outgoing.destroy(new Error(String(error))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  endpoint.url = `http://127.0.0.1:${address.port}/webhook`;
  endpoint.stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return endpoint;
}

const running: { stop(): Promise<void> }[] = [];
let endpoint: Endpoint;
let double: StripeDouble;
let stripe: Stripe;

async function start(options: Partial<StripeDoubleOptions> = {}): Promise<StripeDouble> {
  const started = await startStripeDouble({
    port: 0,
    webhookUrl: endpoint.url,
    webhookSecret: WEBHOOK_SECRET,
    secretKey: SECRET_KEY,
    ...options,
  });
  running.push(started);
  return started;
}

function sdk(of: StripeDouble, key = SECRET_KEY): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port: of.port, protocol: 'http', maxNetworkRetries: 0 });
}

beforeEach(async () => {
  endpoint = await startEndpoint();
  running.push(endpoint);
  double = await start();
  stripe = sdk(double);
});

afterEach(async () => {
  for (const part of running.splice(0).reverse()) await part.stop();
});

const inMinutes = (minutes: number): number => Math.floor(Date.now() / 1000) + minutes * MINUTE;

function order(overrides: Stripe.Checkout.SessionCreateParams = {}): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    success_url: 'http://shop.test/done?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://shop.test/back',
    client_reference_id: 'ord_1',
    expires_at: inMinutes(40),
    line_items: [
      {
        quantity: 2,
        price_data: { currency: 'kzt', unit_amount: 1_000_000, product_data: { name: '10 km' } },
      },
      { quantity: 1, price_data: { currency: 'kzt', unit_amount: 500_000, product_data: { name: 'Gift' } } },
    ],
    payment_intent_data: { metadata: { order: 'ord_1' } },
    ...overrides,
  };
}

const createSession = (
  overrides: Stripe.Checkout.SessionCreateParams = {},
  options: Stripe.RequestOptions = {},
) => stripe.checkout.sessions.create(order(overrides), options);

const idOf = (reference: string | { id: string } | null): string => {
  if (reference === null) throw new Error('no reference');
  return typeof reference === 'string' ? reference : reference.id;
};

const intentOf = async (sessionId: string): Promise<string> =>
  idOf((await stripe.checkout.sessions.retrieve(sessionId)).payment_intent);

const receivedTypes = (): string[] => endpoint.received.map(({ type }) => type);

const refusal = async (call: Promise<unknown>): Promise<InstanceType<typeof Stripe.errors.StripeError>> => {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error(`expected a refusal by Stripe, got ${String(error)}`);
};

function submit(url: string | null, fields: Record<string, string>): Promise<Response> {
  return fetch(url ?? '', { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

const CARD = {
  method: 'card',
  email: 'aigerim@example.com',
  number: '4242 4242 4242 4242',
  expiry: '12 / 40',
  cvc: '123',
  name: 'Aigerim S',
};

describe('sessions', () => {
  it('opens one with its total, and finds it again', async () => {
    const session = await createSession({ metadata: { order: 'ord_1' }, locale: 'ru' });
    expect(session).toMatchObject({
      object: 'checkout.session',
      status: 'open',
      payment_status: 'unpaid',
      amount_total: 2_500_000,
      currency: 'kzt',
      client_reference_id: 'ord_1',
      metadata: { order: 'ord_1' },
      locale: 'ru',
      payment_intent: null,
      url: `${double.url}/c/pay/${session.id}`,
    });
    expect(session.lastResponse.apiVersion).toBe('2026-10-28.endive');
    expect(session.lastResponse.requestId).toMatch(/^req_/);
    const found = await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items'] });
    expect(found.line_items?.data.map((line) => [line.description, line.amount_total])).toEqual([
      ['10 km', 2_000_000],
      ['Gift', 500_000],
    ]);
  });

  it.each([
    ['29 minutes ahead', 29, /at least 30 minutes/],
    ['25 hours ahead', 25 * 60, /less than 24 hours/],
  ])('refuses an expiry %s', async (_, minutes, message) => {
    const error = await refusal(createSession({ expires_at: inMinutes(minutes) }));
    expect(error).toMatchObject({
      statusCode: 400,
      param: 'expires_at',
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, string, object]>([
    ['an unknown parameter', 'parameter_unknown', { frobnicate: '1' }],
    ['a missing address', 'parameter_missing', { success_url: undefined }],
    ['a broken address', 'url_invalid', { cancel_url: 'shop' }],
    ['an empty text', 'parameter_invalid_empty', { client_reference_id: '' }],
    [
      'a fractional amount',
      'parameter_invalid_integer',
      {
        line_items: [
          { quantity: 1, price_data: { currency: 'kzt', unit_amount: 1.5, product_data: { name: 'x' } } },
        ],
      },
    ],
  ])('refuses %s as Stripe does', async (_, code, overrides) => {
    const error = await refusal(stripe.checkout.sessions.create(Object.assign(order(), overrides)));
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error', code });
  });

  it('refuses a language that Stripe has no page in, a long reference and a strange key', async () => {
    expect(await refusal(createSession({ locale: 'kk' }))).toMatchObject({
      statusCode: 400,
      param: 'locale',
    });
    const long = await refusal(createSession({ client_reference_id: 'x'.repeat(201) }));
    expect(long).toMatchObject({ statusCode: 400, param: 'client_reference_id' });
    const stranger = sdk(double, 'sk_test_other').checkout.sessions.create(order());
    expect(await refusal(stranger)).toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' });
  });

  it('expires an open one once, and tells of it', async () => {
    const session = await createSession();
    const expired = await stripe.checkout.sessions.expire(session.id);
    expect(expired).toMatchObject({ status: 'expired', url: null });
    const again = await refusal(stripe.checkout.sessions.expire(session.id));
    expect(again).toMatchObject({ statusCode: 400, message: expect.stringContaining('status of `expired`') });
    await double.settle();
    expect(receivedTypes()).toEqual(['checkout.session.expired']);
  });

  it('expires one by itself when its time is over', async () => {
    const session = await createSession({ expires_at: inMinutes(31) });
    double.advance(30 * MINUTE * 1000);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
    double.advance(MINUTE * 1000);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
    expect(() => double.pay(session.id)).toThrow(/no longer open/);
  });

  it('cancels the payment intent of a declined attempt when it expires', async () => {
    const session = await createSession();
    expect(double.pay(session.id, { card: '4000 0000 0000 0002' })).toMatchObject({ kind: 'declined' });
    await stripe.checkout.sessions.expire(session.id);
    const intent = await stripe.paymentIntents.retrieve(await intentOf(session.id));
    expect(intent).toMatchObject({ status: 'canceled', cancellation_reason: 'expired' });
  });

  it('answers 404 for one that does not exist', async () => {
    const error = await refusal(stripe.checkout.sessions.retrieve('cs_test_none'));
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });

  it('lists page by page, newest first, and by payment intent', async () => {
    const made = [await createSession(), await createSession(), await createSession()];
    const ids = made.map(({ id }) => id);
    const first = await stripe.checkout.sessions.list({ limit: 2 });
    expect(first.data.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(first.has_more).toBe(true);
    const all: string[] = [];
    for await (const { id } of stripe.checkout.sessions.list({ limit: 1 })) all.push(id);
    expect(all).toEqual([...ids].reverse());
    double.pay(ids[1] ?? '');
    const paid = await stripe.checkout.sessions.list({ payment_intent: await intentOf(ids[1] ?? '') });
    expect(paid.data.map(({ id }) => id)).toEqual([ids[1]]);
  });
});

describe('idempotency keys', () => {
  it('replay the first answer, whatever became of the session', async () => {
    const params = order();
    const first = await stripe.checkout.sessions.create(params, { idempotencyKey: 'a' });
    await stripe.checkout.sessions.expire(first.id);
    const second = await stripe.checkout.sessions.create(params, { idempotencyKey: 'a' });
    expect(second).toMatchObject({ id: first.id, status: 'open' });
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  it('refuse other parameters', async () => {
    await createSession({}, { idempotencyKey: 'a' });
    const error = await refusal(createSession({ client_reference_id: 'ord_2' }, { idempotencyKey: 'a' }));
    expect(error).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
  });

  it('answer 409 while the first request runs', async () => {
    double.faults.add({ kind: 'latency', ms: 300, count: 1 });
    const params = order();
    const answers = await Promise.allSettled(
      [1, 2].map(() => stripe.checkout.sessions.create(params, { idempotencyKey: 'a' })),
    );
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(refused).toMatchObject([{ statusCode: 409, code: 'idempotency_key_in_use' }]);
  });

  it('keep a 500 for good but no refused parameters', async () => {
    const params = order();
    double.faults.add({ kind: 'server-error', count: 1 });
    const create = () => stripe.checkout.sessions.create(params, { idempotencyKey: 'a' });
    expect(await refusal(create())).toMatchObject({ statusCode: 500 });
    expect(await refusal(create())).toMatchObject({ statusCode: 500 });
    await refusal(createSession({ expires_at: inMinutes(1) }, { idempotencyKey: 'b' }));
    expect(await createSession({}, { idempotencyKey: 'b' })).toMatchObject({ status: 'open' });
  });

  it('are forgotten after 24 hours', async () => {
    const params = order({ expires_at: inMinutes(25 * 60) });
    double.advance(2 * 60 * MINUTE * 1000);
    const first = await stripe.checkout.sessions.create(params, { idempotencyKey: 'a' });
    double.advance(24 * 60 * MINUTE * 1000);
    const second = await refusal(stripe.checkout.sessions.create(params, { idempotencyKey: 'a' }));
    expect(first.status).toBe('open');
    expect(second.param).toBe('expires_at');
  });
});

describe('the payment page', () => {
  it('shows what is paid for, and takes a card', async () => {
    const session = await createSession({ locale: 'ru', customer_email: 'a@example.com' });
    const page = await (await fetch(session.url ?? '')).text();
    expect(page).toContain('lang="ru"');
    expect(page).toContain('10 km');
    expect(page).toContain('25 000 ₸'.replaceAll(' ', '\u00a0'));
    expect(page).toContain('href="http://shop.test/back"');
    expect(page).toContain('a@example.com');
    const paid = await submit(session.url, CARD);
    expect(paid.status).toBe(303);
    expect(paid.headers.get('location')).toBe(`http://shop.test/done?session=${session.id}`);

    const complete = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge.balance_transaction'],
    });
    expect(complete).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      customer_details: { email: 'aigerim@example.com', name: 'Aigerim S' },
      payment_intent: {
        status: 'succeeded',
        amount_received: 2_500_000,
        metadata: { order: 'ord_1' },
        latest_charge: {
          paid: true,
          payment_method_details: { card: { last4: '4242' } },
          balance_transaction: { amount: 2_500_000, fee: 82_500, net: 2_417_500, type: 'charge' },
        },
      },
    });
    await double.settle();
    expect(receivedTypes().sort()).toEqual([
      'charge.succeeded',
      'charge.updated',
      'checkout.session.completed',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
    expect(await (await fetch(`${double.url}/c/pay/${session.id}`)).text()).toContain('Оплата прошла');
  });

  it('speaks the browser’s language when the session leaves it open', async () => {
    const session = await createSession({ locale: 'auto' });
    const page = await fetch(session.url ?? '', { headers: { 'accept-language': 'kk-KZ,ru;q=0.8' } });
    expect(await page.text()).toContain('lang="kk"');
  });

  it('keeps markup in names from being markup', async () => {
    const price_data = { currency: 'kzt', unit_amount: 100, product_data: { name: '<script>x</script>' } };
    const session = await createSession({ line_items: [{ quantity: 1, price_data }] });
    expect(await (await fetch(session.url ?? '')).text()).toContain('&lt;script&gt;x&lt;/script&gt;');
  });

  it.each([
    ['4000 0000 0000 0002', 'generic_decline'],
    ['4000 0000 0000 9995', 'insufficient_funds'],
    ['4000 0000 0000 0069', 'expired_card'],
  ])('declines %s and takes another card in the same session', async (number, declineCode) => {
    const session = await createSession();
    const declined = await submit(session.url, { ...CARD, number });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('role="alert"');
    const intentId = await intentOf(session.id);
    const failed = await stripe.paymentIntents.retrieve(intentId);
    expect(failed).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { type: 'card_error', decline_code: declineCode },
    });
    expect((await submit(session.url, CARD)).status).toBe(303);
    expect(await intentOf(session.id)).toBe(intentId);
    const charges = await stripe.charges.list({ payment_intent: intentId });
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    await double.settle();
    expect(receivedTypes()).toEqual(
      expect.arrayContaining(['payment_intent.payment_failed', 'charge.failed']),
    );
  });

  it('marks wrong fields and pays nothing', async () => {
    const session = await createSession();
    const answer = await submit(session.url, {
      ...CARD,
      number: '4242 4242 4242 4243',
      expiry: '01 / 20',
      cvc: '1',
    });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    for (const name of ['number', 'expiry', 'cvc'])
      expect(page).toContain(`aria-describedby="${name}-error"`);
    expect(page).not.toContain('4243');
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_intent: null });
  });

  it('asks for 3-D Secure, and goes on either way', async () => {
    const session = await createSession();
    const secure = { ...CARD, number: '4000 0025 0000 3155' };
    const step = `${session.url}/authenticate`;
    expect((await submit(session.url, secure)).headers.get('location')).toBe(new URL(step).pathname);
    expect((await submit(step, { answer: 'fail' })).status).toBe(402);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
    await submit(session.url, secure);
    const done = await submit(step, { answer: 'complete' });
    expect(done.headers.get('location')).toContain('http://shop.test/done');
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });

  it.each([
    [true, 'paid', 'checkout.session.async_payment_succeeded'],
    [false, 'unpaid', 'checkout.session.async_payment_failed'],
  ])('completes a bank debit unpaid, settled later (%s)', async (succeeds, status, event) => {
    const session = await createSession();
    const answer = await submit(session.url, { ...CARD, method: 'bank_debit' });
    expect(answer.status).toBe(303);
    const pending = await stripe.checkout.sessions.retrieve(session.id);
    expect(pending).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    await submit(`${session.url}/settle`, { succeed: String(succeeds) });
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe(status);
    await double.settle();
    expect(receivedTypes()).toEqual(expect.arrayContaining(['checkout.session.completed', event]));
  });

  it('takes no payment once expired', async () => {
    const session = await createSession();
    expect((await submit(`${session.url}/expire`, {})).status).toBe(303);
    expect((await submit(session.url, CARD)).headers.get('location')).toBe(`/c/pay/${session.id}`);
    expect(await (await fetch(session.url ?? '')).text()).toContain('has expired');
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
  });
});

describe('webhooks', () => {
  it('are sent again after a failure, with a growing delay', async () => {
    let calls = 0;
    endpoint.answer = () => (++calls <= 2 ? 500 : 200);
    const session = await createSession();
    await stripe.checkout.sessions.expire(session.id);
    await double.settle();
    expect(calls).toBe(1);
    double.advance(1000);
    await double.settle();
    expect(calls).toBe(2);
    const undelivered = await stripe.events.list({ delivery_success: false });
    expect(undelivered.data).toMatchObject([{ type: 'checkout.session.expired', pending_webhooks: 1 }]);
    double.advance(1000);
    await double.settle();
    expect(calls).toBe(2);
    double.advance(1000);
    await double.settle();
    expect(receivedTypes()).toEqual(['checkout.session.expired']);
    expect((await stripe.events.list({ delivery_success: false })).data).toEqual([]);
    const delivered = await stripe.events.list({ delivery_success: true });
    expect(delivered.data).toMatchObject([{ pending_webhooks: 0 }]);
  });

  it('wait for an endpoint, and survive one that is away', async () => {
    const late = await start({ port: 0 });
    late.setWebhookUrl(null);
    const session = await sdk(late).checkout.sessions.create(order());
    late.expire(session.id);
    await late.settle();
    expect(endpoint.received).toEqual([]);
    late.setWebhookUrl('http://127.0.0.1:1/nobody');
    await late.settle();
    late.setWebhookUrl(endpoint.url);
    late.advance(1000);
    await vi.waitFor(() => expect(receivedTypes()).toEqual(['checkout.session.expired']));
  });

  it('come twice, turned round, late or never, as told', async () => {
    double.faults.add({ kind: 'duplicate', types: ['payment_intent.created'], count: 1 });
    double.faults.add({
      kind: 'reorder',
      types: ['charge.succeeded', 'payment_intent.succeeded', 'checkout.session.completed'],
      count: 3,
    });
    double.faults.add({ kind: 'drop', types: ['charge.updated'], count: 1 });
    double.pay((await createSession()).id);
    await double.settle();
    expect(receivedTypes().filter((type) => type === 'payment_intent.created')).toHaveLength(2);
    expect(receivedTypes().filter((type) => type !== 'payment_intent.created')).toEqual([
      'checkout.session.completed',
      'payment_intent.succeeded',
      'charge.succeeded',
    ]);
    const dropped = await stripe.events.list({ delivery_success: false });
    expect(dropped.data.map(({ type }) => type)).toEqual(['charge.updated']);

    endpoint.received.length = 0;
    double.faults.add({ kind: 'delay', ms: 5000, count: 1 });
    double.faults.add({ kind: 'hold', count: 1 });
    double.expire((await createSession()).id);
    double.expire((await createSession()).id);
    await double.settle();
    expect(endpoint.received).toEqual([]);
    double.advance(5000);
    await double.settle();
    expect(endpoint.received).toHaveLength(1);
    double.faults.release();
    await double.settle();
    expect(endpoint.received).toHaveLength(2);
    double.resend(dropped.data[0]?.id ?? '');
    await double.settle();
    expect(receivedTypes()[2]).toBe('charge.updated');
  });
});

describe('calls that go wrong', () => {
  it('are refused for their rate, for the next calls that match only', async () => {
    double.faults.add({ kind: 'rate-limit', path: '^POST /v1/checkout/sessions$', count: 2 });
    expect(await refusal(createSession())).toMatchObject({ statusCode: 429, type: 'StripeRateLimitError' });
    expect((await stripe.checkout.sessions.list()).data).toEqual([]);
    expect(await refusal(createSession())).toMatchObject({ statusCode: 429 });
    expect(await createSession()).toMatchObject({ status: 'open' });
  });

  it('lose the answer after the effect, and the key brings it back', async () => {
    const params = order();
    // Twice: the SDK itself tries once more when a kept connection breaks.
    double.faults.add({ kind: 'lost-answer', count: 2 });
    const create = () => stripe.checkout.sessions.create(params, { idempotencyKey: 'a' });
    expect(await refusal(create())).toMatchObject({ type: 'StripeConnectionError' });
    const session = await create();
    expect((await stripe.checkout.sessions.list()).data.map(({ id }) => id)).toEqual([session.id]);
  });
});

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
});

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
});

describe('events', () => {
  it('are listed by type and time, and hold the object as it was', async () => {
    const session = await createSession();
    double.pay(session.id);
    const created = await stripe.events.list({ type: 'payment_intent.created' });
    expect(created.data[0]?.data.object).toMatchObject({ status: 'requires_payment_method' });
    const some = await stripe.events.list({ types: ['charge.succeeded', 'charge.updated'] });
    expect(some.data.map(({ type }) => type)).toEqual(['charge.updated', 'charge.succeeded']);
    const event = some.data[0];
    expect(await stripe.events.retrieve(event?.id ?? '')).toEqual(
      event && expect.objectContaining({ id: event.id }),
    );
    expect((await stripe.events.list({ created: { gt: inMinutes(1) } })).data).toEqual([]);
  });
});

describe('a second start', () => {
  it('finds the data, the keys and the webhooks that were not delivered', async () => {
    const stateFile = join(mkdtempSync(join(tmpdir(), 'stripe-double-')), 'state.json');
    const first = await start({ stateFile });
    first.faults.add({ kind: 'hold', types: ['checkout.session.completed'] });
    const params = order();
    const session = await sdk(first).checkout.sessions.create(params, { idempotencyKey: 'a' });
    first.pay(session.id);
    await first.settle();
    await first.stop();
    const before = endpoint.received.length;

    const second = await start({ stateFile });
    await vi.waitFor(() => expect(endpoint.received.length).toBe(before + 1));
    expect(receivedTypes().at(-1)).toBe('checkout.session.completed');
    const again = await sdk(second).checkout.sessions.create(params, { idempotencyKey: 'a' });
    expect(again.id).toBe(session.id);
    expect(await sdk(second).checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_status: 'paid',
    });
  });
});

describe('the developer’s page', () => {
  it('shows payments and lets staff refund them', async () => {
    const session = await createSession();
    double.pay(session.id);
    const charge = (await stripe.charges.list()).data[0]?.id ?? '';
    expect(await (await fetch(double.url)).text()).toContain(charge);
    const clicked = await submit(`${double.url}/_control/refunds`, { charge });
    expect(clicked.status).toBe(303);
    expect((await stripe.refunds.list({ charge })).data).toMatchObject([{ amount: 2_500_000 }]);
  });

  it('says what a control does not understand', async () => {
    const answer = await submit(`${double.url}/_control/faults`, { kind: 'nonsense' });
    expect(answer.status).toBe(400);
    const elsewhere = await submit(`${double.url}/_control/nothing`, {});
    expect(elsewhere.status).toBe(404);
  });
});
