import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Database, DatabaseBusy, getItem } from '../platform/database.ts';
import { physicalName } from '../platform/tables.ts';
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
          return mark === 'anyone' ? unmark(db, place, before) : markOne(db, place, before, mark);
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
  place: Place,
  before: KeptFor | undefined,
  mark: KeptFor,
): Promise<void> {
  const asRead = before === undefined ? 'attribute_not_exists(onFree)' : 'onFree = :before';
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const kept = await update(db, place, {
      UpdateExpression: 'SET onFree = :mark',
      ConditionExpression:
        mark === 'retired'
          ? 'attribute_exists(pk)'
          : `attribute_exists(pk) AND (${asRead} OR onFree = :mark)`,
      ExpressionAttributeValues: {
        ':mark': mark,
        ...(mark !== 'retired' && before !== undefined && { ':before': before }),
      },
    });
    if (kept) return;
    const made = await update(db, place, {
      UpdateExpression: 'SET onFree = :mark, #free = :true',
      ConditionExpression: 'attribute_not_exists(pk)',
      ExpressionAttributeNames: { '#free': 'free' },
      ExpressionAttributeValues: { ':mark': mark, ':true': true },
    });
    if (made) return;
    if (await isKeptOtherwise(db, place, before, mark)) return;
  }
  throw new DatabaseBusy(`Place ${place.n} of ${place.distance} came and went at every try.`);
}

async function isKeptOtherwise(
  db: Database,
  place: Place,
  before: KeptFor | undefined,
  mark: KeptFor,
): Promise<boolean> {
  const item = await getItem(db, 'places', placeKey(place), { strong: true });
  return item !== undefined && item.onFree !== before && item.onFree !== mark;
}

/** Gives a place to anyone again; nothing when it is kept for something else by now. */
async function unmark(db: Database, place: Place, before: KeptFor | undefined): Promise<void> {
  await update(db, place, {
    UpdateExpression: 'REMOVE onFree',
    ConditionExpression: 'onFree = :before',
    ExpressionAttributeValues: { ':before': before ?? '' },
  });
}

async function update(
  db: Database,
  place: Place,
  change: {
    UpdateExpression: string;
    ConditionExpression: string;
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues: Record<string, string | boolean>;
  },
): Promise<boolean> {
  try {
    await db.client.send(
      new UpdateCommand({ TableName: physicalName(db.prefix, 'places'), Key: placeKey(place), ...change }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
