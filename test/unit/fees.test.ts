import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeOf, priceForAge, priceWithCode } from '../../shared/catalogue/fees.ts';
import { allocateFee } from '../../shared/charity/allocate.ts';
import {
  breakdownOf,
  feeCoverOf,
  type PricedLine,
  percentOf,
  reductionsOf,
} from '../../shared/contracts/breakdown.ts';
import { creditsOf, type OrderLine } from '../../shared/orders/lines.ts';

const amount = fc.integer({ min: 0, max: 99_999_999 });
const basisPoints = fc.integer({ min: 0, max: 10_000 });
const agePrice = fc.oneof(
  fc.record({ maxAge: fc.integer({ min: 0, max: 30 }), percent: fc.integer({ min: 1, max: 9_999 }) }),
  fc.record({ minAge: fc.integer({ min: 31, max: 99 }), amount: fc.integer({ min: 1, max: 99_999_999 }) }),
);
const off = fc.oneof(
  fc.record({ percent: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({ fixed: fc.integer({ min: 1, max: 99_999_999 }) }),
);
const reducing = fc.record({
  age: fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
  agePrices: fc.array(agePrice, { maxLength: 2 }),
  code: fc.option(fc.record({ off }), { nil: undefined }),
});

describe('a percentage', () => {
  it('is rounded half up, exactly, for every amount that can be paid', () => {
    fc.assert(
      fc.property(amount, basisPoints, (whole, points) => {
        const exact = (BigInt(whole) * BigInt(points) + 5_000n) / 10_000n;
        expect(BigInt(percentOf(whole, points))).toBe(exact);
      }),
    );
    expect(percentOf(3, 5_000)).toBe(2);
    expect(percentOf(1, 4_999)).toBe(0);
  });
});

describe('what an entry costs', () => {
  const agePrices = [
    { maxAge: 13, percent: 5_000 },
    { minAge: 14, maxAge: 17, amount: 700_000 },
    { minAge: 65, percent: 7_500 },
  ];
  it.each([
    [13, 500_001],
    [14, 700_000],
    [17, 700_000],
    [18, 1_000_001],
    [64, 1_000_001],
    [65, 750_001],
    [undefined, 1_000_001],
  ])('at the age of %s is %s', (age, price) => {
    expect(priceForAge(1_000_001, age, agePrices)).toBe(price);
  });

  it('is never more than the place costs, however the amount for an age is set', () => {
    expect(priceForAge(600_000, 15, agePrices)).toBe(600_000);
  });

  it('is lowered by a code after the age, and never below nothing', () => {
    expect(priceWithCode(1_000_001, { percent: 1_000 })).toBe(900_001);
    expect(priceWithCode(1_000_001, { percent: 10_000 })).toBe(0);
    expect(priceWithCode(300_000, { fixed: 500_000 })).toBe(0);
    expect(feeOf(1_000_001, { age: 13, agePrices, code: { off: { percent: 1_000 } } })).toEqual({
      listPrice: 1_000_001,
      agePrice: 500_001,
      price: 450_001,
    });
  });

  it('falls step by step, and never as the price of the place rises', () => {
    fc.assert(
      fc.property(amount, amount, reducing, (one, other, how) => {
        const low = feeOf(Math.min(one, other), how);
        const high = feeOf(Math.max(one, other), how);
        for (const { listPrice, agePrice: forAge, price } of [low, high]) {
          expect(listPrice).toBeGreaterThanOrEqual(forAge);
          expect(forAge).toBeGreaterThanOrEqual(price);
          expect(price).toBeGreaterThanOrEqual(0);
        }
        expect(high.agePrice).toBeGreaterThanOrEqual(low.agePrice);
        // Half up may round the discount of the dearer one up, by one unit at most.
        expect(high.price).toBeGreaterThanOrEqual(low.price - 1);
      }),
    );
  });

  it('is told with reasons that add up to the price of the place', () => {
    fc.assert(
      fc.property(amount, reducing, (list, how) => {
        const fee = feeOf(list, how);
        const reductions = reductionsOf(fee);
        expect(reductions.reduce((sum, reduction) => sum + reduction.amount, fee.price)).toBe(list);
        expect(reductions.every((reduction) => reduction.amount > 0)).toBe(true);
      }),
    );
    expect(reductionsOf({ price: 5 })).toEqual([]);
  });
});

describe('covering the processing fee', () => {
  it('is a percentage of the sum and an amount, and nothing where nothing is paid', () => {
    expect(feeCoverOf(2_500_000, { percent: 300, fixed: 5_000 })).toBe(80_000);
    expect(feeCoverOf(17, { percent: 300, fixed: 0 })).toBe(1);
    expect(feeCoverOf(16, { percent: 300, fixed: 0 })).toBe(0);
    expect(feeCoverOf(0, { percent: 300, fixed: 5_000 })).toBe(0);
  });
});

describe('the breakdown of an order', () => {
  const rule = {
    version: 1,
    part: { percent: 2_500 },
    to: { chosenBy: 'weights' as const, weights: { school: 3, hospice: 2, trees: 2 } },
  };
  const line: fc.Arbitrary<OrderLine> = fc.oneof(
    fc.tuple(amount, reducing).map(([list, how]): OrderLine => {
      const { price, listPrice, agePrice: forAge } = feeOf(list, how);
      return {
        kind: 'entry',
        entry: 'ent_1',
        distance: '10k',
        place: 1,
        price,
        listPrice,
        agePrice: forAge,
        ruleVersion: 1,
        shares: allocateFee(price, rule),
      };
    }),
    fc.integer({ min: 1, max: 99_999_999 }).map((gift): OrderLine => {
      return { kind: 'donation', project: 'school', amount: gift };
    }),
  );

  it('adds up to the total, and is what the ledger credits', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), fc.boolean(), (bought, covers) => {
        const sum = breakdownOf(bought).total;
        const cover = feeCoverOf(sum, { percent: 310, fixed: 4_000 });
        const lines: OrderLine[] = covers ? [...bought, { kind: 'feeCover', amount: cover }] : bought;
        const { total, shares, organising, feeCover } = breakdownOf<string>(lines);
        const charity = shares.reduce((all, share) => all + share.amount, 0);
        expect(total).toBe(charity + organising + feeCover);
        expect(total).toBe(covers ? sum + cover : sum);
        expect(organising).toBeGreaterThanOrEqual(0);
        const credited = new Map<string, number>();
        for (const { account, amount: part } of lines.flatMap(creditsOf))
          credited.set(account, (credited.get(account) ?? 0) + part);
        for (const { project, amount: part } of shares) expect(credited.get(`project:${project}`)).toBe(part);
        expect(credited.get('entry-fees') ?? 0).toBe(organising);
        expect(credited.get('processing-fees') ?? 0).toBe(feeCover);
      }),
    );
  });

  it('tells what waits for a choice apart from what is chosen', () => {
    const lines: PricedLine<string | undefined>[] = [
      { kind: 'entry', price: 100, shares: [{ project: undefined, amount: 25 }] },
      { kind: 'entry', price: 100, shares: [{ project: 'school', amount: 25 }] },
      { kind: 'donation', project: 'school', amount: 10 },
    ];
    expect(breakdownOf(lines)).toEqual({
      total: 210,
      shares: [
        { project: undefined, amount: 25 },
        { project: 'school', amount: 35 },
      ],
      feeCover: 0,
      organising: 150,
    });
  });
});
