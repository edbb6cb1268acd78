import type { OrderInput } from '../../shared/contracts/orders.ts';
import type { Problem } from '../../shared/contracts/problems.ts';
import type { Answer } from '../parts/request.ts';
import { call } from './api.ts';
import { checkoutApi, ordersApi } from './paths.ts';
import { retrySeconds, wait } from './retry.ts';

/** What a waiting visitor is told meanwhile. */
export type Progress =
  | { readonly is: 'sending' }
  | { readonly is: 'busy' }
  | { readonly is: 'preparing'; readonly token: string; readonly heldUntil?: string };

export type Submitted =
  /** Go to the payment page. */
  | { readonly is: 'pay'; readonly url: string }
  /** Nothing is left to pay, or the order has moved on: see its page. */
  | { readonly is: 'order'; readonly token: string }
  /** The places are held, but there is no payment page after many tries. */
  | { readonly is: 'unpaid'; readonly token: string; readonly heldUntil?: string }
  /** This key found an order that is over: use a new key. */
  | { readonly is: 'over' }
  | { readonly is: 'problem'; readonly problem: Problem }
  | { readonly is: 'unanswered' };

const mostTries = 8;

/**
 * Places an order and asks for its payment page. Safe to repeat with the same key, so what may have been lost on the
 * way is simply sent again; "busy" is waited out.
 */
export async function submitOrder(
  event: string,
  order: OrderInput,
  key: string,
  tell: (progress: Progress) => void,
): Promise<Submitted> {
  tell({ is: 'sending' });
  const body = JSON.stringify(order);
  const send = () =>
    call<'createOrder'>(ordersApi(event), { method: 'POST', body, headers: { 'idempotency-key': key } });
  const placed = await persist(send, () => tell({ is: 'busy' }));
  if (placed.is !== 'value') return placed;
  const { token, state, heldUntil } = placed.value;
  if (state === 'paid' || state === 'pending') return { is: 'order', token };
  if (state !== 'held' && state !== 'paying') return { is: 'over' };
  const held = { token, ...(heldUntil !== undefined && { heldUntil }) };
  tell({ is: 'preparing', ...held });
  const checkout = await startCheckout(token);
  if (checkout.is === 'pay' || checkout.is === 'order') return checkout;
  return { is: 'unpaid', ...held };
}

/** Asks for the payment page of an order until there is one, or until it makes no sense to go on asking. */
export async function startCheckout(
  token: string,
): Promise<Extract<Submitted, { is: 'pay' | 'order' | 'unanswered' }>> {
  const answer = await persist(() => call<'startCheckout'>(checkoutApi(token), { method: 'POST' }));
  if (answer.is === 'value')
    return answer.value.url === undefined ? { is: 'order', token } : { is: 'pay', url: answer.value.url };
  const isOver = answer.is === 'problem' && answer.problem.status < 500;
  return isOver ? { is: 'order', token } : { is: 'unanswered' };
}

/**
 * Repeats while the service is busy or the answer was lost; a connection that fails twice at once ends it.
 * @param onBusy told before each wait that the service asked for.
 */
export async function persist<Value>(
  send: () => Promise<Answer<Value>>,
  onBusy?: () => void,
): Promise<Exclude<Answer<Value>, { is: 'unanswered' }> | { is: 'unanswered' }> {
  let lost = 0;
  for (let tries = 1; ; tries++) {
    const answer = await send();
    const isBusy =
      answer.is === 'problem' ? answer.problem.status === 503 : answer.is !== 'value' && answer.isBusy;
    if (answer.is === 'value' || (answer.is === 'problem' && !isBusy)) return answer;
    const wasAsked = answer.retryAfterSeconds !== undefined;
    lost = answer.is === 'unanswered' && !wasAsked && !isBusy ? lost + 1 : 0;
    if (tries === mostTries || lost === 2) return answer;
    if (isBusy || wasAsked) onBusy?.();
    await wait(retrySeconds(tries, answer.retryAfterSeconds, Math.random()));
  }
}

/** A new Idempotency-Key: 32 hexadecimal digits. (`crypto.randomUUID` exists only on secure origins.) */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
