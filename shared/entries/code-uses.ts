import * as z from 'zod';
import { type Database, type Part, queryItems } from '../platform/database.ts';

/**
 * The uses of a promo code are numbered from 1, as places are: an order takes a number by a conditional write on its
 * key, so there is no use beyond the last one, no counter that can drift, and no item that all buyers write.
 */

/** Uses per partition key: reading one costs up to 3 read units, and a rush for one code is spread. */
const blockSize = 100;

/** Whose uses are meant: those of a code, or what one address has of them. */
export interface Pool {
  readonly event: string;
  readonly code: string;
  /** A keyed digest of an e-mail address. */
  readonly mail?: string;
}

const partitionOf = ({ event, code, mail = '' }: Pool, block: number) => `${event}#${code}#${mail}#${block}`;
const blockOf = (number: number) => Math.floor((number - 1) / blockSize);
const keyOf = (pool: Pool, number: number) => ({
  pk: partitionOf(pool, blockOf(number)),
  sk: String(number),
});

const useItem = z.object({ sk: z.coerce.number<string>().pipe(z.int()) });

async function usedIn(db: Database, pool: Pool, block: number): Promise<number[]> {
  const items = await queryItems(db, 'promos', {
    condition: 'pk = :block',
    values: { ':block': partitionOf(pool, block) },
    strong: true,
  });
  return items.map((item) => useItem.parse(item).sk);
}

const blocksOf = (uses: number) => Array.from({ length: Math.ceil(uses / blockSize) }, (_, block) => block);

/**
 * Numbers that nobody has now, chosen at random so that two orders at once rarely choose the same. Blocks are asked in
 * random order until enough is found: one while many uses are left, all of them before the code is told to be used up.
 * @param uses how many the pool has.
 * @param count how many are wanted.
 * @returns fewer than `count` where no more are left.
 */
export async function findUses(
  db: Database,
  random: () => number,
  pool: Pool,
  uses: number,
  count: number,
): Promise<number[]> {
  const found: number[] = [];
  for (const block of shuffled(blocksOf(uses), random)) {
    if (found.length === count) break;
    const used = new Set(await usedIn(db, pool, block));
    const first = block * blockSize + 1;
    const size = Math.min(blockSize, uses - block * blockSize);
    const free = Array.from({ length: size }, (_, index) => first + index).filter(
      (number) => !used.has(number),
    );
    found.push(...shuffled(free, random).slice(0, count - found.length));
  }
  return found;
}

/** How many uses somebody has, strongly read. */
export async function countUses(db: Database, pool: Pool, uses: number): Promise<number> {
  const used = await Promise.all(blocksOf(uses).map((block) => usedIn(db, pool, block)));
  return used.flat().length;
}

/** Takes a use for an order; refused when somebody has it. */
export function takeUse(name: string, pool: Pool, number: number, order: string): Part {
  return {
    name,
    table: 'promos',
    put: { ...keyOf(pool, number), order },
    condition: 'attribute_not_exists(pk)',
  };
}

/** Gives a use back, in the transaction that ends its order unpaid; refused when another order has it. */
export function giveUseBack(name: string, pool: Pool, number: number, order: string): Part {
  return {
    name,
    table: 'promos',
    delete: keyOf(pool, number),
    condition: 'attribute_not_exists(pk) OR #order = :order',
    names: { '#order': 'order' },
    values: { ':order': order },
  };
}

function shuffled<Value>(values: readonly Value[], random: () => number): Value[] {
  const keyed = values.map((value) => ({ value, at: random() }));
  return keyed.sort((a, b) => a.at - b.at).map(({ value }) => value);
}
