import { openCatalogue } from '../shared/catalogue/store.ts';
import { openGuide } from '../shared/entries/availability.ts';
import { confirmPaidOrder } from '../shared/orders/confirm-paid-order.ts';
import { parseOrder } from '../shared/orders/order.ts';
import { type OrderDesk, placeOrder } from '../shared/orders/place-order.ts';
import { type Database, scanItems } from '../shared/platform/database.ts';
import { Refusal } from '../shared/platform/problem.ts';
import { realWorld } from '../shared/platform/world.ts';
import { type Fault, withFaults } from '../test/support/faults.ts';
import { seeded } from '../test/support/world.ts';
import { keyOfRunner, orderOf } from './race.ts';

/** How many buyers were told what. */
export type Tally = Readonly<Record<string, number>>;

/** How many places were sold wrongly: beyond the capacity, twice, or not to the order that says it has them. */
export async function oversold(db: Database, event: string, capacity: number, told: number): Promise<number> {
  const owners = new Map<number, string>();
  for await (const item of scanItems(db, 'places'))
    if (String(item.pk).startsWith(`${event}#`)) owners.set(Number(item.n), String(item.order));
  let wrong = 0;
  const sold = new Set<number>();
  for await (const item of scanItems(db, 'orders')) {
    if (item.sk !== 'order' || item.event !== event) continue;
    const order = parseOrder(item);
    for (const line of order.lines)
      if (line.kind === 'entry') {
        if (sold.has(line.place) || line.place > capacity || owners.get(line.place) !== order.id) wrong += 1;
        sold.add(line.place);
      }
  }
  return wrong + Math.max(0, told - capacity);
}

/**
 * Everybody at once through the use cases of several processes, while transactions meet conflicts, connections break
 * before a commit and answers are lost after one. A buyer whose process died asks again with the same key.
 */
export async function disturbedRace(
  db: Database,
  race: { event: string; first: number; buyers: number; seed: number },
): Promise<Tally> {
  const random = seeded(race.seed);
  const kinds = ['conflict', 'throttle', 'fail-before', 'lose-answer'] as const;
  const plan = Array.from({ length: race.buyers * 3 }, (): Fault => {
    const kind = kinds[Math.floor(random() * kinds.length * 3)];
    return { command: 'TransactWrite', kind: kind ?? (() => undefined) };
  });
  const disturbed = withFaults(db, ...plan);
  const desks = Array.from(
    { length: 3 },
    (): OrderDesk => ({
      db: disturbed,
      world: realWorld,
      catalogue: openCatalogue(disturbed, realWorld),
      guide: openGuide(disturbed, realWorld),
      keys: { orderToken: 'order-token-key', runnerLock: 'runner-lock-key', ticket: 'ticket-key' },
      endOverdueHold: async () => false,
    }),
  );
  const tally: Record<string, number> = {};
  await Promise.all(
    Array.from({ length: race.buyers }, async (_, index) => {
      const desk = desks[index % desks.length];
      if (!desk) return;
      const runner = race.first + index;
      const answer = await persistently(async () => {
        const order = await placeOrder(desk, {
          event: race.event,
          idempotencyKey: keyOfRunner(runner),
          input: orderOf(runner),
        });
        return { order };
      });
      const name = answer === undefined ? 'unanswered' : 'order' in answer ? 'held' : answer.refused;
      tally[name] = (tally[name] ?? 0) + 1;
      if (!answer || !('order' in answer) || index % 2 !== 0) return;
      const { id, total, currency, createdAt } = answer.order;
      await persistently(async () => ({
        paid: await confirmPaidOrder(desk, id, {
          id: `pi_${id.slice(4)}`,
          amount: total,
          currency,
          account: 'stripe',
          sessionCreatedAt: createdAt,
          paidAt: createdAt,
        }),
      }));
    }),
  );
  return tally;
}

const mostTries = 25;

/** Tries until there is an answer: a result or a refusal. Undefined when there never was one. */
async function persistently<Result extends object>(
  work: () => Promise<Result>,
): Promise<Result | { readonly refused: string } | undefined> {
  for (let attempt = 0; attempt < mostTries; attempt += 1)
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal) return { refused: error.code };
      await realWorld.wait(50 + realWorld.random() * 200);
    }
  return undefined;
}
