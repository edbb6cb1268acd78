import type { Answer, Scene } from '../scene.ts';
import type { Machine } from '../service.ts';

/** Two persons, since one proposes and the other decides. */
const persons = ['dana@startline.test', 'arman@startline.test'] as const;

/** Sends a request of somebody on the fund's staff; false when the staff API is busy. `path` is that below `/api/staff`. */
export type Desk = (
  scene: Scene,
  request: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: unknown },
  heard?: (answer: Answer) => void,
) => Promise<boolean>;

/** Where staff sit, signed in as one of them. */
export const openDesk =
  (machine: Pick<Machine, 'staffToken'>): Desk =>
  async (scene, { method, path, body }, heard) => {
    const email = scene.chance.pick(persons) ?? persons[0];
    if (!scene.service.processes.hasRoom('staff-api')) return false;
    const token = await machine.staffToken(new Date(scene.clock.now()), email);
    await scene.send(
      {
        to: 'staff-api',
        method,
        path: `/api/staff/${path}`,
        ...(body !== undefined && { body, key: scene.newKey() }),
        authorization: `Bearer ${token}`,
      },
      heard,
    );
    return true;
  };
