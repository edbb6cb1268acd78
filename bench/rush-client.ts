import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { serve } from '../local/serve.ts';
import { type Held, heldOrder, hold, holdRequest, pay } from './buyer.ts';
import { answerParent } from './child.ts';
import { post } from './http.ts';
import { inParallel } from './statistics.ts';

const buying = { api: z.string(), stripe: z.string(), event: z.string(), first: z.int(), count: z.int() };
const request = z.discriminatedUnion('do', [
  z.object({ do: z.literal('listen') }),
  z.object({ do: z.literal('holds'), clients: z.int(), ...buying }),
  z.object({ do: z.literal('paid'), clients: z.int(), ...buying }),
  z.object({ do: z.literal('everybody'), ...buying }),
]);

/** Buyers who wait for their webhook to be answered, by order. */
const waiting = new Map<string, () => void>();
let api = '';

/** Stripe's webhooks come through here, so that a buyer knows when the order is paid without asking the service. */
const relay = await serve({
  port: 0,
  purpose: 'the relay of webhooks',
  handler: async (incoming) => {
    const body = Buffer.from(await incoming.arrayBuffer());
    const answer = await post(`${api}/api/webhooks/stripe`, body, {
      'stripe-signature': incoming.headers.get('stripe-signature') ?? '',
    });
    const order = /"client_reference_id":"(\w+)"/.exec(body.toString())?.[1] ?? '';
    if (answer.status === 200) waiting.get(order)?.();
    return new Response(answer.body, { status: answer.status });
  },
});

async function payAndWait(stripe: string, { id, token }: { id: string; token: string }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.set(id, resolve);
  await pay(api, stripe, token);
  await promise;
  waiting.delete(id);
}

/** Tries of one buyer before the service counts as not having answered. */
const mostTries = 25;

/** Asks for a place until there is an answer, as the form does. */
async function holdWithPatience(asked: ReturnType<typeof holdRequest>): Promise<Held> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await hold(asked);
    if (!('refused' in answer) || answer.refused !== 'busy' || attempt === mostTries) return answer;
    await delay(100 + Math.random() * 400);
  }
}

answerParent(async (content) => {
  const asked = request.parse(content);
  if (asked.do === 'listen') return { url: relay.url };
  const { event, first, count, stripe } = asked;
  api = asked.api;
  const requests = Array.from({ length: count }, (_, index) => holdRequest(api, event, first + index));
  const started = performance.now();
  if (asked.do === 'everybody') {
    const tally: Record<string, number> = {};
    await Promise.all(
      requests.map(async (asking, index) => {
        const answer = await holdWithPatience(asking);
        const name = 'refused' in answer ? answer.refused : 'held';
        tally[name] = (tally[name] ?? 0) + 1;
        if (!('refused' in answer) && index % 2 === 0) await payAndWait(stripe, answer);
      }),
    );
    return tally;
  }
  await inParallel(count, asked.clients, async (index) => {
    const asking = requests[index];
    if (!asking) return;
    const order = heldOrder(await hold(asking));
    if (asked.do === 'paid') await payAndWait(stripe, order);
  });
  return { seconds: (performance.now() - started) / 1000 };
});
