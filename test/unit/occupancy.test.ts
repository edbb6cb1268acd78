import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePlace } from '../../shared/entries/choose-place.ts';
import { countBlock, Occupancy } from '../../shared/entries/occupancy.ts';
import { blockCount, blockOf, blockSize, type PlaceItem } from '../../shared/entries/places.ts';
import { seeded } from '../support/world.ts';

const capacity = 350;
const places = fc.uniqueArray(fc.integer({ min: 1, max: capacity }), { maxLength: capacity });
const held = (n: number) => `2027-01-01T00:${String(n % 60).padStart(2, '0')}:00.000Z`;
/** Of each kind that is not free. */
const kinds: readonly ((n: number) => PlaceItem)[] = [
  (n) => ({ n, order: 'o', entry: 'e', heldUntil: held(n) }),
  (n) => ({ n, order: 'o', entry: 'e' }),
  (n) => ({ n, order: 'o', entry: 'e', heldUntil: held(n), onFree: 'list' }),
  (n) => ({ n, free: true, onFree: 'retired' }),
  (n) => ({ n, free: true, onFree: 'list' }),
  (n) => ({ n, offeredTo: 'wai', offerUntil: held(n), onFree: 'list' }),
];
const item = (n: number): PlaceItem => kinds[n % kinds.length]?.(n) ?? { n };

/** The occupancy of these places, counted block by block. */
function occupancyOf(taken: readonly number[]): Occupancy {
  const blocks = Array.from({ length: blockCount(capacity) }, (_, block) => block);
  return new Occupancy(
    blocks.map((block) => [block, countBlock(taken.filter((n) => blockOf(n) === block).map(item))] as const),
  );
}

describe('blocks', () => {
  it('hold a hundred places each, from the first to the last', () => {
    expect([1, 100, 101, 200, 201].map(blockOf)).toEqual([0, 0, 1, 1, 2]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), (count) => {
        expect(blockOf(count)).toBe(blockCount(count) - 1);
        expect(blockOf(blockCount(count) * blockSize)).toBe(blockCount(count) - 1);
      }),
    );
  });
});

describe('what is occupied', () => {
  it('is what a plain set says, after counting, occupying and replacing', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ occupy: fc.integer({ min: 1, max: capacity }) }),
        fc.record({ replace: fc.nat({ max: blockCount(capacity) - 1 }), by: places }),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(places, steps, (taken, changes) => {
        const occupancy = occupancyOf(taken);
        let model = new Set(taken);
        for (const change of changes)
          if ('occupy' in change) {
            occupancy.occupy(change.occupy);
            model.add(change.occupy);
          } else {
            const inside = change.by.filter((n) => blockOf(n) === change.replace);
            occupancy.replace(change.replace, countBlock(inside.map(item)));
            model = new Set([...[...model].filter((n) => blockOf(n) !== change.replace), ...inside]);
          }
        const all = Array.from({ length: capacity }, (_, index) => index + 1);
        const free = all.filter((n) => !model.has(n));
        expect(all.filter((n) => occupancy.isFree(n))).toEqual(free);
        expect(occupancy.free(1, capacity)).toEqual(free);
        expect(occupancy.countFree(1, capacity)).toBe(free.length);
        expect(occupancy.countFree(90, 210)).toBe(free.filter((n) => n >= 90 && n <= 210).length);
      }),
    );
  });

  it('counts what is held, taken, retired, reserved and offered, and when the first hold ends', () => {
    fc.assert(
      fc.property(places, (taken) => {
        const holds = taken.map(item).flatMap(({ heldUntil }) => heldUntil ?? []);
        const ofKind = (...wanted: number[]) => taken.filter((n) => wanted.includes(n % kinds.length)).length;
        expect(occupancyOf(taken).counts()).toEqual({
          held: ofKind(0, 2),
          taken: ofKind(1),
          retired: ofKind(3),
          reserved: ofKind(4),
          offered: ofKind(5),
          ...(holds.length > 0 && { earliest: holds.sort()[0] }),
        });
      }),
    );
  });

  it('leaves out a place that was given back', () => {
    const count = countBlock([
      { n: 1, free: true },
      { n: 2, order: 'o' },
    ]);
    const occupancy = new Occupancy([[0, count]]);
    expect([occupancy.isFree(1), occupancy.isFree(2), occupancy.counts().taken]).toEqual([true, false, 1]);
  });

  it('tells how many places beyond a lowered capacity somebody still has, and where some are reserved', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: capacity }), places, (lowered, had) => {
        const kindOf = (n: number): PlaceItem =>
          n > lowered ? { n, free: true, onFree: 'retired' } : { n, free: true, onFree: 'list' };
        const items = Array.from({ length: capacity }, (_, index) => index + 1).map((n) =>
          had.includes(n) ? { n, order: 'o', ...(n > lowered && { onFree: 'retired' as const }) } : kindOf(n),
        );
        const blocks = Array.from({ length: blockCount(capacity) }, (_, block) => block);
        const occupancy = new Occupancy(
          blocks.map((block) => [block, countBlock(items.filter(({ n }) => blockOf(n) === block))] as const),
        );
        expect(occupancy.countBeyond(lowered)).toBe(had.filter((n) => n > lowered).length);
        const reserved = items.filter(({ n }) => n <= lowered && !had.includes(n)).map(({ n }) => blockOf(n));
        expect(occupancy.blocksWith('reserved')).toEqual([...new Set(reserved)]);
        expect(occupancy.blocksWith('offered')).toEqual([]);
      }),
    );
  });

  it('names exactly the blocks with a hold that ended before', () => {
    fc.assert(
      fc.property(places, fc.nat({ max: 59 }), (taken, minute) => {
        const before = `2027-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;
        const over = taken.filter((n) => (item(n).heldUntil ?? before) < before).map(blockOf);
        expect(new Set(occupancyOf(taken).blocksWithHoldsOver(before))).toEqual(new Set(over));
      }),
    );
  });

  it('is a copy: noting a place changes no other occupancy of the same count', () => {
    const count = countBlock([]);
    const [one, other] = [new Occupancy([[0, count]]), new Occupancy([[0, count]])];
    one.occupy(5);
    other.replace(0, count);
    expect([one.isFree(5), other.isFree(5), new Occupancy([[0, count]]).isFree(5)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('choosing a place', () => {
  const ranges = [
    { from: 1, to: 120, amount: 100 },
    { from: 121, to: capacity, amount: 200 },
  ];

  it('finds a free one in the first range that has one, and none only when there is none', () => {
    fc.assert(
      fc.property(places, places, fc.integer(), (taken, avoided, seed) => {
        const occupancy = occupancyOf(taken);
        const choice = choosePlace(occupancy, ranges, seeded(seed), new Set(avoided));
        const left = occupancy.free(1, capacity).filter((n) => !avoided.includes(n));
        if (choice === undefined) {
          expect(left).toEqual([]);
          return;
        }
        expect(left).toContain(choice.n);
        const cheap = left.some((n) => n <= 120);
        expect([choice.n <= 120, choice.amount]).toEqual(cheap ? [true, 100] : [false, 200]);
      }),
    );
  });

  it('finds the last place', () => {
    for (const last of [1, 100, 101, 120, 121, capacity]) {
      const others = Array.from({ length: capacity }, (_, index) => index + 1).filter((n) => n !== last);
      expect(choosePlace(occupancyOf(others), ranges, seeded(last), new Set())?.n).toBe(last);
      expect(choosePlace(new Occupancy([]), ranges, seeded(last), new Set(others))?.n).toBe(last);
    }
  });

  it('spreads over all places', () => {
    const random = seeded(7);
    const chosen = new Set(
      Array.from({ length: 2000 }, () => choosePlace(new Occupancy([]), ranges, random, new Set())?.n),
    );
    expect(chosen.size).toBe(120);
  });
});
