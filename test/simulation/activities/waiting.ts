import type { KnownWaiter } from '../memory.ts';
import type { Activity, Scene } from '../scene.ts';
import { order } from './buying.ts';
import { adults, runnerOf } from './inputs.ts';

const join: Activity = {
  name: 'join a waiting list',
  weight: 7,
  begin: async (scene) => {
    const { chance, memory } = scene;
    const runner = chance.pick(adults);
    const distance = chance.happens(0.8) ? '10k' : '5k';
    if (runner === undefined) return false;
    const { givenName, familyName, birthDate } = runnerOf(runner);
    const path = `/api/events/${scene.event.id}/distances/${distance}/waiting`;
    const body = {
      runner: { givenName, familyName, birthDate },
      contact: { email: `runner${runner}@example.com`, locale: 'ru' },
    };
    await scene.send(
      { to: 'public-api', method: 'POST', path, body, key: scene.newKey() },
      ({ status, body: view }) => {
        if (status >= 300) return;
        const known = memory.waiters.find(({ token }) => token === view.token);
        if (known) known.state = view.state;
        else memory.waiters.push({ token: view.token, runner, distance, state: view.state });
      },
    );
    return true;
  },
};

function look(scene: Scene, waiter: KnownWaiter): Promise<void> {
  const path = `/api/waiting/${waiter.token}`;
  return scene.send({ to: 'public-api', method: 'GET', path }, ({ status, body }) => {
    if (status !== 200) return;
    waiter.state = body.state;
  });
}

const lookAtPlace: Activity = {
  name: 'look at one’s place in the list',
  weight: 6,
  begin: async (scene) => {
    const waiter = scene.chance.pick(scene.memory.waiters.filter(({ state }) => state === 'waiting'));
    if (!waiter) return false;
    await look(scene, waiter);
    return true;
  },
};

const leave: Activity = {
  name: 'leave a waiting list',
  weight: 1,
  begin: async (scene) => {
    const waiter = scene.chance.pick(scene.memory.waiters.slice(-8));
    if (!waiter) return false;
    const path = `/api/waiting/${waiter.token}/leave`;
    await scene.send({ to: 'public-api', method: 'POST', path }, ({ status, body }) => {
      if (status < 300) waiter.state = body.state;
    });
    return true;
  },
};

const takeOffer: Activity = {
  name: 'take the place that is offered',
  weight: 6,
  begin: async (scene) => {
    const { chance, memory } = scene;
    const offered = memory.waiters.filter(({ state }) => state === 'offered');
    const waiter = chance.pick(chance.happens(0.95) ? offered : memory.waiters);
    if (!waiter) return false;
    await order(scene, {
      entries: [{ distance: waiter.distance, runner: waiter.runner, offer: waiter.token }],
      gifts: [],
      mail: `runner${waiter.runner}@example.com`,
    });
    return true;
  },
};

export const waiting: readonly Activity[] = [join, lookAtPlace, leave, takeOffer];
