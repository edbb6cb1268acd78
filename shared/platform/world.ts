import { randomBytes } from 'node:crypto';

/** What rules and use cases take from outside, so that tests and simulations control it. */
export interface World {
  /** The time now. */
  readonly now: () => Date;
  /** A number in [0, 1), for choices that need no secrecy: places, shards, jitter. */
  readonly random: () => number;
  /** Unpredictable bytes, for identifiers. */
  readonly bytes: (count: number) => Uint8Array;
  /** Resolves after that many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** The real time and randomness. */
export const realWorld: World = {
  now: () => new Date(),
  random: Math.random,
  bytes: (count) => randomBytes(count),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
