import * as z from 'zod';
import { reconciledView } from '../contracts/reports.ts';
import { type Database, getItem, writeItem } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import { controlKey } from './control.ts';

/** What the ledger must say of `stripe` for something that moved the account there. */
const expectation = z.strictObject({
  /** The ledger's fact, as `pi_… paid`. */
  fact: z.string(),
  /** Minor units to be posted to `stripe`; 0 for a fact of the ledger of which the account shows nothing. */
  amount: z.int(),
  currency: z.string(),
  at: z.string(),
  /** It may rightly be missing for a while: a refund under way, the fees of a day that is not over. */
  mayWait: z.optional(z.literal(true)),
  /** Whatever staff need to find it. */
  about: z.record(z.string(), z.string()),
});
export type Expectation = z.infer<typeof expectation>;

const reconciliationItem = z.object({
  /** Counts the runs: each replaces the one it began with. */
  version: z.int(),
  /** The UTC day from whose beginning on the account's movements are walked again at the next run. */
  from: z.iso.date(),
  /** What all earlier movements sum to, by currency. */
  before: z.record(z.string(), z.int()),
  /** What of the earlier ones is not in the ledger as it must be. */
  open: z.array(expectation),
  result: reconciledView,
});
export type Reconciliation = z.infer<typeof reconciliationItem>;

/** Beside the control item, so that proof and rebuild leave it alone. */
const key = { ...controlKey, sk: 'reconciliation' } as const;

/** What the last reconciliation with the payment provider left; undefined before the first. */
export async function readReconciliation(db: Database): Promise<Reconciliation | undefined> {
  const item = await getItem(db, 'totals', key, { strong: true });
  return item && reconciliationItem.parse(item);
}

/**
 * Keeps what a run found, in place of what it began with.
 * @returns false when another run was faster: then this one's findings are as good as void.
 */
export async function keepReconciliation(
  db: Database,
  world: World,
  found: Reconciliation,
): Promise<boolean> {
  const { done } = await writeItem(db, world, {
    table: 'totals',
    put: { ...key, ...found },
    condition: 'attribute_not_exists(pk) OR version = :before',
    values: { ':before': found.version - 1 },
  });
  return done;
}
