import * as z from 'zod';
import type { LedgerTransaction } from './transaction.ts';

/** Figures by name: minor units credited, or counts. Names are those of `figureOf…` below. */
const figures = z.record(z.string(), z.int());
export type Figures = z.infer<typeof figures>;

/** What one ledger transaction adds to the totals of its event. */
export const effect = z.strictObject({
  event: z.string(),
  /** Row name (`distance#10k`, `day#2027-03-01`, `accounts`) to figures. */
  rows: z.record(z.string(), figures),
});
export type Effect = z.infer<typeof effect>;

/** The row for what belongs to no distance: gifts. */
export const noDistance = '-';

export const rowNames = {
  distance: (distance: string) => `distance#${distance}`,
  day: (day: string) => `day#${day}`,
  accounts: 'accounts',
} as const;

const projectPrefix = 'project:';

/**
 * The effect of a transaction on the totals, which the projector adds and the proof recomputes: for its distances
 * and its day, what was credited per project and source (`project:<id>:<source>`), to entry fees (`entryFees`), what
 * was received for them (`received`, fees and gifts, less refunds of them) and entries confirmed (`entries`); and
 * the balance of each account.
 */
export function effectOf(transaction: LedgerTransaction): Effect {
  const rows: Record<string, Figures> = {};
  const add = (row: string, figure: string, amount: number): void => {
    rows[row] ??= {};
    const at = rows[row];
    at[figure] = (at[figure] ?? 0) + amount;
  };
  const addOnce = (distance: string, figure: string, amount: number): void => {
    add(rowNames.distance(distance), figure, amount);
    add(rowNames.day(transaction.day), figure, amount);
  };
  for (const { account, amount, distance = noDistance, source = 'feeShare' } of transaction.postings) {
    add(rowNames.accounts, account, amount);
    if (account.startsWith(projectPrefix)) {
      addOnce(distance, `${account}:${source}`, -amount);
      addOnce(distance, 'received', -amount);
    } else if (account === 'entry-fees') {
      addOnce(distance, 'entryFees', -amount);
      addOnce(distance, 'received', -amount);
    }
  }
  for (const [distance, count] of Object.entries(transaction.entries)) addOnce(distance, 'entries', count);
  return { event: transaction.event, rows };
}

/** Adds one set of rows to another, in place; `sign` -1 takes away. Figures that become zero stay as zero. */
export function addRows(into: Map<string, Figures>, from: Effect, sign: 1 | -1 = 1): void {
  for (const [row, figures] of Object.entries(from.rows)) {
    const name = `${from.event}|${row}`;
    const sum = into.get(name) ?? {};
    for (const [figure, amount] of Object.entries(figures)) sum[figure] = (sum[figure] ?? 0) + sign * amount;
    into.set(name, sum);
  }
}
