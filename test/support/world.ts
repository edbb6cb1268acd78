import type { World } from '../../shared/platform/world.ts';

/** A world whose time stands still until it is moved, and whose randomness is a seed's. */
export interface TestWorld extends World {
  /** Moves the clock. */
  advance(milliseconds: number): void;
  set(instant: string): void;
}

/** A reproducible sequence of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A world that begins at a moment. Waiting takes no time of it. */
export function testWorld(start = '2026-11-24T06:00:00.000Z', seed = 1): TestWorld {
  let now = Date.parse(start);
  const random = seeded(seed);
  return {
    now: () => new Date(now),
    random,
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    advance: (milliseconds) => {
      now += milliseconds;
    },
    set: (instant) => {
      now = Date.parse(instant);
    },
  };
}
