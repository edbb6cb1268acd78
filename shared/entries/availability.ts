import * as z from 'zod';
import { type Database, getItem, getItems, type Item, writeItem } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import { type BlockCount, countBlock, Occupancy } from './occupancy.ts';
import { blockCount, isRetakable, readBlock } from './places.ts';

// The availability item of a distance holds one small attribute per counted block, `b0`, `b1`, …, so that blocks are
// replaced apart from each other: 10,000 places are 5 KB.
const storedBlock = z.object({
  o: z.instanceof(Uint8Array),
  h: z.int(),
  t: z.int(),
  r: z.int(),
  v: z.int().default(0),
  f: z.int().default(0),
  e: z.optional(z.string()),
});

/** What is known of a distance's places, and as of when. */
export interface Availability {
  readonly occupancy: Occupancy;
  readonly asOf?: string;
}

const keyOf = (event: string, distance: string) => ({ pk: event, sk: distance });

function parse(item: Item | undefined): Availability {
  const blocks: [number, BlockCount][] = [];
  for (const [name, value] of Object.entries(item ?? {})) {
    if (!/^b\d+$/.test(name)) continue;
    const { o, h, t, r, v, f, e } = storedBlock.parse(value);
    blocks.push([
      Number(name.slice(1)),
      { occupied: o, held: h, taken: t, retired: r, reserved: v, offered: f, ...(e && { earliest: e }) },
    ]);
  }
  const asOf = item?.asOf;
  return { occupancy: new Occupancy(blocks), ...(typeof asOf === 'string' && { asOf }) };
}

/** The availability of one distance; `strong` for the last word before saying that nothing is left. */
export async function readAvailability(
  db: Database,
  event: string,
  distance: string,
  options: { strong: boolean },
): Promise<Availability> {
  return parse(await getItem(db, 'availability', keyOf(event, distance), options));
}

/** The availability of several distances of an event, by distance. */
export async function readAvailabilities(
  db: Database,
  event: string,
  distances: readonly string[],
): Promise<Map<string, Availability>> {
  const items = await getItems(
    db,
    'availability',
    distances.map((distance) => keyOf(event, distance)),
  );
  return new Map(distances.map((distance) => [distance, parse(items.find((item) => item.sk === distance))]));
}

/** Blocks that are read side by side, and written by one expression: of 4 KB at most, which 300 would exceed. */
const blocksAtOnce = 100;

/**
 * Counts blocks anew and writes what was found. Counting the same block twice at once is harmless.
 * @param options `strong: false` reads at half the cost what may be a moment old: enough for whoever hears of a change
 * from the stream, about a second later; should it be too old after all, the next full sweep counts again.
 */
export async function recount(
  db: Database,
  world: World,
  where: { event: string; distance: string; blocks: Iterable<number> },
  options: { strong: boolean } = { strong: true },
): Promise<void> {
  const { event, distance } = where;
  const blocks = [...new Set(where.blocks)];
  // The time is taken before the reading, so that `asOf` never promises more than was read.
  const asOf = world.now().toISOString();
  for (let start = 0; start < blocks.length; start += blocksAtOnce) {
    const counted = await Promise.all(
      blocks
        .slice(start, start + blocksAtOnce)
        .map(
          async (block) =>
            [block, countBlock(await readBlock(db, { event, distance, block }, options))] as const,
        ),
    );
    await writeCounts(db, world, where, counted, asOf);
  }
}

/** Writes what was counted in some blocks, `blocksAtOnce` at most, over what was known of them. */
export async function writeCounts(
  db: Database,
  world: World,
  { event, distance }: { event: string; distance: string },
  counted: readonly (readonly [number, BlockCount])[],
  asOf: string,
): Promise<void> {
  await writeItem(db, world, {
    table: 'availability',
    key: keyOf(event, distance),
    update: `SET asOf = :asOf, ${counted.map(([block]) => `b${block} = :b${block}`).join(', ')}`,
    values: Object.fromEntries([
      [':asOf', asOf],
      ...counted.map(([block, count]) => [
        `:b${block}`,
        {
          o: count.occupied,
          h: count.held,
          t: count.taken,
          r: count.retired,
          v: count.reserved,
          f: count.offered,
          e: count.earliest,
        },
      ]),
    ]),
  });
}

/** Counts every block of a distance anew: heals whatever a lost stream record left behind. */
export async function recountAll(
  db: Database,
  world: World,
  { event, distance, capacity }: { event: string; distance: string; capacity: number },
): Promise<void> {
  const { occupancy } = await readAvailability(db, event, distance, { strong: true });
  const blocks = occupancy.blocksOf(capacity);
  // Side by side, but few at once: this must not compete with sign-ups.
  for (let start = 0; start < blocks.length; start += 20)
    await recount(db, world, { event, distance, blocks: blocks.slice(start, start + 20) });
}

/**
 * What the places of a distance are right now, block by block and strongly read: the last word before money is given
 * back. Places whose hold and grace are over count as free, as they do for whoever takes one.
 */
export async function readOccupancy(
  db: Database,
  world: World,
  where: { event: string; distance: string; capacity: number },
): Promise<Occupancy> {
  const now = world.now();
  const counted: [number, BlockCount][] = [];
  for (let block = 0; block < blockCount(where.capacity); block += 1) {
    const places = await readBlock(db, { ...where, block }, { strong: true });
    counted.push([block, countBlock(places.filter((place) => !isRetakable(place, now)))]);
  }
  return new Occupancy(counted);
}

/** How long a process guides its choices by one reading of the availability item. */
const freshMilliseconds = 1000;

/** Availability through a small memory of the process, which it also learns from. */
export interface Guide {
  /** What is known of a distance, at most a second old and corrected by what this process met since. */
  occupancy(event: string, distance: string): Promise<Occupancy>;
  /**
   * What a strong reading says, which replaces what was known. Once a second is enough, since the item itself is
   * about as old: all who come to a distance that is sold out share one reading.
   */
  refreshed(event: string, distance: string): Promise<Occupancy>;
}

/** A guide that reads each distance at most once a second; concurrent sign-ups share one reading. */
export function openGuide(db: Database, world: World): Guide {
  const known = new Map<string, { until: number; strong: boolean; occupancy: Promise<Occupancy> }>();
  const read = (event: string, distance: string, strong: boolean): Promise<Occupancy> => {
    const name = `${event}#${distance}`;
    const now = world.now().getTime();
    const remembered = known.get(name);
    if (remembered && remembered.until > now && (remembered.strong || !strong)) return remembered.occupancy;
    const occupancy = readAvailability(db, event, distance, { strong }).then((found) => found.occupancy);
    known.set(name, { until: now + freshMilliseconds, strong, occupancy });
    occupancy.catch(() => known.delete(name));
    return occupancy;
  };
  return {
    occupancy: (event, distance) => read(event, distance, false),
    refreshed: (event, distance) => read(event, distance, true),
  };
}
