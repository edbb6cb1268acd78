import { createHash } from 'node:crypto';
import { seeded } from '../support/world.ts';

/** A seed's choices of one kind. Each kind has a sequence of its own, so that leaving one kind out moves no other. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number;
  /** True so often, of 1. */
  happens(share: number): boolean;
  /** One of them; undefined when there are none. */
  pick<Value>(from: readonly Value[]): Value | undefined;
  /** One of them, as often as its weight says. */
  weighted<Value extends { readonly weight: number }>(from: readonly Value[]): Value | undefined;
  bytes(count: number): Uint8Array;
}

/** The sequence of choices that a seed has for a purpose. */
export function chanceOf(seed: number, purpose: string): Chance {
  const next = seeded(createHash('sha256').update(`${seed} ${purpose}`).digest().readUInt32BE(0));
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    happens: (share) => next() < share,
    pick: (from) => from[Math.floor(next() * from.length)],
    weighted: (from) => {
      let left = next() * from.reduce((sum, { weight }) => sum + weight, 0);
      return from.find(({ weight }) => {
        left -= weight;
        return left < 0;
      });
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => between(0, 255)),
  };
}
