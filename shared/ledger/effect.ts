import * as z from 'zod';
import { isCharityAccount } from './accounts.ts';
import type { LedgerTransaction, Posting, Source } from './transaction.ts';

/** Figures by name: minor units, or counts; `effectOf` says which there are. */
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

/** What buyers gave, and what was given back of it; the other sources move money within the fund. */
const fromBuyers: ReadonlySet<Source | undefined> = new Set<Source>([
  'feeShare',
  'donation',
  'refund',
  'feeCover',
]);

/**
 * The effect of a transaction on the totals, which the projector adds and the proof recomputes. For its distances and
 * its day:
 *
 * - `project:<id>:<source>` and `charity:unassigned:<source>`: what was credited, by where it came from; refunds and
 *   payouts are negative;
 * - `entryFees`, `feeCover`: what was credited to entry fees, and to processing fees by buyers;
 * - `fundLosses`: what the fund bore of refunds and disputes;
 * - `received`: what buyers paid less what was given back: the sum of those above, less the losses, without
 *   assignments and payouts;
 * - `entries`: entries confirmed.
 *
 * And in `accounts` the balance of each account.
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
  for (const posting of transaction.postings) {
    const { account, amount, distance = noDistance } = posting;
    add(rowNames.accounts, account, amount);
    const figure = figureOf(posting);
    if (figure === undefined) continue;
    addOnce(distance, figure.name, figure.credited);
    if (figure.isReceived) addOnce(distance, 'received', -amount);
  }
  for (const [distance, count] of Object.entries(transaction.entries)) addOnce(distance, 'entries', count);
  return { event: transaction.event, rows };
}

/** The figure that a posting adds to, besides the balance of its account; undefined where there is none. */
function figureOf({
  account,
  amount,
  source,
}: Posting): { name: string; credited: number; isReceived: boolean } | undefined {
  if (isCharityAccount(account)) {
    const from = source ?? 'feeShare';
    return { name: `${account}:${from}`, credited: -amount, isReceived: fromBuyers.has(from) };
  }
  if (account === 'entry-fees') return { name: 'entryFees', credited: -amount, isReceived: true };
  if (account === 'fund-losses') return { name: 'fundLosses', credited: amount, isReceived: true };
  if (account === 'processing-fees' && source === 'feeCover')
    return { name: 'feeCover', credited: -amount, isReceived: true };
  return undefined;
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
