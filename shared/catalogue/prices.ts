import type { PriceStep } from './schema.ts';

/** Consecutive places, inclusive, and what each of them costs. */
export interface PriceRange {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  /** When this price ends for places that are still free. */
  readonly until?: string;
}

function isOver(step: PriceStep, now: Date): boolean {
  return step.until !== undefined && now.getTime() >= Date.parse(step.until);
}

/**
 * What each place costs at a moment. A step sells the places up to its `upToPlace` until its `until`; the price of a
 * place is that of the first step that still applies to it. So "the first 500 at 12,000 ₸" are the places 1 to 500,
 * exactly, without a counter.
 * @returns ranges that cover 1 to `capacity` without gaps, in order of places.
 */
export function pricesAt(steps: readonly PriceStep[], capacity: number, now: Date): PriceRange[] {
  const ranges: PriceRange[] = [];
  let from = 1;
  for (const step of steps) {
    if (isOver(step, now)) continue;
    const to = Math.min(step.upToPlace ?? capacity, capacity);
    if (to < from) continue;
    ranges.push({ from, to, amount: step.amount, ...(step.until && { until: step.until }) });
    from = to + 1;
    if (from > capacity) break;
  }
  return ranges;
}

/** What a runner pays now, and what the next one will be and why. */
export interface PriceNow {
  readonly amount: number;
  readonly next?: { readonly amount: number; readonly at?: string; readonly afterPlaces?: number };
}

/**
 * The price of the next place to be sold, given how many places of each range are free; and the next price, with
 * the number of places or the date that brings it (where both bring a different one, the number's is told, since it
 * may come at any moment).
 * @param free the number of free places from place `from` to place `to`, inclusive.
 * @returns undefined when nothing is free.
 */
export function priceNow(
  steps: readonly PriceStep[],
  capacity: number,
  now: Date,
  free: (from: number, to: number) => number,
): PriceNow | undefined {
  const ranges = pricesAt(steps, capacity, now).map((range) => ({
    ...range,
    free: free(range.from, range.to),
  }));
  const index = ranges.findIndex((range) => range.free > 0);
  const current = ranges[index];
  if (!current) return undefined;
  const later = ranges.findIndex(({ amount, free }) => amount > current.amount && free > 0);
  const byNumber = ranges[later]?.amount;
  const byDate = nextByDate(steps, capacity, current);
  const amount = byNumber ?? byDate?.amount;
  if (amount === undefined) return { amount: current.amount };
  return {
    amount: current.amount,
    next: {
      amount,
      ...(byDate?.amount === amount && { at: byDate.at }),
      ...(byNumber === amount && {
        afterPlaces: ranges.slice(index, later).reduce((sum, { free }) => sum + free, 0),
      }),
    },
  };
}

/** The next other price that a date brings to the places of a range. */
function nextByDate(
  steps: readonly PriceStep[],
  capacity: number,
  { from: place, amount, until }: PriceRange,
): { amount: number; at: string } | undefined {
  let at = until;
  while (at !== undefined) {
    const then = pricesAt(steps, capacity, new Date(at)).find(({ from, to }) => from <= place && place <= to);
    if (then && then.amount !== amount) return { amount: then.amount, at };
    at = then?.until;
  }
  return undefined;
}
