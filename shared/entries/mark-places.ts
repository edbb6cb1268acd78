import { type Database, DatabaseBusy, writeItem } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import {
  blockOf,
  blockSize,
  type KeptFor,
  type Place,
  type PlaceItem,
  placeKey,
  readBlock,
} from './places.ts';

/** Places written side by side: marking thousands must not take minutes, nor compete with sign-ups. */
const atOnce = 25;
/** Tries for one place, whose item may come and go meanwhile. */
const mostTries = 10;

/** What a place is kept for from now on, given what it is (undefined: it has no item); `same` leaves it alone. */
export type Marking = (place: PlaceItem | undefined) => KeptFor | 'anyone' | 'same';

/**
 * Changes what the places from `from` to `to`, inclusive, are kept for when they are free. Whoever has one keeps it.
 * Repeating it after an interruption goes on where it stopped.
 * @returns the blocks in which something was changed.
 */
export async function markPlaces(
  db: Database,
  world: World,
  where: { event: string; distance: string; from: number; to: number },
  marking: Marking,
): Promise<number[]> {
  const changed: number[] = [];
  if (where.to < where.from) return changed;
  for (let block = blockOf(where.from); block <= blockOf(where.to); block += 1) {
    const stored = new Map(
      (await readBlock(db, { ...where, block }, { strong: true })).map((place) => [place.n, place]),
    );
    const first = Math.max(where.from, block * blockSize + 1);
    const last = Math.min(where.to, (block + 1) * blockSize);
    const due = Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((n) => {
      const before = stored.get(n)?.onFree;
      const mark = marking(stored.get(n));
      return mark === 'same' || mark === (before ?? 'anyone') ? [] : [{ n, before, mark }];
    });
    for (let start = 0; start < due.length; start += atOnce)
      await Promise.all(
        due.slice(start, start + atOnce).map(({ n, before, mark }) => {
          const place = { event: where.event, distance: where.distance, n };
          return mark === 'anyone'
            ? unmark(db, world, place, before)
            : markOne(db, world, place, before, mark);
        }),
      );
    if (due.length > 0) changed.push(block);
  }
  return changed;
}

/**
 * Keeps one place for something, whether somebody has it now or nobody. Retiring goes before anything else; a place that
 * was retired since it was read stays so, or a list that opens meanwhile would sell it.
 */
async function markOne(
  db: Database,
  world: World,
  place: Place,
  before: KeptFor | undefined,
  mark: KeptFor,
): Promise<void> {
  const item = { table: 'places', key: placeKey(place) } as const;
  const asRead = before === undefined ? 'attribute_not_exists(onFree)' : 'onFree = :before';
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const kept = await writeItem(
      db,
      world,
      {
        ...item,
        update: 'SET onFree = :mark',
        condition:
          mark === 'retired'
            ? 'attribute_exists(pk)'
            : `attribute_exists(pk) AND (${asRead} OR onFree = :mark)`,
        values: {
          ':mark': mark,
          ...(mark !== 'retired' && before !== undefined && { ':before': before }),
        },
      },
      { returnItem: true },
    );
    const isKeptOtherwise = !kept.done && kept.item !== undefined;
    if (kept.done || isKeptOtherwise) return;
    const made = await writeItem(db, world, {
      ...item,
      update: 'SET onFree = :mark, #free = :true',
      condition: 'attribute_not_exists(pk)',
      names: { '#free': 'free' },
      values: { ':mark': mark, ':true': true },
    });
    if (made.done) return;
  }
  throw new DatabaseBusy(`Place ${place.n} of ${place.distance} came and went at every try.`);
}

/** Gives a place to anyone again; nothing when it is kept for something else by now. */
async function unmark(db: Database, world: World, place: Place, before: KeptFor | undefined): Promise<void> {
  await writeItem(db, world, {
    table: 'places',
    key: placeKey(place),
    update: 'REMOVE onFree',
    condition: 'onFree = :before',
    values: { ':before': before ?? '' },
  });
}
