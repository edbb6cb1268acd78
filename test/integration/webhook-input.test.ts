import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStripeWebhook } from '../../functions/stripe-webhook/create.ts';
import { openTestApi, type TestApi } from '../support/api.ts';
import { contents } from '../support/database.ts';
import { sampleOrder } from '../support/sample.ts';

let api: TestApi;
/** The deployed handler itself, given what API Gateway gives it, in the middle of the replacing of its secret. */
let handler: Awaited<ReturnType<typeof createStripeWebhook>>;
const secrets = ['whsec_new', 'whsec_old'];
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  api = await openTestApi();
  api.stripe.setWebhookUrl(null);
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
  // The logger writes through the global console, which can be listened to.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  for (const method of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((line: unknown) => {
      lines.push(JSON.parse(String(line)));
    });
  handler = await createStripeWebhook(
    {
      ...api.environment,
      SECRETS_JSON: JSON.stringify({
        keys: { root: 'root-key-for-tests-0123456789abcdefghijklmnop' },
        stripe: { secretKey: 'sk_test_double', webhookSecrets: secrets },
      }),
    },
    api.world,
  );
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await api.stop();
});
beforeEach(() => {
  lines.length = 0;
});

interface Sent {
  readonly signature?: string | undefined;
  readonly contentType?: string;
  readonly base64?: boolean;
}

/** Hands a body to the handler as API Gateway does (payload format 2.0). */
async function receive(body: string, { signature, contentType, base64 = false }: Sent) {
  const event: LambdaEvent = {
    version: '2.0',
    routeKey: 'POST /api/webhooks/stripe',
    rawPath: '/api/webhooks/stripe',
    rawQueryString: '',
    headers: {
      'content-type': contentType ?? 'application/json; charset=utf-8',
      ...(signature !== undefined && { 'stripe-signature': signature }),
    },
    requestContext: {
      accountId: '1',
      apiId: 'api',
      authentication: null,
      authorizer: {},
      domainName: 'api.example',
      domainPrefix: 'api',
      http: {
        method: 'POST',
        path: '/api/webhooks/stripe',
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'Stripe/1.0',
      },
      requestId: 'request-1',
      routeKey: 'POST /api/webhooks/stripe',
      stage: '$default',
      time: '24/Nov/2026:06:00:00 +0000',
      timeEpoch: api.world.now().getTime(),
    },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  };
  const context: LambdaContext = {
    awsRequestId: 'request-1',
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'stripe-webhook',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn',
    logGroupName: 'log',
    logStreamName: 'log',
    memoryLimitInMB: '1024',
    getRemainingTimeInMillis: () => 15_000,
  };
  const answer = await handler(event, context);
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

/** A `Stripe-Signature` header; `seconds` from now is when it says it was made. */
function sign(payload: string, { secret = 'whsec_new', seconds = 0 } = {}): string {
  const timestamp = Math.floor(api.world.now().getTime() / 1000) + seconds;
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

const receiveSigned = (body: string, sent: Sent = {}) => receive(body, { signature: sign(body), ...sent });

/** The body of an event; an unknown type unless it says otherwise. */
const eventBody = (changes: object = {}): string =>
  JSON.stringify({
    id: 'evt_1',
    object: 'event',
    api_version: Stripe.API_VERSION,
    type: 'customer.created',
    created: 1,
    livemode: false,
    data: { object: { id: 'cus_1' } },
    ...changes,
  });

let number = 0;

/** An order that is paid at Stripe, untold yet; the body of the event that tells of it. */
async function paidUntold(): Promise<{ token: string; order: string; body: string }> {
  number += 1;
  const order = await api.call('POST', '/api/events/test-race/orders', {
    body: sampleOrder(number),
    headers: { 'idempotency-key': `key-for-webhook-input-${number}` },
  });
  const checkout = await api.call('POST', `/api/orders/${order.body.token}/checkout`);
  api.stripe.pay(new URL(checkout.body.url).pathname.split('/').at(-1) ?? '');
  const event = await latestEvent('checkout.session.completed');
  const object = event.data.object;
  if (!('client_reference_id' in object)) throw new Error('The event is not about a session.');
  return { token: order.body.token, order: object.client_reference_id ?? '', body: JSON.stringify(event) };
}

async function latestEvent(type: Stripe.Event['type']): Promise<Stripe.Event> {
  const { port } = api.stripe;
  const stripe = new Stripe('sk_test_double', { host: '127.0.0.1', port, protocol: 'http' });
  const [event] = (await stripe.events.list({ type, limit: 1 })).data;
  if (!event) throw new Error(`There is no event ${type}.`);
  return event;
}

const stateOf = async (token: string): Promise<string> =>
  (await api.call('GET', `/api/orders/${token}`)).body.state;

const refused = { status: 400, body: { code: 'signature_invalid' } };
const acknowledged = { status: 200, body: { received: true } };

describe('the body', () => {
  it.each([
    ['plain', false],
    ['as base64', true],
  ])('is taken %s, byte for byte', async (_, base64) => {
    const body = eventBody({ description: 'Жарыс – ақша ₸' });
    expect(await receiveSigned(body, { base64 })).toEqual(acknowledged);
    expect(await receive(`${body} `, { signature: sign(body), base64 })).toMatchObject(refused);
  });

  it.each(['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded', 'nonsense'])(
    'is judged by its signature, not by the content type %s',
    async (contentType) => {
      expect(await receiveSigned(eventBody(), { contentType, base64: true })).toEqual(acknowledged);
      expect(await receive(eventBody(), { contentType, base64: true })).toMatchObject(refused);
    },
  );

  it.each([false, true])('that is huge is not read further (base64: %s)', async (base64) => {
    const huge = eventBody({ filler: 'ұ'.repeat(600_000) });
    expect(await receiveSigned(huge, { base64 })).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });

  it('that is empty has no signature', async () => {
    expect(await receive('', { signature: sign('') })).toMatchObject(refused);
  });

  it.each([
    ['no JSON', '{"id": "evt_1'],
    ['a list', '[1, 2]'],
    ['nothing', 'null'],
    ['without an object', eventBody({ data: null })],
    ['of another kind', eventBody({ object: 'v2.core.event' })],
    ['without an id', eventBody({ id: 7 })],
  ])('that is signed but %s is acknowledged, since repeating helps nobody', async (_, body) => {
    expect(await receiveSigned(body)).toEqual(acknowledged);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'an event is ignored', type: 'unreadable' }),
    );
  });
});

describe('the signature', () => {
  it('is checked against both secrets while one replaces the other, and against no third', async () => {
    const body = eventBody();
    for (const secret of secrets)
      expect(await receive(body, { signature: sign(body, { secret }) })).toEqual(acknowledged);
    expect(await receive(body, { signature: sign(body, { secret: 'whsec_third' }) })).toMatchObject(refused);
  });

  it('may be one of several in the header, as Stripe sends them while a secret is rolled', async () => {
    const body = eventBody();
    const [time, right] = sign(body).split(',');
    const other = sign(body, { secret: 'whsec_third' }).split(',')[1];
    expect(await receive(body, { signature: [time, other, right].join(',') })).toEqual(acknowledged);
    expect(await receive(body, { signature: [time, right, 'v0=abc'].join(',') })).toEqual(acknowledged);
    expect(await receive(body, { signature: [time, other, other].join(',') })).toMatchObject(refused);
    expect(await receive(body, { signature: [time, right?.replace('v1', 'v0')].join(',') })).toMatchObject(
      refused,
    );
  });

  it('is of one moment: a second time in the header is refused, whichever is right', async () => {
    const body = eventBody();
    const future = sign(body, { seconds: 999_999 });
    const now = sign(body);
    for (const signature of [`${now},${future}`, `${future},${now}`])
      expect(await receive(body, { signature })).toMatchObject(refused);
  });

  it.each([
    [-301, refused],
    [-299, acknowledged],
    [299, acknowledged],
    [301, refused],
    [4_000_000_000, refused],
  ])('made %i seconds from now', async (seconds, answer) => {
    const body = eventBody();
    expect(await receive(body, { signature: sign(body, { seconds }) })).toMatchObject(answer);
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['without a time', 'v1=abc'],
    ['of no time', 't=,v1=abc'],
    ['of a word for a time', 't=now,v1=x'],
    ['of two times', 't=1,t=1'],
    ['very long', ','.repeat(5000)],
  ])('that is %s is refused, and an alarm can count it', async (_, signature) => {
    expect(await receive(eventBody(), { signature })).toMatchObject(refused);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'WARN', refused: 'signature', requestId: 'request-1' }),
    );
  });
});

describe('events that are not ours', () => {
  /** Acknowledged, and nothing is written for it. */
  async function expectNoEffect(body: string): Promise<void> {
    const [orders, ledger] = [await contents(api.db, 'orders'), await contents(api.db, 'ledger')];
    expect(await receiveSigned(body)).toEqual(acknowledged);
    expect(await contents(api.db, 'orders')).toEqual(orders);
    expect(await contents(api.db, 'ledger')).toEqual(ledger);
  }

  it.each([
    ['another account', { account: 'acct_other' }],
    ['the other mode', { livemode: true }],
  ])('a payment in %s confirms nothing', async (_, changes) => {
    const { token, body } = await paidUntold();
    await expectNoEffect(JSON.stringify({ ...JSON.parse(body), ...changes }));
    expect(await stateOf(token)).toBe('paying');
  });

  it('a test payment confirms nothing where real money is moved', async () => {
    const { token, body } = await paidUntold();
    const live = await createStripeWebhook({ ...api.environment, LIVEMODE: 'true' }, api.world);
    const own = handler;
    handler = live;
    try {
      expect(await receive(body, { signature: sign(body, { secret: 'whsec_test' }) })).toEqual(acknowledged);
    } finally {
      handler = own;
    }
    expect(await stateOf(token)).toBe('paying');
  });

  it('a page that was made for one order and names another confirms neither, and its money waits for staff', async () => {
    const first = await paidUntold();
    const second = await paidUntold();
    const mixed = second.body.replaceAll(
      `"client_reference_id":"${second.order}"`,
      `"client_reference_id":"${first.order}"`,
    );
    expect(await receiveSigned(mixed)).toEqual(acknowledged);
    expect([await stateOf(first.token), await stateOf(second.token)]).toEqual(['paying', 'paying']);
    const [booked] = await contents(api.db, 'ledger');
    expect(booked?.postings).toMatchObject([{ account: 'stripe' }, { account: 'suspense' }]);
    const matters = (await contents(api.db, 'staff')).filter(({ kind }) => kind === 'payment_mismatch');
    expect(matters.map(({ detail }) => detail)).toContain('reference');
  });

  it.each(['refund.created', 'charge.dispute.created', 'radar.early_fraud_warning.created'])(
    'a %s of an object that we cannot fetch is acknowledged',
    async (type) => {
      await expectNoEffect(eventBody({ type, data: { object: { id: 'xx_of_somebody' } } }));
      await expectNoEffect(eventBody({ type, account: 'acct_other', data: { object: { id: 'xx_1' } } }));
      await expectNoEffect(eventBody({ type, livemode: true, data: { object: { id: 'xx_1' } } }));
    },
  );

  it('a refund of a payment that was made outside is acknowledged', async () => {
    const { port } = api.stripe;
    const stripe = new Stripe('sk_test_double', { host: '127.0.0.1', port, protocol: 'http' });
    const other = await stripe.paymentIntents.create({
      amount: 500_000,
      currency: 'kzt',
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    api.stripe.refund(other.id);
    await expectNoEffect(JSON.stringify(await latestEvent('refund.created')));
    expect(lines).toContainEqual(
      expect.objectContaining({ type: 'refund.created', why: 'its payment is not one of ours' }),
    );
  });

  it.each([
    'treasury.moon_landed',
    'checkout.session.teleported',
    'payment_intent.succeeded',
    'charge.refunded',
  ])('a %s is acknowledged', async (type) => expectNoEffect(eventBody({ type })));
});

describe('another API version', () => {
  it('with added fields is read as usual', async () => {
    const { token, body } = await paidUntold();
    const told = JSON.parse(body);
    told.data.object.added = { deep: ['x'] };
    told.data.object.metadata.added = 'x';
    told.added = 1;
    expect(await receiveSigned(JSON.stringify(told))).toEqual(acknowledged);
    expect(await stateOf(token)).toBe('paid');
  });

  it('with fields that have moved is read anew in the version that we know', async () => {
    const { token, body } = await paidUntold();
    const told = JSON.parse(body);
    const { id, metadata, client_reference_id } = told.data.object;
    told.api_version = '2099-01-01.future';
    told.data.object = { id, object: 'checkout.session', about: { metadata, client_reference_id } };
    expect(await receiveSigned(JSON.stringify(told))).toEqual(acknowledged);
    expect(await stateOf(token)).toBe('paid');
  });

  it('waits while Stripe does not answer, and is not lost', async () => {
    const { token, body } = await paidUntold();
    const told = JSON.stringify({ ...JSON.parse(body), api_version: '2099-01-01.future' });
    api.stripe.faults.add({ kind: 'rate-limit', path: 'GET /v1/checkout/sessions/', count: 1 });
    expect(await receiveSigned(told)).toMatchObject({ status: 503, body: { code: 'busy' } });
    expect(await stateOf(token)).toBe('paying');
    expect(await receiveSigned(told)).toEqual(acknowledged);
    expect(await stateOf(token)).toBe('paid');
  });
});

describe('the log', () => {
  it('has a line for each webhook, with ids and nothing else of what came', async () => {
    const { body } = await paidUntold();
    await receiveSigned(body);
    await receive(body, { signature: 't=1,v1=secret-signature' });
    await receiveSigned(eventBody({ type: 'customer.created', data: { object: { email: 'a@b.example' } } }));
    expect(lines.filter(({ message }) => message === 'stripe event')).toMatchObject([
      { fact: 'paid', type: 'checkout.session.completed', requestId: 'request-1' },
      { fact: 'ignored', type: 'customer.created', event: 'evt_1' },
    ]);
    const text = JSON.stringify(lines);
    for (const word of ['@', 'secret-signature', 'Test Payer', 'whsec', 'client_secret'])
      expect(text).not.toContain(word);
  });
});
