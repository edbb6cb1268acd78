import type { EntryInput } from '../../../shared/contracts/orders.ts';
import { type Activity, type Answer, type Scene, type Sent, Violation } from '../scene.ts';
import { adults, children, type DonationInput, runnerOf } from './inputs.ts';

/** Everybody who may run: few enough that the same person comes again. */
const donations = ['school', 'hospice', 'trees'] as const;

/** An entry of a runner on a distance, at the price that was shown last. */
export function entryOf(
  scene: Scene,
  distance: string,
  runner: number | undefined,
  offer?: string,
): EntryInput {
  const found = scene.event.distances.find(({ id }) => id === distance);
  if (!found) throw new Error(`The event has no ${distance}.`);
  const { to } = found.allocation;
  return {
    distance,
    price: { amount: scene.memory.prices.get(distance) ?? 0, currency: scene.event.currency },
    ...(to.chosenBy === 'runner' && { project: scene.chance.pick(to.projects) }),
    ...(runner === undefined
      ? {
          team: {
            name: 'Жетісу',
            captain: {
              givenName: 'Дана',
              familyName: 'Ахметова',
              email: 'captain@example.com',
              phone: '8 701 234 56 78',
            },
          },
        }
      : { runner: runnerOf(runner) }),
    consents: { rules: true, personalData: true },
    ...(offer !== undefined && { offer }),
  };
}

/** Asks for an order, now or once more. */
export async function order(scene: Scene, request: Sent): Promise<void> {
  await scene.send(request, (answer) => heardOfOrder(scene, request, answer));
}

function heardOfOrder(scene: Scene, request: Sent, { status, body }: Answer): void {
  if (status === 201 && !scene.memory.saw(body, request))
    throw new Violation(`The request ${request.key} was answered with two orders.`);
  if (status === 409 && body.code === 'price_changed')
    for (const { distance, price } of body.prices) scene.memory.prices.set(distance, price.amount);
}

/** The request for an order of these entries and gifts. */
export function orderRequest(
  scene: Scene,
  entries: readonly EntryInput[],
  gifts: readonly DonationInput[],
  mail: string,
): Sent {
  return {
    to: 'public-api',
    method: 'POST',
    path: `/api/events/${scene.event.id}/orders`,
    key: scene.newKey(),
    body: {
      contact: { email: mail, locale: scene.chance.pick(['kk', 'ru', 'en']) },
      entries,
      donations: gifts,
    },
  };
}

function gift(scene: Scene): DonationInput {
  return {
    project: scene.chance.pick(donations) ?? 'school',
    amount: { amount: scene.chance.between(50_000, 1_000_001), currency: scene.event.currency },
  };
}

const enter: Activity = {
  name: 'enter',
  weight: 22,
  begin: async (scene) => {
    const { chance } = scene;
    const count = chance.weighted([
      { weight: 7, count: 1 },
      { weight: 2, count: 2 },
      { weight: 1, count: 4 },
    ]);
    const runners = new Set(
      Array.from({ length: count?.count ?? 1 }, () =>
        chance.happens(0.15) ? chance.pick(children) : chance.pick(adults),
      ),
    );
    const entries = [...runners].flatMap((runner) => {
      if (runner === undefined) return [];
      if (children.includes(runner)) return [entryOf(scene, 'children', runner)];
      const distance = chance.weighted([
        { weight: 6, id: '10k' },
        { weight: 2, id: '5k' },
        { weight: 2, id: '20k' },
        { weight: 1, id: 'relay' },
      ]);
      const id = distance?.id ?? '10k';
      return [entryOf(scene, id, id === 'relay' ? undefined : runner)];
    });
    const gifts = chance.happens(0.2) ? [gift(scene)] : [];
    const request = orderRequest(scene, entries, gifts, `runner${[...runners][0]}@example.com`);
    scene.memory.asked.push(request);
    await order(scene, request);
    return true;
  },
};

const give: Activity = {
  name: 'give',
  weight: 3,
  begin: async (scene) => {
    const gifts = scene.chance.happens(0.7) ? [gift(scene)] : [gift(scene), gift(scene)];
    const request = orderRequest(scene, [], gifts, `donor${scene.chance.between(1, 9)}@example.com`);
    scene.memory.asked.push(request);
    await order(scene, request);
    return true;
  },
};

const askAgain: Activity = {
  name: 'ask for an order again, with the same key',
  weight: 8,
  begin: async (scene) => {
    const request = scene.chance.pick(scene.memory.asked.slice(-8));
    if (!request) return false;
    await order(scene, request);
    return true;
  },
};

/** Orders that may still be paid, as far as their holders know; now and then any. */
function payable(scene: Scene) {
  const { orders } = scene.memory;
  const open = orders.filter(({ state }) => state === 'held' || state === 'paying' || state === 'expired');
  return scene.chance.happens(0.9) ? open.slice(-12) : orders;
}

const toPaymentPage: Activity = {
  name: 'go to the payment page',
  weight: 20,
  begin: async (scene) => {
    const found = scene.chance.pick(payable(scene));
    if (!found) return false;
    const path = `/api/orders/${found.token}/checkout`;
    await scene.send({ to: 'public-api', method: 'POST', path }, ({ status, body }) => {
      if (status >= 300) return;
      found.state = body.state;
      const session = body.url === undefined ? undefined : new URL(body.url).pathname.split('/').at(-1);
      const known = scene.memory.pages.some((page) => page.session === session);
      if (session !== undefined && !known) scene.memory.pages.push({ session, order: found, paid: 'no' });
    });
    return true;
  },
};

const lookAtOrder: Activity = {
  name: 'look at an order',
  weight: 8,
  begin: async (scene) => {
    const found = scene.chance.pick(scene.memory.orders.slice(-20));
    if (!found) return false;
    await scene.send({ to: 'public-api', method: 'GET', path: `/api/orders/${found.token}` }, (answer) => {
      if (answer.status === 200) scene.memory.saw(answer.body);
    });
    return true;
  },
};

const lookAtEvent: Activity = {
  name: 'look at the event',
  weight: 3,
  begin: async (scene) => {
    const path = `/api/events/${scene.event.id}`;
    await scene.send({ to: 'public-api', method: 'GET', path }, ({ status, body }) => {
      if (status !== 200) return;
      for (const { id, price } of body.distances) if (price) scene.memory.prices.set(id, price.amount);
    });
    return true;
  },
};

export const buying: readonly Activity[] = [enter, give, askAgain, toPaymentPage, lookAtOrder, lookAtEvent];
