import { refundItems } from '../../../shared/orders/refund-items.ts';
import type { Activity, Answer } from '../scene.ts';
import type { Desk } from './desk.ts';

/** What the fund's staff do while runners act. */
export const staff = (send: Desk): readonly Activity[] => {
  const changeCapacity: Activity = {
    name: 'staff change a capacity',
    weight: 2,
    begin: async (scene) => {
      const { chance, event, memory } = scene;
      const distance = chance.pick(event.distances.filter(({ kind }) => kind === 'individual'));
      const change = chance.between(-2, 3);
      if (!distance) return false;
      const capacity = Math.max(4, distance.capacity + change);
      // One that was interrupted is left as it is until the next one: nobody asks again.
      const heard = ({ status }: Answer) => {
        if (status === 200) memory.resizing -= 1;
      };
      const begun = await send(
        scene,
        { method: 'POST', path: `events/${event.id}/distances/${distance.id}/capacity`, body: { capacity } },
        heard,
      );
      if (begun) memory.resizing += 1;
      return begun;
    },
  };

  const proposePayout: Activity = {
    name: 'staff propose a payout',
    weight: 2,
    begin: (scene) => {
      const event = scene.chance.pick(scene.events) ?? scene.event;
      const project = scene.chance.pick(event.projects)?.id;
      const amount = scene.chance.pick([100_000, 500_000, 1_000_000]);
      const body = { project, amount: { amount, currency: event.currency }, reference: 'Agreement 1' };
      return send(
        scene,
        { method: 'POST', path: `events/${event.id}/payouts`, body },
        ({ status, body: view }) => {
          if (status < 300)
            scene.memory.proposals.push({
              path: `events/${event.id}/payouts/${view.id}`,
              state: view.state,
            });
        },
      );
    },
  };

  const proposeAssignment: Activity = {
    name: 'staff propose an assignment',
    weight: 1,
    begin: (scene) =>
      send(
        scene,
        {
          method: 'POST',
          path: `events/${scene.event.id}/assignments`,
          body: {
            weights: { school: 1, trees: scene.chance.between(1, 3) },
            note: 'Announced after the race.',
          },
        },
        ({ status, body: view }) => {
          if (status < 300)
            scene.memory.proposals.push({
              path: `events/${scene.event.id}/assignments/${view.id}`,
              state: view.state,
            });
        },
      ),
  };

  const decide: Activity = {
    name: 'staff decide a proposal',
    weight: 3,
    begin: (scene) => {
      const { chance, memory } = scene;
      const proposal = chance.pick(memory.proposals.slice(-6));
      const decision = chance.happens(0.8) ? 'approve' : 'decline';
      if (!proposal) return false;
      return send(
        scene,
        { method: 'POST', path: `${proposal.path}/decision`, body: { decision } },
        ({ status, body }) => {
          if (status < 300) proposal.state = body.state;
        },
      );
    },
  };

  const endPayout: Activity = {
    name: 'staff say how a payout ended',
    weight: 2,
    begin: (scene) => {
      const { chance, clock, memory } = scene;
      const payout = chance.pick(
        memory.proposals.filter(({ path, state }) => path.includes('/payouts/') && state === 'approved'),
      );
      const outcome = chance.happens(0.8) ? 'paid' : 'cancelled';
      if (!payout) return false;
      const on = new Date(clock.now()).toISOString().slice(0, 10);
      const body = outcome === 'paid' ? { outcome, on } : { outcome };
      return send(
        scene,
        { method: 'POST', path: `${payout.path}/outcome`, body },
        ({ status, body: view }) => {
          if (status < 300) payout.state = view.state;
        },
      );
    },
  };

  const refund: Activity = {
    name: 'staff give money back',
    weight: 3,
    begin: (scene) => {
      const { chance, memory } = scene;
      const order = chance.pick(memory.orders.filter(({ state }) => state === 'paid'));
      const id = order?.token.split('.')[0];
      const amount = chance.happens(0.5)
        ? { amount: chance.between(1, 900_000), currency: scene.event.currency }
        : undefined;
      const body = {
        ...(amount && { amount }),
        ...(!amount && chance.happens(0.5) && { lines: [0] }),
        keepEntries: chance.happens(0.2),
        note: 'Asked for by mail.',
      };
      if (id === undefined) return false;
      return send(scene, { method: 'POST', path: `orders/${id}/refunds`, body });
    },
  };

  const retryRefund: Activity = {
    name: 'staff let a failed refund be tried again',
    weight: 2,
    begin: async (scene) => {
      const { chance, service } = scene;
      const failed = (await refundItems(service.db)).filter(({ status }) => status === 'failed');
      const item = chance.pick(failed);
      if (!item) return false;
      return send(scene, { method: 'POST', path: `orders/${item.order}/refunds/${item.id}/retry` });
    },
  };

  const payByBank: Activity = {
    name: 'staff pay a failed refund by bank',
    weight: 2,
    begin: async (scene) => {
      const { chance, clock, service } = scene;
      const failed = (await refundItems(service.db)).filter(({ status }) => status === 'failed');
      const item = chance.pick(failed);
      if (!item) return false;
      const { id, order, amount, currency } = item;
      const date = new Date(clock.now()).toISOString().slice(0, 10);
      const body = { reference: `OUT-${id}`, date, amount: { amount, currency } };
      return send(scene, { method: 'POST', path: `orders/${order}/refunds/${id}/by-bank`, body });
    },
  };

  const lookAtReport: Activity = {
    name: 'staff look at the report',
    weight: 1,
    begin: (scene) => {
      const event = scene.chance.pick(scene.events) ?? scene.event;
      return send(scene, { method: 'GET', path: `events/${event.id}/report?format=json` });
    },
  };

  return [
    changeCapacity,
    proposePayout,
    proposeAssignment,
    decide,
    endPayout,
    refund,
    retryRefund,
    payByBank,
    lookAtReport,
  ];
};
