import * as z from 'zod';
import { type Database, getItem, type Item, writeItem } from '../platform/database.ts';
import { newId } from '../platform/ids.ts';
import type { World } from '../platform/world.ts';

/** The key of the one item that says which totals are valid and who may change them. */
export const controlKey = { pk: 'control', sk: 'control' } as const;

const controlItem = z.object({
  /** Which set of totals is the valid one; a rebuild writes the next and switches. */
  generation: z._default(z.int(), 1),
  /** Ledger transactions in the totals. */
  transactions: z._default(z.int(), 0),
  projectedAt: z.optional(z.string()),
  /** While a proof or a rebuild runs, who it is and until when nothing may be folded. */
  lease: z.optional(z.string()),
  leaseUntil: z.optional(z.string()),
  proven: z.optional(z.object({ at: z.string(), transactions: z.int(), difference: z.int() })),
});
export type Control = z.infer<typeof controlItem>;

/** The control item, strongly read; before the first fold, its first values. */
export async function readControl(db: Database): Promise<Control> {
  return controlItem.parse((await getItem(db, 'totals', controlKey, { strong: true })) ?? {});
}

/** The control item refuses while somebody else holds the lease. */
export const noLease = '(attribute_not_exists(lease) OR leaseUntil < :now)';
export const sameGeneration = '(attribute_not_exists(generation) OR generation = :generation)';

/** How long a proof or a rebuild may keep folding waiting; a run that outlasts it is void and starts again. */
const leaseSeconds = 240;

/** A right to keep the totals still, until `leaseUntil`. */
export interface Lease {
  readonly id: string;
  /** Leases are counted from 1; a later one has a higher number. */
  readonly number: number;
}

/** Takes the lease, or says who has it: undefined when another proof or rebuild is under way. */
export async function takeLease(db: Database, world: World): Promise<Lease | undefined> {
  const id = newId('lease', world);
  const now = world.now();
  const until = new Date(now.getTime() + leaseSeconds * 1000).toISOString();
  const taken = await updateControl(db, world, {
    update: 'SET lease = :id, leaseUntil = :until ADD leases :one',
    condition: noLease,
    values: { ':id': id, ':until': until, ':now': now.toISOString(), ':one': 1 },
  });
  return taken && { id, number: z.int().parse(taken.leases) };
}

/**
 * Gives the lease back together with what was found or written under it.
 * @returns false when the lease had run out meanwhile: then nothing is recorded and the run is void.
 */
export async function giveBackLease(
  db: Database,
  world: World,
  lease: Lease,
  found: {
    proven?: NonNullable<Control['proven']>;
    switchTo?: { generation: number; transactions: number };
  } = {},
): Promise<boolean> {
  const sets = [
    ...(found.proven ? ['proven = :proven'] : []),
    ...(found.switchTo ? ['generation = :generation', 'transactions = :transactions'] : []),
  ];
  const given = await updateControl(db, world, {
    update: `${sets.length > 0 ? `SET ${sets.join(', ')} ` : ''}REMOVE lease, leaseUntil`,
    condition: 'lease = :id',
    values: {
      ':id': lease.id,
      ...(found.proven && { ':proven': found.proven }),
      ...(found.switchTo && {
        ':generation': found.switchTo.generation,
        ':transactions': found.switchTo.transactions,
      }),
    },
  });
  return given !== undefined;
}

async function updateControl(
  db: Database,
  world: World,
  change: { update: string; condition: string; values: Item },
): Promise<Item | undefined> {
  const write = { table: 'totals', key: controlKey, ...change } as const;
  const { done, item } = await writeItem(db, world, write, { returnItem: true });
  return done ? item : undefined;
}
