import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base32, derivedId, keyedDigest, newId, shardOf } from '../../shared/platform/ids.ts';
import { realWorld } from '../../shared/platform/world.ts';
import { testWorld } from '../support/world.ts';

const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 });
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

describe('base 32', () => {
  it('sorts as the bytes do', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => compare(base32(a), base32(b)) === Math.sign(Buffer.compare(a, b))),
    );
  });

  it('writes known bytes in Crockford’s letters', () => {
    expect(base32(new Uint8Array([0xff, 0x00, 0xff]))).toBe('zw0fy');
    expect(base32(new Uint8Array())).toBe('');
  });
});

describe('a new id', () => {
  const world = testWorld();

  it('sorts by the time it was made, to the millisecond', () => {
    const ids = Array.from({ length: 200 }, (_, index) => {
      world.advance(index % 2 === 0 ? 1 : 86_400_000);
      return newId('ord', world);
    });
    expect([...ids].sort()).toEqual(ids);
    world.set('2199-01-01T00:00:00.000Z');
    expect(compare(newId('ord', world), ids.at(-1) ?? '')).toBe(1);
  });

  it('is never made twice within a millisecond', () => {
    const now = new Date();
    const still = { ...realWorld, now: () => now };
    expect(new Set(Array.from({ length: 10_000 }, () => newId('ent', still))).size).toBe(10_000);
    expect(newId('ent', still)).toMatch(/^ent_[0-9a-hjkmnp-tv-z]{26}$/);
  });
});

describe('a derived id', () => {
  it('is the same for the same parts, and another when they are cut elsewhere', () => {
    expect(derivedId('ord', 'a', 'b')).toBe(derivedId('ord', 'a', 'b'));
    const others = [['ab'], ['a', 'b', ''], ['b', 'a'], ['a,b'], ['a"', 'b']];
    const ids = others.map((parts) => derivedId('ord', ...parts));
    expect(new Set([derivedId('ord', 'a', 'b'), ...ids]).size).toBe(6);
    expect(derivedId('ord', 'a')).toMatch(/^ord_[0-9a-z]{26}$/);
  });
});

describe('a keyed digest', () => {
  it('depends on the key and on how the parts are cut', () => {
    const digests = [
      keyedDigest('k', 'a', 'b'),
      keyedDigest('l', 'a', 'b'),
      keyedDigest('k', 'ab'),
      keyedDigest('k', 'b', 'a'),
    ];
    expect(new Set(digests).size).toBe(4);
    expect(keyedDigest('k', 'a', 'b')).toBe(digests[0]);
  });
});

describe('a shard', () => {
  it('depends on the text alone and lies within the count', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (text, count) => {
        const shard = shardOf(text, count);
        expect(Number.isInteger(shard) && shard >= 0 && shard < count).toBe(true);
        expect(shardOf(text, count)).toBe(shard);
      }),
    );
  });

  it('spreads facts evenly', () => {
    const counts = new Map<number, number>();
    for (let n = 0; n < 3200; n += 1) {
      const shard = shardOf(`pi_${n} paid`, 32);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect(counts.size).toBe(32);
    expect(Math.max(...counts.values())).toBeLessThan(160);
  });
});
