import type { CatalogueEvent } from '../../../shared/catalogue/schema.ts';
import { feeCoverOf } from '../../../shared/contracts/breakdown.ts';
import type { EntryInput } from '../../../shared/contracts/orders.ts';
import type { KnownOrder } from '../memory.ts';
import { codes } from '../race.ts';
import { type Activity, type Answer, type Scene, type Sent, Violation } from '../scene.ts';
import { adults, children, type DonationInput, isOld, priceName, runnerOf } from './inputs.ts';

const donations = ['school', 'hospice', 'trees'] as const;

const priceNameOf = (
  event: CatalogueEvent,
  distance: string,
  runner: number | undefined,
  code: string | undefined,
) => priceName(event.id, distance, runner !== undefined && isOld(runner), code);

/** An entry of a runner on a distance, at the price that was shown last. */
function entryOf(
  scene: Scene,
  event: CatalogueEvent,
  distance: string,
  runner: number | undefined,
  { offer, code }: { offer?: string | undefined; code?: string | undefined },
): EntryInput {
  const found = event.distances.find(({ id }) => id === distance);
  if (!found) throw new Error(`The event has no ${distance}.`);
  const { to } = found.allocation;
  return {
    distance,
    price: {
      amount:
        scene.memory.prices.get(priceNameOf(event, distance, runner, code)) ?? found.prices[0]?.amount ?? 0,
      currency: event.currency,
    },
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

/** What somebody wants to order, before it has a price. */
interface Wish {
  /** Else the race that takes place. */
  readonly event?: CatalogueEvent;
  readonly entries: readonly {
    readonly distance: string;
    readonly runner: number | undefined;
    readonly offer?: string;
  }[];
  readonly gifts: readonly DonationInput[];
  readonly mail: string;
  readonly code?: string | undefined;
  readonly coversFee?: boolean;
}

/** Orders what somebody wishes at the prices they were shown; when those have changed, the next one knows. */
export async function order(scene: Scene, wish: Wish): Promise<void> {
  const { memory, chance } = scene;
  const { code, event = scene.event } = wish;
  const entries = wish.entries.map(({ distance, runner, offer }) =>
    entryOf(scene, event, distance, runner, { offer, code }),
  );
  const sum = [...entries.map(({ price }) => price), ...wish.gifts.map(({ amount }) => amount)];
  const total = sum.reduce((all, { amount }) => all + amount, 0);
  const { feeCover } = event;
  const request: Sent = {
    to: 'public-api',
    method: 'POST',
    path: `/api/events/${event.id}/orders`,
    key: scene.newKey(),
    body: {
      contact: { email: wish.mail, locale: chance.pick(['kk', 'ru', 'en']) },
      entries,
      donations: wish.gifts,
      ...(code !== undefined && { code }),
      ...(wish.coversFee &&
        feeCover && { feeCover: { amount: feeCoverOf(total, feeCover), currency: event.currency } }),
    },
  };
  memory.asked.push(request);
  await ask(scene, request, ({ status, body }) => {
    if (status !== 409 || body.code !== 'price_changed') return;
    for (const { field, price } of body.prices) {
      const entry = wish.entries[Number(/\d+/.exec(field)?.[0])];
      if (entry) memory.prices.set(priceNameOf(event, entry.distance, entry.runner, code), price.amount);
    }
  });
}

/** Asks for an order, for the first time or once more. */
async function ask(scene: Scene, request: Sent, heard: (answer: Answer) => void = () => {}): Promise<void> {
  await scene.send(request, (answer) => {
    if (answer.status === 201 && !scene.memory.saw(answer.body, request))
      throw new Violation(`The request ${request.key} was answered with two orders.`);
    heard(answer);
  });
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
    const code = chance.happens(0.25) ? chance.pick(codes)?.code : undefined;
    const entries = [...runners].flatMap((runner) => {
      if (runner === undefined) return [];
      if (children.includes(runner)) return [{ distance: 'children', runner }];
      const distance =
        chance.weighted([
          { weight: 6, id: '10k' },
          { weight: 2, id: '5k' },
          { weight: 2, id: '20k' },
          { weight: 1, id: 'relay' },
          { weight: code === 'CLUB-21K' ? 20 : 0, id: '21k' },
        ])?.id ?? '10k';
      return [{ distance, runner: distance === 'relay' ? undefined : runner }];
    });
    const gifts = chance.happens(0.2) ? [gift(scene)] : [];
    const coversFee = chance.happens(0.2);
    await order(scene, { entries, gifts, mail: `runner${[...runners][0]}@example.com`, code, coversFee });
    return true;
  },
};

const give: Activity = {
  name: 'give',
  weight: 3,
  begin: async (scene) => {
    const gifts = scene.chance.happens(0.7) ? [gift(scene)] : [gift(scene), gift(scene)];
    await order(scene, { entries: [], gifts, mail: `donor${scene.chance.between(1, 9)}@example.com` });
    return true;
  },
};

const askAgain: Activity = {
  name: 'ask for an order again, with the same key',
  weight: 8,
  begin: async (scene) => {
    const request = scene.chance.pick(scene.memory.asked.slice(-8));
    if (!request) return false;
    await ask(scene, request);
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
    await goToPaymentPage(scene, found);
    return true;
  },
};

/** Asks for the payment page of an order. */
export function goToPaymentPage(scene: Scene, order: KnownOrder): Promise<void> {
  const path = `/api/orders/${order.token}/checkout`;
  return scene.send({ to: 'public-api', method: 'POST', path }, ({ status, body }) => {
    if (status >= 300) return;
    order.state = body.state;
    const session = body.url === undefined ? undefined : new URL(body.url).pathname.split('/').at(-1);
    const known = scene.memory.pages.some((page) => page.session === session);
    if (session !== undefined && !known) scene.memory.pages.push({ session, order, paid: 'no' });
  });
}

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
    const event = scene.chance.pick(scene.events) ?? scene.event;
    const path = `/api/events/${event.id}`;
    await scene.send({ to: 'public-api', method: 'GET', path }, ({ status, body }) => {
      if (status !== 200) return;
      for (const { id, price } of body.distances)
        if (price) scene.memory.prices.set(priceName(event.id, id, false), price.amount);
    });
    return true;
  },
};

export const buying: readonly Activity[] = [enter, give, askAgain, toPaymentPage, lookAtOrder, lookAtEvent];
