import * as z from 'zod';
import type { Money } from '../contracts/basics.ts';
import { type MatterKind, type MatterView, matterKinds, subjectIds } from '../contracts/staff.ts';
import {
  commit,
  type Database,
  DatabaseBusy,
  getItem,
  type Item,
  type Part,
  queryItems,
} from '../platform/database.ts';
import { derivedId, shardOf } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import type { World } from '../platform/world.ts';
import { auditPart } from './audit.ts';

/** Partitions of the matters: they are rare, so few are enough and listing the open ones is cheap. */
const shards = 4;
/** How long a settled matter is kept, in days; the audit log keeps that it was settled. */
const settledDays = 400;

/** What staff must look at, as whoever finds it says. */
export interface NewMatter {
  readonly kind: MatterKind;
  /** The fact that calls for it (`re_… failed`, `dp_… opened`): the same fact raises one matter, whoever reports it. */
  readonly fact: string;
  readonly raisedAt: string;
  readonly about: MatterView['about'];
  /** The money in question. */
  readonly amount?: Money;
  /** A stable word that tells more; nothing personal. */
  readonly detail?: string;
}

const keyOf = (id: string) => ({ pk: `matters#${shardOf(id, shards)}`, sk: id });

const matterItem = z.object({
  sk: z.string(),
  kind: z.enum(matterKinds),
  fact: z.string(),
  raisedAt: z.string(),
  about: subjectIds,
  amount: z.optional(z.object({ amount: z.int(), currency: z.string() })),
  detail: z.optional(z.string()),
  settled: z.optional(z.object({ at: z.string(), by: z.string(), note: z.string() })),
});

function parseMatter(item: Item): MatterView {
  const { sk: id, fact: _, ...content } = matterItem.parse(item);
  return { id, ...content };
}

/**
 * Raises a matter (part `matter`), in the transaction of the fact that calls for it; refused when that fact has
 * raised it already. A fact that writes nothing else commits it alone.
 */
export function raiseMatter(matter: NewMatter): Part {
  return {
    name: 'matter',
    table: 'staff',
    put: { ...keyOf(derivedId('mat', matter.kind, matter.fact)), ...matter },
    condition: 'attribute_not_exists(pk)',
  };
}

/** The matters that nobody has settled, oldest first; strongly read. */
export async function openMatters(db: Database): Promise<MatterView[]> {
  const found = await Promise.all(
    Array.from({ length: shards }, (_, shard) =>
      queryItems(db, 'staff', {
        condition: 'pk = :pk',
        FilterExpression: 'attribute_not_exists(settled)',
        values: { ':pk': `matters#${shard}` },
        strong: true,
      }),
    ),
  );
  return found
    .flat()
    .map(parseMatter)
    .sort((a, b) => (a.raisedAt < b.raisedAt ? -1 : 1));
}

/**
 * Settles a matter, with a note of what was done about it. Repeating it changes nothing.
 * @throws Refusal `matter_unknown`, or `matter_settled` when somebody settled it otherwise.
 */
export async function settleMatter(
  { db, world }: { readonly db: Database; readonly world: World },
  id: string,
  { by, note }: { readonly by: string; readonly note: string },
): Promise<MatterView> {
  const before = await readMatter(db, id);
  if (!before) throw new Refusal('matter_unknown');
  const outcome = before.settled
    ? undefined
    : await commit(db, world, settledParts(before, { at: world.now().toISOString(), by, note }));
  const after = await readMatter(db, id);
  if (!after?.settled) throw new DatabaseBusy(`Matter ${id} could not be settled.`);
  if (outcome?.done !== true && (after.settled.by !== by || after.settled.note !== note))
    throw new Refusal('matter_settled');
  return after;
}

/** Settles a matter (part `matter`), with the act in the audit log; refused when somebody has settled it. */
export function settledParts(
  { id, about }: Pick<MatterView, 'id' | 'about'>,
  settled: NonNullable<MatterView['settled']>,
): Part[] {
  const { at, by, note } = settled;
  return [
    {
      name: 'matter',
      table: 'staff',
      key: keyOf(id),
      update: 'SET settled = :settled, expiresAt = :expiresAt',
      condition: 'attribute_exists(pk) AND attribute_not_exists(settled)',
      values: { ':settled': settled, ':expiresAt': Math.floor(Date.parse(at) / 1000) + settledDays * 86_400 },
    },
    auditPart({ act: 'matter_settled', by, at, about: { ...about, matter: id }, note }),
  ];
}

async function readMatter(db: Database, id: string): Promise<MatterView | undefined> {
  const item = await getItem(db, 'staff', keyOf(id), { strong: true });
  return item && parseMatter(item);
}
