import type { CatalogueEvent } from '../shared/catalogue/schema.ts';
import type { OrderInput } from '../shared/contracts/orders.ts';
import { sampleEvent, sampleOrder } from '../test/support/sample.ts';

const day = 86_400_000;

/** An event that takes entries now, with that many places on its distance `10k`. */
export function openRace(id: string, places: number): CatalogueEvent {
  const now = Date.now();
  const sample = sampleEvent({ places });
  return {
    ...sample,
    id,
    distances: sample.distances.filter((distance) => distance.id === '10k'),
    registration: {
      opensAt: new Date(now - day).toISOString(),
      closesAt: new Date(now + day).toISOString(),
    },
  };
}

/** The order of a runner whom nobody else has the number of. */
export function orderOf(runner: number): OrderInput {
  return sampleOrder(runner);
}

export const keyOfRunner = (runner: number): string => `bench-runner-${String(runner).padStart(8, '0')}`;
