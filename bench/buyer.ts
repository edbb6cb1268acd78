import * as z from 'zod';
import { post } from './http.ts';
import { keyOfRunner, orderOf } from './race.ts';

const order = z.object({ id: z.string(), token: z.string() });
const checkout = z.object({ url: z.string() });
const problem = z.object({ code: z.string() });

/** How a request to hold a place ended: with an order, or with the code of a problem. */
export type Held = { readonly id: string; readonly token: string } | { readonly refused: string };

/** A request to hold a place, made ready before the clock runs. */
export interface HoldRequest {
  readonly url: string;
  readonly body: string;
  readonly key: string;
}

export function holdRequest(api: string, event: string, runner: number): HoldRequest {
  return {
    url: `${api}/api/events/${event}/orders`,
    body: JSON.stringify(orderOf(runner)),
    key: keyOfRunner(runner),
  };
}

/** Asks for a place once. */
export async function hold({ url, body, key }: HoldRequest): Promise<Held> {
  const answer = await post(url, body, { 'idempotency-key': key });
  if (answer.status === 201) return order.parse(JSON.parse(answer.body));
  return { refused: problem.parse(JSON.parse(answer.body)).code };
}

/** Goes to the payment page and pays there; Stripe's webhook follows. */
export async function pay(api: string, stripe: string, token: string): Promise<void> {
  const started = await post(`${api}/api/orders/${token}/checkout`, '');
  if (started.status !== 200) throw new Error(`The checkout was answered ${started.status}: ${started.body}`);
  const session = /\/c\/pay\/([^/?#]+)/.exec(checkout.parse(JSON.parse(started.body)).url)?.[1];
  const paid = await post(`${stripe}/_control/sessions/${session}/pay`, '{}');
  if (paid.status !== 200) throw new Error(`The payment was answered ${paid.status}: ${paid.body}`);
}

/** The order that a hold ended with. */
export function heldOrder(held: Held): { readonly id: string; readonly token: string } {
  if ('refused' in held) throw new Error(`A place was refused: ${held.refused}.`);
  return held;
}
