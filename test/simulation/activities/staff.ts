import { mintToken } from '../../../local/staff/mint-token.ts';
import type { StaffSignIn } from '../../../local/staff/sign-in.ts';
import type { Activity } from '../scene.ts';

/** What the fund's staff do while runners act. */
export const staff = (signIn: StaffSignIn): readonly Activity[] => [
  {
    name: 'staff change a capacity',
    weight: 2,
    begin: async (scene) => {
      const { chance, clock, event, service } = scene;
      const distance = chance.pick(event.distances.filter(({ kind }) => kind === 'individual'));
      const change = chance.between(-2, 3);
      if (!distance || !service.processes.hasRoom('staff-api')) return false;
      const capacity = Math.max(4, distance.capacity + change);
      const token = await mintToken(signIn.keys, {
        issuer: signIn.issuer,
        groups: ['admin', 'finance'],
        now: new Date(clock.now()),
      });
      await scene.send({
        to: 'staff-api',
        method: 'POST',
        path: `/api/staff/events/${event.id}/distances/${distance.id}/capacity`,
        body: { capacity },
        authorization: `Bearer ${token}`,
      });
      return true;
    },
  },
];
