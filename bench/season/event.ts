import { type CatalogueEvent, catalogueEvent } from '../../shared/catalogue/schema.ts';
import definition from './almaty-marathon-2024.json' with { type: 'json' };

/** What the race of 2024 had: entries, and what it raised for eight projects, in tiyn. */
export const published = { entries: 15_600, raised: 6_550_000_000 } as const;

/**
 * Entries by distance. The whole is as published: 15,600, almost 10,000 of them on the 10 km, and 700 Nordic walkers;
 * how the rest was spread is an assumption. A relay team counts as one entry.
 */
const mix: Readonly<Record<string, number>> = {
  marathon: 1_750,
  ekiden: 120,
  'half-marathon': 2_450,
  '10-km': 9_900,
  '10-km-nordic-walking': 700,
  '3-km-children': 680,
};

/** Entries of each distance in a season of so many in all; at least a few of each. */
export function entriesByDistance(entries: number): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(mix).map(([distance, count]) => [distance, Math.max(2, scaled(count, entries))]),
  );
}

/** A figure of the whole season in one of so many entries. */
export function scaled(figure: number, entries: number): number {
  return Math.round((figure * entries) / published.entries);
}

/** The race as it was offered, with capacities that keep their proportion to the entries: the 10 km sells out. */
export function seasonEvent(entries: number): CatalogueEvent {
  const event = catalogueEvent.parse(definition);
  return {
    ...event,
    distances: event.distances.map((distance) => ({
      ...distance,
      capacity: Math.max(distance.id === soldOutDistance ? 2 : 6, scaled(distance.capacity, entries)),
    })),
  };
}

/** The distance that sells out. */
export const soldOutDistance = '10-km';
