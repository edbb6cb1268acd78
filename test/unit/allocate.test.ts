import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AllocationRule } from '../../shared/catalogue/schema.ts';
import { allocateFee, charityPart, splitByWeights, type Weight } from '../../shared/charity/allocate.ts';

const sum = (parts: readonly { amount: number }[]) => parts.reduce((total, { amount }) => total + amount, 0);

const amounts = fc.oneof(fc.nat({ max: 1000 }), fc.nat({ max: 99_999_999 }), fc.maxSafeNat());
const weights = fc
  .uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) => fc.record({ project: fc.constant(`p${id}`), weight: fc.nat({ max: 1_000_000 }) })),
    ),
  )
  .filter((list) => list.some(({ weight }) => weight > 0));

const shareOf = (parts: readonly { project: string; amount: number }[], project: string) =>
  parts.find((part) => part.project === project)?.amount ?? 0;

describe('splitting an amount by weights', () => {
  it('gives every unit away, and no unit twice', () => {
    fc.assert(fc.property(amounts, weights, (amount, list) => sum(splitByWeights(amount, list)) === amount));
  });

  it('is within one unit of the exact quota', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, list) => {
        const parts = splitByWeights(amount, list);
        const total = list.reduce((all, { weight }) => all + BigInt(weight), 0n);
        for (const { project, weight } of list) {
          const floor = Number((BigInt(amount) * BigInt(weight)) / total);
          const share = shareOf(parts, project);
          expect(share === floor || share === floor + 1).toBe(true);
          // Who has an exact quota gets exactly that.
          if ((BigInt(amount) * BigInt(weight)) % total === 0n) expect(share).toBe(floor);
        }
      }),
    );
  });

  it('does not depend on the order of the projects', () => {
    fc.assert(
      fc.property(amounts, weights, fc.infiniteStream(fc.nat()), (amount, list, keys) => {
        const shuffled = list
          .map((weight) => ({ weight, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ weight }) => weight);
        const byId = (parts: ReturnType<typeof splitByWeights>) =>
          [...parts].sort((a, b) => (a.project < b.project ? -1 : 1));
        expect(byId(splitByWeights(amount, shuffled))).toEqual(byId(splitByWeights(amount, list)));
      }),
    );
  });

  it('gives more to a larger weight, never less', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, list) => {
        const parts = splitByWeights(amount, list);
        const sorted = [...list].sort((a, b) => a.weight - b.weight);
        for (const [index, heavier] of sorted.entries()) {
          const lighter = sorted[index - 1];
          if (lighter && lighter.weight < heavier.weight)
            expect(shareOf(parts, heavier.project)).toBeGreaterThanOrEqual(shareOf(parts, lighter.project));
        }
      }),
    );
  });

  const equal: Weight[] = ['trees', 'hospice', 'school'].map((project) => ({ project, weight: 1 }));
  it.each([
    [100_001, { hospice: 33_334, school: 33_334, trees: 33_333 }],
    [100_000, { hospice: 33_334, school: 33_333, trees: 33_333 }],
    [1, { hospice: 1 }],
    [0, {}],
  ])('%d among three equals: what is left over goes by id', (amount, expected) => {
    const parts = splitByWeights(amount, equal);
    expect(Object.fromEntries(parts.map((part) => [part.project, part.amount]))).toEqual(expected);
  });

  it('keeps each tiyn of amounts whose products pass 2^53', () => {
    const parts = splitByWeights(99_999_999, [
      { project: 'a', weight: 999_999_999 },
      { project: 'b', weight: 1 },
    ]);
    expect(parts).toEqual([{ project: 'a', amount: 99_999_999 }]);
  });
});

describe('the part of a fee for charity', () => {
  it.each([
    [2_000_000, 2500, 500_000],
    [500_001, 2500, 125_000],
    [500_002, 2500, 125_001],
    [1, 5000, 1],
    [1, 4999, 0],
    [1_500_000, 0, 0],
    [1_500_000, 10_000, 1_500_000],
  ])('of %d at %d basis points is %d, half a tiyn up', (fee, percent, expected) => {
    expect(charityPart(fee, { percent })).toBe(expected);
  });

  it('is never more than the fee, and grows with fee and percentage', () => {
    const fee = fc.nat({ max: 99_999_999 });
    const percent = fc.nat({ max: 10_000 });
    fc.assert(
      fc.property(fee, percent, fc.nat({ max: 1000 }), (paid, points, more) => {
        const part = charityPart(paid, { percent: points });
        expect(part).toBeGreaterThanOrEqual(0);
        expect(part).toBeLessThanOrEqual(paid);
        expect(charityPart(paid + more, { percent: points })).toBeGreaterThanOrEqual(part);
        expect(charityPart(paid, { percent: Math.min(10_000, points + more) })).toBeGreaterThanOrEqual(part);
        expect(charityPart(paid, { fixed: more })).toBe(Math.min(paid, more));
      }),
    );
  });
});

describe('the shares of a fee', () => {
  const byRunner: AllocationRule = {
    version: 1,
    part: { percent: 2500 },
    to: { chosenBy: 'runner', projects: ['school', 'hospice'] },
  };

  it('go to the project that the runner chose', () => {
    expect(allocateFee(2_000_000, byRunner, 'hospice')).toEqual([{ project: 'hospice', amount: 500_000 }]);
    expect(allocateFee(2_000_000, byRunner)).toEqual([]);
    expect(allocateFee(2_000_000, { ...byRunner, part: { percent: 0 } }, 'school')).toEqual([]);
  });

  it('go by weights where the rule says so, summing to the part', () => {
    const rule: AllocationRule = {
      version: 1,
      part: { fixed: 100_001 },
      to: { chosenBy: 'weights', weights: { school: 1, hospice: 1, trees: 1 } },
    };
    const shares = allocateFee(500_001, rule, 'school');
    expect(sum(shares)).toBe(100_001);
    expect(shares).toContainEqual({ project: 'trees', amount: 33_333 });
  });

  it('go to no project yet where the projects are chosen later', () => {
    const rule: AllocationRule = { version: 1, part: { percent: 2500 }, to: { chosenBy: 'later' } };
    expect(allocateFee(2_000_000, rule)).toEqual([{ project: '-', amount: 500_000 }]);
    expect(allocateFee(2_000_000, { ...rule, part: { percent: 0 } })).toEqual([]);
  });
});
