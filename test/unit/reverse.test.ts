import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addReversed,
  type Credit,
  lessReversed,
  type Reversed,
  type Reversible,
  remainingOf,
  reverse,
  sumRemaining,
  sumReversed,
} from '../../shared/charity/reverse.ts';
import { creditsOf, reversible } from '../../shared/orders/lines.ts';

const credits = fc.uniqueArray(
  fc.record({
    account: fc.constantFrom('entry-fees', 'processing-fees', 'project:a', 'project:b', 'project:c'),
    amount: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 99_999_999 })),
  }),
  { minLength: 1, selector: ({ account }) => account },
);
const items = fc.array(
  credits.map((found): Reversible => ({ credits: found })),
  { minLength: 1, maxLength: 6 },
);

const lessTaken = (before: readonly Reversible[], taken: readonly Reversed[]): Reversible[] =>
  before.map((item, index) => ({ ...item, reversed: addReversed(item.reversed, taken[index] ?? {}) }));
const sumOf = (taken: readonly Reversed[]) => taken.reduce((sum, one) => sum + sumReversed(one), 0);
const remaining = (list: readonly Reversible[]): Credit[] => list.flatMap(remainingOf);

/** A sequence of refunds, each a fraction of what remains at its time, and some of them restored. */
const steps = fc.array(
  fc.record({ part: fc.double({ min: 0, max: 1, noNaN: true }), restored: fc.boolean() }),
  { maxLength: 8 },
);

describe('taking an amount back over what remains', () => {
  it('is exact, and never more than remains of a credit, after any sequence of refunds and restorations', () => {
    fc.assert(
      fc.property(items, steps, (first, sequence) => {
        let now = first;
        for (const { part, restored } of sequence) {
          const all = sumRemaining(now);
          const amount = Math.floor(all * part);
          const taken = reverse(amount, now);
          expect(sumOf(taken)).toBe(amount);
          const next = lessTaken(now, taken);
          expect(sumRemaining(next)).toBe(all - amount);
          for (const { amount: left } of remaining(next)) expect(left).toBeGreaterThanOrEqual(0);
          if (!restored) {
            now = next;
            continue;
          }
          const back = next.map((item, index) => ({
            ...item,
            reversed: lessReversed(item.reversed, taken[index] ?? {}),
          }));
          expect(remaining(back)).toEqual(remaining(now));
        }
        const end = lessTaken(now, reverse(sumRemaining(now), now));
        expect(remaining(end).every(({ amount }) => amount === 0)).toBe(true);
      }),
    );
  });

  it('takes from each credit its quota, to the unit', () => {
    fc.assert(
      fc.property(items, fc.double({ min: 0, max: 1, noNaN: true }), (list, part) => {
        const all = BigInt(sumRemaining(list));
        const amount = Math.floor(sumRemaining(list) * part);
        for (const [index, taken] of reverse(amount, list).entries())
          for (const { account, amount: credited } of list[index]?.credits ?? []) {
            const floor = all === 0n ? 0 : Number((BigInt(amount) * BigInt(credited)) / all);
            expect([floor, floor + 1]).toContain(taken[account] ?? 0);
          }
      }),
    );
  });

  it('does not depend on the order in which an item names its accounts', () => {
    fc.assert(
      fc.property(items, fc.double({ min: 0, max: 1, noNaN: true }), (list, part) => {
        const amount = Math.floor(sumRemaining(list) * part);
        const turned = list.map((item) => ({ ...item, credits: [...item.credits].reverse() }));
        expect(reverse(amount, turned)).toEqual(reverse(amount, list));
      }),
    );
  });

  it('refuses more than remains, and less than nothing', () => {
    const item: Reversible = {
      credits: [{ account: 'entry-fees', amount: 10 }],
      reversed: { 'entry-fees': 4 },
    };
    expect(() => reverse(7, [item])).toThrow(RangeError);
    expect(() => reverse(-1, [item])).toThrow(RangeError);
    expect(reverse(6, [item])).toEqual([{ 'entry-fees': 6 }]);
  });

  it('three refunds of a third leave nothing: splitting each by the first amounts would leave a residue', () => {
    const entry = (): Reversible => ({
      credits: [
        { account: 'entry-fees', amount: 75 },
        { account: 'project:a', amount: 25 },
      ],
    });
    let now = [entry()];
    const taken = [33, 33, 34].map((amount) => {
      const [one = {}] = reverse(amount, now);
      now = lessTaken(now, [one]);
      return one;
    });
    expect(taken).toEqual([
      { 'entry-fees': 25, 'project:a': 8 },
      { 'entry-fees': 25, 'project:a': 8 },
      { 'entry-fees': 25, 'project:a': 9 },
    ]);
  });

  it('breaks ties by line, then by account', () => {
    const line = (): Reversible => ({
      credits: [
        { account: 'project:b', amount: 1 },
        { account: 'project:a', amount: 1 },
      ],
    });
    expect(reverse(1, [line(), line()])).toEqual([{ 'project:a': 1 }, {}]);
    expect(reverse(3, [line(), line()])).toEqual([{ 'project:a': 1, 'project:b': 1 }, { 'project:a': 1 }]);
  });
});

describe('the credits of a line', () => {
  const entry = {
    kind: 'entry' as const,
    entry: 'ent_1',
    distance: '10k',
    place: 7,
    price: 2_000_000,
    ruleVersion: 1,
    shares: [{ project: 'school', amount: 500_000 }],
  };

  it('are the shares and the rest of a fee, a gift in full, and what covers the payment', () => {
    expect(creditsOf(entry)).toEqual([
      { account: 'project:school', amount: 500_000, source: 'feeShare', distance: '10k' },
      { account: 'entry-fees', amount: 1_500_000, distance: '10k' },
    ]);
    expect(creditsOf({ kind: 'donation', project: 'trees', amount: 5 })).toEqual([
      { account: 'project:trees', amount: 5, source: 'donation' },
    ]);
    expect(creditsOf({ kind: 'feeCover', amount: 7 })).toEqual([
      { account: 'processing-fees', amount: 7, source: 'feeCover' },
    ]);
    const of = { order: 'ord_1', entry: 'ent_1' };
    expect(creditsOf({ kind: 'transferFee', of, transfer: 1, distance: '10k', amount: 9 })).toEqual([
      { account: 'entry-fees', amount: 9, distance: '10k' },
    ]);
    expect(
      creditsOf({
        kind: 'change',
        of,
        distance: '21k',
        place: 3,
        amount: 100,
        ruleVersion: 2,
        shares: [{ project: 'school', amount: 25 }],
      }),
    ).toEqual([
      { account: 'project:school', amount: 25, source: 'feeShare', distance: '21k' },
      { account: 'entry-fees', amount: 75, distance: '21k' },
    ]);
  });

  it('are nothing for a free entry', () => {
    expect(creditsOf({ ...entry, price: 0, listPrice: 2_000_000, shares: [] })).toEqual([]);
  });

  it('remain less what was taken back', () => {
    const line = { ...entry, reversed: { 'entry-fees': 1_500_000, 'project:school': 1 } };
    expect(remainingOf(reversible(line))).toEqual([
      { account: 'project:school', amount: 499_999 },
      { account: 'entry-fees', amount: 0 },
    ]);
  });
});
