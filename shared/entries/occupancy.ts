import { blockCount, blockOf, blockSize, type PlaceItem, stateOf } from './places.ts';

const bytesPerBlock = Math.ceil(blockSize / 8);

/** What a block's places were at its last count. */
export interface BlockCount {
  /** One bit per place of the block, set when it is not free; the first place is the lowest bit of byte 0. */
  readonly occupied: Uint8Array;
  readonly held: number;
  readonly taken: number;
  readonly retired: number;
  /** Free, but only for the waiting list. */
  readonly reserved: number;
  /** Offered to somebody from the waiting list. */
  readonly offered: number;
  /** The earliest end of a hold in the block. */
  readonly earliest?: string;
}

/** Counts a block from its places. */
export function countBlock(places: readonly PlaceItem[]): BlockCount {
  const occupied = new Uint8Array(bytesPerBlock);
  const counts = { free: 0, held: 0, taken: 0, retired: 0, reserved: 0, offered: 0 };
  let earliest: string | undefined;
  for (const place of places) {
    const state = stateOf(place);
    counts[state] += 1;
    if (state !== 'free') setBit(occupied, place.n);
    const { heldUntil } = place;
    if (heldUntil !== undefined && (earliest === undefined || heldUntil < earliest)) earliest = heldUntil;
  }
  const { free: _, ...others } = counts;
  return { occupied, ...others, ...(earliest !== undefined && { earliest }) };
}

function setBit(bits: Uint8Array, n: number): void {
  const at = (n - 1) % blockSize;
  bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
}

function hasBit(bits: Uint8Array, n: number): boolean {
  const at = (n - 1) % blockSize;
  return ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
}

/**
 * Which places of a distance seemed free when they were last counted. It guides the choice of a place and the
 * public's counters; it decides nothing.
 */
export class Occupancy {
  readonly #blocks = new Map<number, BlockCount>();

  /** @param blocks the blocks that have been counted; others have no place taken. */
  constructor(blocks: Iterable<readonly [number, BlockCount]>) {
    for (const [block, count] of blocks)
      this.#blocks.set(block, { ...count, occupied: count.occupied.slice() });
  }

  /** Whether a place seems free. */
  isFree(n: number): boolean {
    const block = this.#blocks.get(blockOf(n));
    return block === undefined || !hasBit(block.occupied, n);
  }

  /** Notes that a place turned out not to be free. */
  occupy(n: number): void {
    const block = this.#blocks.get(blockOf(n)) ?? countBlock([]);
    setBit(block.occupied, n);
    this.#blocks.set(blockOf(n), block);
  }

  /** Replaces what was known of a block by what a reading of it found. */
  replace(block: number, count: BlockCount): void {
    this.#blocks.set(block, { ...count, occupied: count.occupied.slice() });
  }

  /** The free places from `from` to `to`, inclusive, in order. */
  free(from: number, to: number): number[] {
    const found: number[] = [];
    for (let n = from; n <= to; n += 1) if (this.isFree(n)) found.push(n);
    return found;
  }

  /** How many places from `from` to `to`, inclusive, seem free. */
  countFree(from: number, to: number): number {
    let count = 0;
    for (let n = from; n <= to; n += 1) if (this.isFree(n)) count += 1;
    return count;
  }

  /** The sums over all blocks, and the earliest end of a hold. */
  counts(): Omit<BlockCount, 'occupied'> {
    const sums = { held: 0, taken: 0, retired: 0, reserved: 0, offered: 0 };
    let earliest: string | undefined;
    for (const block of this.#blocks.values()) {
      sums.held += block.held;
      sums.taken += block.taken;
      sums.retired += block.retired;
      sums.reserved += block.reserved;
      sums.offered += block.offered;
      if (block.earliest !== undefined && (earliest === undefined || block.earliest < earliest))
        earliest = block.earliest;
    }
    return { ...sums, ...(earliest !== undefined && { earliest }) };
  }

  /** How many places beyond a capacity somebody still has; the others there are retired. */
  countBeyond(capacity: number): number {
    let occupied = 0;
    for (const block of this.#blocks.keys())
      for (let n = Math.max(capacity, block * blockSize) + 1; n <= (block + 1) * blockSize; n += 1)
        if (!this.isFree(n)) occupied += 1;
    return Math.max(0, occupied - this.counts().retired);
  }

  /**
   * Every block in which somebody may have a place: those of a capacity, and those that were counted beyond it before it
   * was lowered, since whoever has a place there keeps it.
   */
  blocksOf(capacity: number): number[] {
    const count = Math.max(blockCount(capacity), 1 + Math.max(-1, ...this.#blocks.keys()));
    return Array.from({ length: count }, (_, block) => block);
  }

  /** The blocks in which a count is above zero. */
  blocksWith(count: 'reserved' | 'offered'): number[] {
    return [...this.#blocks].filter(([, block]) => block[count] > 0).map(([block]) => block);
  }

  /** The blocks with a hold that ended before a moment. */
  blocksWithHoldsOver(before: string): number[] {
    return [...this.#blocks]
      .filter(([, { earliest }]) => earliest !== undefined && earliest < before)
      .map(([block]) => block);
  }
}
