import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceNow, pricesAt } from '../../shared/catalogue/prices.ts';
import { catalogueEvent, type PriceStep } from '../../shared/catalogue/schema.ts';
import { sampleEvent } from '../support/sample.ts';

const day = (number: number) => `2027-01-${String(number).padStart(2, '0')}T00:00:00.000Z`;
const at = (number: number) => new Date(day(number));

/** Steps as the catalogue's schema takes them, with a capacity. */
const valid = fc
  .record({
    capacity: fc.integer({ min: 2, max: 60 }),
    steps: fc.array(
      fc.record({
        amount: fc.integer({ min: 1, max: 50 }),
        until: fc.option(fc.integer({ min: 1, max: 28 }), { nil: undefined }),
        upToPlace: fc.option(fc.integer({ min: 1, max: 59 }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ capacity, steps }) => {
    let amount = 0;
    const prices = steps.map((step, index): PriceStep => {
      amount += step.amount;
      if (index === steps.length - 1) return { amount };
      return {
        amount,
        ...(step.until !== undefined && { until: day(step.until) }),
        ...(step.upToPlace !== undefined && { upToPlace: step.upToPlace }),
      };
    });
    return { capacity, prices };
  })
  .filter(({ capacity, prices }) => {
    const event = sampleEvent({ places: capacity });
    const [distance] = event.distances;
    if (distance) distance.prices = prices;
    return catalogueEvent.safeParse(event).success;
  });
const moments = fc
  .integer({ min: 1, max: 29 })
  .map((number) => new Date(Date.parse(day(1)) + (number - 1) * 86_400_000));

/** The rule in its own words: the first step which still applies to both the place and the moment. */
function ruled(prices: readonly PriceStep[], place: number, now: Date): number | undefined {
  return prices.find(
    ({ until, upToPlace }) =>
      (until === undefined || now < new Date(until)) && (upToPlace === undefined || place <= upToPlace),
  )?.amount;
}

describe('the prices of places', () => {
  it('cover every place once, without gaps, for any steps the catalogue takes', () => {
    fc.assert(
      fc.property(valid, moments, ({ capacity, prices }, now) => {
        const ranges = pricesAt(prices, capacity, now);
        let next = 1;
        for (const { from, to, amount } of ranges) {
          expect(from).toBe(next);
          expect(to).toBeGreaterThanOrEqual(from);
          for (let place = from; place <= to; place += 1) expect(amount).toBe(ruled(prices, place, now));
          next = to + 1;
        }
        expect(next).toBe(capacity + 1);
      }),
    );
  });

  it('never fall as time goes on or places sell', () => {
    fc.assert(
      fc.property(valid, moments, moments, ({ capacity, prices }, one, other) => {
        const [early, late] = one < other ? [one, other] : [other, one];
        for (let place = 1; place <= capacity; place += 1)
          expect(ruled(prices, place, late)).toBeGreaterThanOrEqual(ruled(prices, place, early) ?? 0);
        const amounts = pricesAt(prices, capacity, early).map(({ amount }) => amount);
        expect(amounts).toEqual([...amounts].sort((a, b) => a - b));
      }),
    );
  });

  const steps: PriceStep[] = [
    { amount: 12_000, upToPlace: 500 },
    { amount: 15_000, until: day(10) },
    { amount: 20_000 },
  ];
  it('sell the first 500 at their price, and the others by date', () => {
    expect(pricesAt(steps, 1000, at(9))).toEqual([
      { from: 1, to: 500, amount: 12_000 },
      { from: 501, to: 1000, amount: 15_000, until: day(10) },
    ]);
    expect(pricesAt(steps, 1000, at(10))).toEqual([
      { from: 1, to: 500, amount: 12_000 },
      { from: 501, to: 1000, amount: 20_000 },
    ]);
  });

  it('end on the very millisecond', () => {
    const last = new Date(at(10).getTime() - 1);
    expect(pricesAt(steps.slice(1), 10, last)).toMatchObject([{ amount: 15_000 }]);
    expect(pricesAt(steps.slice(1), 10, at(10))).toMatchObject([{ amount: 20_000 }]);
  });
});

describe('the price now', () => {
  const free =
    (...places: number[]) =>
    (from: number, to: number) =>
      places.filter((place) => from <= place && place <= to).length;

  it('is that of the first range with a free place; the next comes after so many more', () => {
    const steps: PriceStep[] = [{ amount: 100, upToPlace: 3 }, { amount: 200 }];
    expect(priceNow(steps, 10, at(1), free(2, 3, 4))).toEqual({
      amount: 100,
      next: { amount: 200, afterPlaces: 2 },
    });
    expect(priceNow(steps, 10, at(1), free(7))).toEqual({ amount: 200 });
    expect(priceNow(steps, 10, at(1), free())).toBeUndefined();
  });

  it('counts the places of every step that costs the same', () => {
    const steps: PriceStep[] = [
      { amount: 100, upToPlace: 3 },
      { amount: 100, upToPlace: 5 },
      { amount: 200 },
    ];
    expect(priceNow(steps, 10, at(1), free(2, 3, 4, 5, 8))).toEqual({
      amount: 100,
      next: { amount: 200, afterPlaces: 4 },
    });
  });

  it('changes by date, or by number and date together', () => {
    expect(priceNow([{ amount: 100, until: day(5) }, { amount: 200 }], 10, at(1), free(1))).toEqual({
      amount: 100,
      next: { amount: 200, at: day(5) },
    });
    const both: PriceStep[] = [{ amount: 100, until: day(5), upToPlace: 3 }, { amount: 200 }];
    expect(priceNow(both, 10, at(1), free(1, 2, 4))).toEqual({
      amount: 100,
      next: { amount: 200, at: day(5), afterPlaces: 2 },
    });
    // With nothing free behind, no number of sold places brings the next price.
    expect(priceNow(both, 10, at(1), free(1, 2))).toEqual({ amount: 100, next: { amount: 200, at: day(5) } });
  });

  it('never announces the price that is already paid', () => {
    fc.assert(
      fc.property(valid, moments, fc.func(fc.nat({ max: 3 })), ({ capacity, prices }, now, some) => {
        const price = priceNow(prices, capacity, now, (from, to) => some(from, to));
        if (price?.next) {
          expect(price.next.amount).toBeGreaterThan(price.amount);
          expect(price.next.at !== undefined || price.next.afterPlaces !== undefined).toBe(true);
        }
      }),
    );
    const same: PriceStep[] = [
      { amount: 100, until: day(5) },
      { amount: 100, until: day(9) },
      { amount: 200 },
    ];
    expect(priceNow(same, 10, at(1), free(1))).toEqual({ amount: 100, next: { amount: 200, at: day(9) } });
  });
});
