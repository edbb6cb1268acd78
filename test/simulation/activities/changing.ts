import type { KnownOrder } from '../memory.ts';
import type { Activity, Answer, Scene } from '../scene.ts';
import { adults, priceNameAt, runnerOf } from './inputs.ts';

const participant = (number: number) => ({
  runner: runnerOf(number),
  consents: { rules: true, personalData: true },
  locale: 'kk',
});

/** A paid order with one of its entries; a team's or a runner's. */
function paidEntry(scene: Scene, kind: 'team' | 'runner') {
  const found = scene.memory.orders
    .filter(({ state }) => state === 'paid')
    .flatMap((order) => order.entries.map((entry) => ({ order, entry })))
    .filter(({ entry }) => (entry.team !== undefined) === (kind === 'team'));
  return scene.chance.pick(found);
}

const sees = (scene: Scene) => (answer: Answer) => {
  if (answer.status < 300) scene.memory.saw(answer.body);
};

const post = (scene: Scene, path: string, body: unknown, answered: (answer: Answer) => void, key?: string) =>
  scene.send({ to: 'public-api', method: 'POST', path, body, ...(key !== undefined && { key }) }, answered);

const at = (order: KnownOrder, entry: string) => `/api/orders/${order.token}/entries/${entry}`;

const offerEntry: Activity = {
  name: 'offer an entry to somebody',
  weight: 4,
  begin: async (scene) => {
    const found = paidEntry(scene, 'runner');
    const taker = scene.chance.pick(adults);
    if (!found) return false;
    const body = { to: { email: `runner${taker}@example.com`, locale: 'ru' } };
    await post(scene, `${at(found.order, found.entry.entry)}/transfer`, body, sees(scene));
    return true;
  },
};

const acceptEntry: Activity = {
  name: 'accept an offered entry',
  weight: 4,
  begin: async (scene) => {
    const token = scene.chance.pick(scene.memory.offers.slice(-6));
    const runner = scene.chance.pick(adults);
    if (token === undefined || runner === undefined) return false;
    await post(scene, `/api/transfers/${token}`, participant(runner), () => {});
    return true;
  },
};

/** The holder decides about the offer of an entry that their page shows. */
function decide(name: string, weight: number, path: string): Activity {
  return {
    name,
    weight,
    begin: async (scene) => {
      const found = scene.chance.pick(
        scene.memory.orders.flatMap((order) =>
          order.entries.flatMap(({ entry, transfer }) => (transfer ? [{ order, entry, transfer }] : [])),
        ),
      );
      if (!found) return false;
      const body = { number: found.transfer.number };
      await post(scene, `${at(found.order, found.entry)}/transfer/${path}`, body, sees(scene));
      return true;
    },
  };
}

const changeDistance: Activity = {
  name: 'change the distance',
  weight: 6,
  begin: async (scene) => {
    const { chance, memory } = scene;
    const found = paidEntry(scene, 'runner');
    const event = scene.eventOf(found?.order.event ?? '');
    const to = chance.pick(event.distances.filter(({ id }) => id === '10k' || id === '5k' || id === '20k'));
    if (!found?.entry.exchange || !to) return false;
    const shown = priceNameAt(event.id, to.id, found.entry.exchange.age);
    const amount = memory.prices.get(shown) ?? to.prices[0]?.amount ?? 0;
    const body = { distance: to.id, price: { amount, currency: event.currency } };
    await post(scene, `${at(found.order, found.entry.entry)}/distance`, body, (answer) => {
      const { status, body: content } = answer;
      if (status === 409 && content.code === 'price_changed')
        for (const { price } of content.prices) memory.prices.set(shown, price.amount);
      sees(scene)(answer);
    });
    return true;
  },
};

const cancel: Activity = {
  name: 'give an entry up',
  weight: 5,
  begin: async (scene) => {
    const { chance, event } = scene;
    const found = chance.pick(
      scene.memory.orders.flatMap((order) =>
        order.state === 'paid' ? order.entries.map((entry) => ({ order, entry })) : [],
      ),
    );
    const leaveTo = chance.happens(0.3) ? chance.pick(event.projects)?.id : undefined;
    if (found?.entry.back === undefined) return false;
    const body = {
      back: { amount: found.entry.back, currency: event.currency },
      ...(leaveTo !== undefined && { leaveTo }),
    };
    await post(scene, `${at(found.order, found.entry.entry)}/cancel`, body, sees(scene));
    return true;
  },
};

const joinTeam: Activity = {
  name: 'join a team',
  weight: 4,
  begin: async (scene) => {
    const { chance } = scene;
    const found = paidEntry(scene, 'team');
    const runner = chance.pick(adults);
    const byCaptain = chance.happens(0.3);
    if (!found?.entry.team || runner === undefined) return false;
    const { order, entry } = found;
    const path = byCaptain
      ? `/api/orders/${order.token}/teams/${entry.entry}/members`
      : `/api/teams/${entry.team?.token}/members`;
    const heard = (answer: Answer) => {
      if (answer.status >= 300) return;
      if (byCaptain) scene.memory.saw(answer.body);
      else scene.memory.members.push(answer.body.token);
    };
    await post(scene, path, participant(runner), heard, scene.newKey());
    return true;
  },
};

const leaveTeam: Activity = {
  name: 'leave a team',
  weight: 2,
  begin: async (scene) => {
    const { chance, memory } = scene;
    const token = chance.pick(memory.members.slice(-6));
    const found = paidEntry(scene, 'team');
    const member = found?.entry.team && chance.pick(found.entry.team.members);
    if (found && member && chance.happens(0.5)) {
      const { order, entry } = found;
      const path = `/api/orders/${order.token}/teams/${entry.entry}/members/${member.id}/leave`;
      await post(scene, path, undefined, sees(scene));
      return true;
    }
    if (token === undefined) return false;
    await post(scene, `/api/members/${token}/leave`, undefined, () => {});
    return true;
  },
};

export const changing: readonly Activity[] = [
  offerEntry,
  acceptEntry,
  decide('hand an entry over', 4, 'confirm'),
  decide('take an offer of an entry back', 1, 'cancel'),
  changeDistance,
  cancel,
  joinTeam,
  leaveTeam,
];
