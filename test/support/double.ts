import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Stripe from 'stripe';
import { afterEach, beforeEach } from 'vitest';
import { type StripeDouble, type StripeDoubleOptions, startStripeDouble } from '../../local/stripe/server.ts';

const SECRET_KEY = 'sk_test_double';
const WEBHOOK_SECRET = 'whsec_double';
export const MINUTE = 60;

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
export let endpoint: Endpoint;
export let double: StripeDouble;
export let stripe: Stripe;

/** Starts another double, stopped after the test. */
export async function start(options: Partial<StripeDoubleOptions> = {}): Promise<StripeDouble> {
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

/** The SDK over a double, without retries of its own. */
export function sdk(of: StripeDouble, key = SECRET_KEY): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port: of.port, protocol: 'http', maxNetworkRetries: 0 });
}

/** A double, an endpoint for its webhooks and the SDK over it, for each test of a file. */
export function eachWithDouble(): void {
  beforeEach(async () => {
    endpoint = await startEndpoint();
    running.push(endpoint);
    double = await start();
    stripe = sdk(double);
  });

  afterEach(async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
  });
}

/** Epoch seconds. */
export const inMinutes = (minutes: number): number => Math.floor(Date.now() / 1000) + minutes * MINUTE;

/** A session of two lines, 25,000 ₸ together. */
export function order(
  overrides: Stripe.Checkout.SessionCreateParams = {},
): Stripe.Checkout.SessionCreateParams {
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

export const createSession = (
  overrides: Stripe.Checkout.SessionCreateParams = {},
  options: Stripe.RequestOptions = {},
) => stripe.checkout.sessions.create(order(overrides), options);

export const idOf = (reference: string | { id: string } | null): string => {
  if (reference === null) throw new Error('no reference');
  return typeof reference === 'string' ? reference : reference.id;
};

/** The payment intent of a session. */
export const intentOf = async (sessionId: string): Promise<string> =>
  idOf((await stripe.checkout.sessions.retrieve(sessionId)).payment_intent);

export const receivedTypes = (): string[] => endpoint.received.map(({ type }) => type);

/** The refusal by Stripe that a call ends with. */
export const refusal = async (
  call: Promise<unknown>,
): Promise<InstanceType<typeof Stripe.errors.StripeError>> => {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error(`expected a refusal by Stripe, got ${String(error)}`);
};

/** Sends a form of the payment page. */
export function submit(url: string | null, fields: Record<string, string>): Promise<Response> {
  return fetch(url ?? '', { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

/** What a payer types for a card that pays. */
export const CARD = {
  method: 'card',
  email: 'aigerim@example.com',
  number: '4242 4242 4242 4242',
  expiry: '12 / 40',
  cvc: '123',
  name: 'Aigerim S',
};

/** Makes a session and pays it; the payment intent's id. */
export async function payment(card = '4242 4242 4242 4242'): Promise<string> {
  const session = await createSession();
  double.pay(session.id, { card });
  return intentOf(session.id);
}

/** The balance after everything, in minor units. */
export async function balanceNow(): Promise<number> {
  return (await stripe.balance.retrieve()).available[0]?.amount ?? 0;
}
