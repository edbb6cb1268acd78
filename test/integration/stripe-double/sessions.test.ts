import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  createSession,
  double,
  eachWithDouble,
  endpoint,
  inMinutes,
  intentOf,
  MINUTE,
  order,
  receivedTypes,
  refusal,
  sdk,
  start,
  stripe,
} from '../../support/double.ts';

eachWithDouble();

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
