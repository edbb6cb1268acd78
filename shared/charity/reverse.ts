import { splitExactly } from './allocate.ts';

/** What something credited to an account, in minor units, and what of that was taken back since. */
export interface Credit {
  readonly account: string;
  readonly amount: number;
}

/** What was taken back, by account: minor units of more than 0. */
export type Reversed = Readonly<Record<string, number>>;

/** Something that credited accounts, such as a line of an order. No account stands in it twice. */
export interface Reversible {
  readonly credits: readonly Credit[];
  readonly reversed?: Reversed | undefined;
}

/** What of the credits was not taken back yet, in minor units. */
export function remainingOf({ credits, reversed = {} }: Reversible): Credit[] {
  return credits.map(({ account, amount }) => ({ account, amount: amount - (reversed[account] ?? 0) }));
}

/** The sum of what was not taken back yet. */
export function sumRemaining(items: readonly Reversible[]): number {
  return items.flatMap(remainingOf).reduce((sum, { amount }) => sum + amount, 0);
}

/**
 * Takes an amount back from what remains of each credit, in the ratio of what remains: exact to the unit, never more than
 * remains of one, and nothing remains when the amount is all of it. Ties go to the item that stands first, in it to the
 * account whose name sorts first. (Splitting each refund by the original amounts leaves a residue; splitting the sum of
 * all refunds anew can move a share backwards.)
 * @param amount minor units, from 0 to what remains.
 * @returns for each item what this takes from it.
 * @throws RangeError when the amount is more than what remains.
 */
export function reverse(amount: number, items: readonly Reversible[]): Reversed[] {
  const remaining = items.flatMap((item, index) =>
    remainingOf(item)
      .sort((a, b) => (a.account < b.account ? -1 : 1))
      .map((credit) => ({ index, ...credit })),
  );
  const all = remaining.reduce((sum, credit) => sum + credit.amount, 0);
  if (amount < 0 || amount > all) throw new RangeError(`${amount} cannot be taken back of ${all}.`);
  const taken: Record<string, number>[] = items.map(() => ({}));
  if (amount === 0) return taken;
  const shares = splitExactly(
    amount,
    remaining.map((credit) => credit.amount),
  );
  for (const [at, { index, account }] of remaining.entries()) {
    const share = shares[at] ?? 0;
    const from = taken[index];
    if (from && share > 0) from[account] = share;
  }
  return taken;
}

/** What was taken back after more was. */
export function addReversed(before: Reversed | undefined, more: Reversed): Reversed {
  const sum: Record<string, number> = { ...before };
  for (const [account, amount] of Object.entries(more)) sum[account] = (sum[account] ?? 0) + amount;
  return sum;
}

/** What stays taken back after some of it was restored; accounts with nothing left are left out. */
export function lessReversed(before: Reversed | undefined, restored: Reversed): Reversed {
  const rest = Object.entries(before ?? {}).map(
    ([account, amount]) => [account, amount - (restored[account] ?? 0)] as const,
  );
  return Object.fromEntries(rest.filter(([, amount]) => amount > 0));
}

/** The sum over all accounts. */
export function sumReversed(reversed: Reversed | undefined): number {
  return Object.values(reversed ?? {}).reduce((sum, amount) => sum + amount, 0);
}
