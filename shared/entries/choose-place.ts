import type { PriceRange } from '../catalogue/prices.ts';
import type { Occupancy } from './occupancy.ts';

/** Random guesses before all free places are listed: with a tenth of the places free, four of five picks end here. */
const guesses = 16;

/** A place that seems free, and what it costs. */
export interface Choice {
  readonly n: number;
  readonly amount: number;
}

/**
 * Chooses a free place at random within the first price range that has one, so that ranges fill in order and people
 * who come at once rarely choose the same place.
 * @param taken places already chosen in this attempt.
 * @returns undefined when nothing seems free.
 */
export function choosePlace(
  occupancy: Occupancy,
  ranges: readonly PriceRange[],
  random: () => number,
  taken: ReadonlySet<number>,
): Choice | undefined {
  for (const { from, to, amount } of ranges) {
    for (let guess = 0; guess < guesses; guess += 1) {
      const n = from + Math.floor(random() * (to - from + 1));
      if (occupancy.isFree(n) && !taken.has(n)) return { n, amount };
    }
    const free = occupancy.free(from, to).filter((n) => !taken.has(n));
    const n = free[Math.floor(random() * free.length)];
    if (n !== undefined) return { n, amount };
  }
  return undefined;
}
