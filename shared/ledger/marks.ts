import * as z from 'zod';
import { type Database, getItem, type Item, type Part, queryItems } from '../platform/database.ts';
import { shardOf } from '../platform/ids.ts';
import { type Effect, effect } from './effect.ts';

/**
 * Shards of the marks: each is one partition key, so 32 of them take more bookings a second than the ledger
 * itself, and one fold reads them side by side.
 */
export const markShards = 32;

/** A ledger transaction that the totals do not hold yet, with what it adds to them. */
export interface Mark {
  readonly shard: string;
  readonly fact: string;
  readonly effect: Effect;
}

const keyOf = (fact: string) => ({ pk: String(shardOf(fact, markShards)), sk: fact });

/** The part that says a fact is to be added to the totals; it commits with the fact. */
export function markPart(fact: string, effect: Effect): Part {
  return {
    name: 'mark',
    table: 'marks',
    put: { ...keyOf(fact), effect },
    condition: 'attribute_not_exists(pk)',
  };
}

/** The part that takes a mark away in the transaction that adds its effect; refused when somebody did already. */
export function foldedPart(mark: Mark): Part {
  return {
    name: mark.fact,
    table: 'marks',
    delete: { pk: mark.shard, sk: mark.fact },
    condition: 'attribute_exists(pk)',
  };
}

/** Whether a fact that is booked still waits to be added to the totals; strongly read. */
export async function isMarked(db: Database, fact: string): Promise<boolean> {
  return (await getItem(db, 'marks', keyOf(fact), { strong: true })) !== undefined;
}

const markItem = z.object({ pk: z.string(), sk: z.string(), effect });

/** A mark as the table holds it. */
export function parseMark(item: Item): Mark {
  const { pk, sk, effect } = markItem.parse(item);
  return { shard: pk, fact: sk, effect };
}

/** All marks, strongly read. */
export async function readMarks(db: Database): Promise<Mark[]> {
  const found = await Promise.all(
    Array.from({ length: markShards }, (_, shard) =>
      queryItems(db, 'marks', {
        condition: 'pk = :shard',
        values: { ':shard': String(shard) },
        strong: true,
      }),
    ),
  );
  return found.flat().map(parseMark);
}
