import { type CatalogueEvent, catalogueEvent } from '../../shared/catalogue/schema.ts';
import { sampleEvent } from '../support/sample.ts';
import { changeableEvent } from '../support/teams.ts';
import type { Chance } from './chance.ts';

/** A race so small that it sells out: distances of few places, two prices on the 10 km, a relay, and a dearer 20 km. */
export function raceOf(chance: Chance): CatalogueEvent {
  const places = chance.between(5, 9);
  const event = changeableEvent({ event: sampleEvent({ places, early: 3 }), places: chance.between(4, 6) });
  return catalogueEvent.parse({
    ...event,
    distances: event.distances.map((distance) =>
      distance.id === 'relay' ? { ...distance, capacity: 3 } : distance,
    ),
  });
}
