import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OrderInput } from '../../shared/contracts/orders.ts';
import { newKey, type Progress, submitOrder } from '../../web/site/submit.ts';

/** What the service answers to one request: a status with a body, or a connection that breaks. */
type Reply =
  | readonly [status: 200 | 201 | 409 | 429 | 503, body: object, retryAfter?: number | undefined]
  | 'broken';

const order: OrderInput = { contact: { email: 'a@example.kz', locale: 'kk' }, entries: [], donations: [] };
const held = { token: 'tok', state: 'held', heldUntil: '2026-11-24T08:00:00.000Z' };
const problem = (status: 409 | 503, code: string, retryAfter?: number): Reply => [
  status,
  { type: 'about:blank', title: code, status, code },
  retryAfter,
];
const payPage: Reply = [200, { state: 'paying', url: 'https://pay.example/1' }];

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Submits to a service that answers in that order, and tells what it was asked and what the visitor was told. */
async function submit(replies: { orders: Reply[]; checkout?: Reply[] }) {
  const asked: string[] = [];
  const answer = (reply: Reply | undefined): Response => {
    if (reply === undefined || reply === 'broken') throw new TypeError('Failed to fetch');
    const [status, body, retryAfter] = reply;
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return Response.json(body, { status, headers });
  };
  const app = new Hono()
    .post('/api/events/race/orders', (c) => {
      asked.push(`order ${c.req.header('idempotency-key')}`);
      return answer(replies.orders.shift());
    })
    .post('/api/orders/tok/checkout', () => {
      asked.push('checkout');
      return answer(replies.checkout?.shift());
    })
    .onError((error) => {
      throw error;
    });
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => app.request(path, init));
  const told: Progress['is'][] = [];
  const outcome = submitOrder('race', order, 'key', ({ is }) => told.push(is));
  await vi.runAllTimersAsync();
  return { outcome: await outcome, asked, told };
}

test('an order leads to its payment page', async () => {
  const { outcome, asked, told } = await submit({ orders: [[201, held]], checkout: [payPage] });
  expect(outcome).toEqual({ is: 'pay', url: 'https://pay.example/1' });
  expect(asked).toEqual(['order key', 'checkout']);
  expect(told).toEqual(['sending', 'preparing']);
});

test('what may have been lost is sent again under the same key', async () => {
  const { outcome, asked } = await submit({ orders: ['broken', [201, held]], checkout: ['broken', payPage] });
  expect(outcome.is).toBe('pay');
  expect(asked).toEqual(['order key', 'order key', 'checkout', 'checkout']);
});

test('a busy service and a gateway that throttles are waited out, and the visitor is told', async () => {
  const throttled: Reply = [429, { message: 'Too Many Requests' }, 2];
  const { outcome, told } = await submit({
    orders: [problem(503, 'busy', 1), throttled, [201, held]],
    checkout: [problem(503, 'payment_unavailable', 1), payPage],
  });
  expect(outcome.is).toBe('pay');
  expect(told).toEqual(['sending', 'busy', 'busy', 'preparing']);
});

test('a connection that stays broken ends the tries', async () => {
  const { outcome, asked } = await submit({ orders: ['broken', 'broken'] });
  expect(outcome).toEqual({ is: 'unanswered' });
  expect(asked).toHaveLength(2);
});

test('a place that is held is told when no payment page comes', async () => {
  const checkout = Array.from({ length: 8 }, () => problem(503, 'payment_unavailable', 1));
  const { outcome } = await submit({ orders: [[201, held]], checkout });
  expect(outcome).toEqual({ is: 'unpaid', token: 'tok', heldUntil: held.heldUntil });
});

test('a problem that trying again cannot mend is handed over at once', async () => {
  const { outcome, asked } = await submit({ orders: [problem(409, 'sold_out')] });
  expect(outcome).toMatchObject({ is: 'problem', problem: { code: 'sold_out' } });
  expect(asked).toHaveLength(1);
});

test('an order that was paid already leads to its page, one that is over to a new key', async () => {
  expect((await submit({ orders: [[201, { ...held, state: 'paid' }]] })).outcome).toEqual({
    is: 'order',
    token: 'tok',
  });
  expect((await submit({ orders: [[201, { ...held, state: 'expired' }]] })).outcome).toEqual({ is: 'over' });
  const moved = await submit({ orders: [[201, held]], checkout: [problem(409, 'order_not_payable')] });
  expect(moved.outcome).toEqual({ is: 'order', token: 'tok' });
});

test('keys are long, of letters and digits, and each another', () => {
  const keys = Array.from({ length: 100 }, newKey);
  expect(keys.every((key) => /^[0-9a-f]{32}$/.test(key))).toBe(true);
  expect(new Set(keys).size).toBe(100);
});

test('a gateway that is asked too often is waited out, though it names neither a code nor a time', async () => {
  const throttled: Reply = [429, { message: 'Too Many Requests' }];
  const { outcome, asked, told } = await submit({
    orders: [throttled, throttled, throttled, throttled, [201, held]],
    checkout: [throttled, throttled, throttled, payPage],
  });
  expect(outcome).toEqual({ is: 'pay', url: 'https://pay.example/1' });
  expect(asked).toEqual(
    ['order key', 'checkout'].flatMap((what, step) => Array.from({ length: 5 - step }, () => what)),
  );
  expect(told.filter((is) => is === 'busy')).toHaveLength(4);
});
