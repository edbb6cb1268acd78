import * as z from 'zod';
import { isCharityAccount, lossesAccount } from '../ledger/accounts.ts';
import { isMarked, readMarks } from '../ledger/marks.ts';
import { readBalances } from '../ledger/totals.ts';
import type { Posting } from '../ledger/transaction.ts';
import { type Database, DatabaseBusy, getItem, type Part } from '../platform/database.ts';

/**
 * What has left a charity account of an event, in minor units: paid out (or, from what was unassigned, assigned),
 * reversed by refunds and disputes, and reserved for payouts that are approved and on their way. Every payout,
 * assignment and reversal writes it, so no two of them can spend the same money: the three together stay within what
 * was credited.
 */
interface Guard {
  readonly out: number;
  readonly reversed: number;
  readonly reserved: number;
}

const count = z.int().default(0);
const guardItem = z.object({ out: count, reversed: count, reserved: count });

const keyOf = (event: string, account: string) => ({ pk: `event#${event}`, sk: `guard#${account}` });
const partName = (account: string) => `guard:${account}`;

async function readGuards(
  db: Database,
  event: string,
  accounts: readonly string[],
): Promise<Map<string, Guard>> {
  const guards = accounts.map(
    async (account): Promise<[string, Guard]> => [
      account,
      guardItem.parse((await getItem(db, 'charity', keyOf(event, account), { strong: true })) ?? {}),
    ],
  );
  return new Map(await Promise.all(guards));
}

/**
 * What each account has that nobody has spent: its balance as projected, less what has left it since and what is
 * reserved. What was credited
 * and is not projected yet counts as not there. The guards must have been read before: what leaves an account later
 * changes its guard, and what left it earlier is in the balance or still marked.
 */
async function readAvailable(
  db: Database,
  event: string,
  guards: ReadonlyMap<string, Guard>,
): Promise<Map<string, number>> {
  const marks = (await readMarks(db)).filter(({ effect }) => effect.event === event);
  const balances = await readBalances(db, event);
  return new Map(
    [...guards].map(([account, { reserved }]) => {
      const leaving = marks.map(({ effect }) => Math.max(0, effect.rows.accounts?.[account] ?? 0));
      const left = leaving.reduce((rest, amount) => rest - amount, -(balances[account] ?? 0) - reserved);
      return [account, Math.max(0, left)];
    }),
  );
}

/** What may be paid out of an account, and the guard on which that holds. */
interface Balance {
  readonly available: number;
  readonly guard: Guard;
}

/** What may be paid out of each charity account of an event. */
export async function readBalance(
  db: Database,
  event: string,
  accounts: readonly string[],
): Promise<Map<string, Balance>> {
  const guards = await readGuards(db, event, accounts);
  const available = await readAvailable(db, event, guards);
  return new Map(
    [...guards].map(([account, guard]) => [account, { guard, available: available.get(account) ?? 0 }]),
  );
}

/**
 * Takes an amount out of an account, for good or until a payout is made (part `guard:<account>`); refused when anything
 * else left the account since its balance was read.
 * @throws RangeError when the account has less.
 */
export function payoutGuardPart(
  event: string,
  account: string,
  { guard, available }: Balance,
  amount: number,
  how: 'out' | 'reserved',
): Part {
  if (amount > available) throw new RangeError(`${account} has ${available}, not ${amount}.`);
  return guardPart(event, account, guard, { [how]: amount });
}

/** Ends a reservation (part `guard:<account>`): the amount has left the account, or is free again. */
export function endReservationPart(
  event: string,
  account: string,
  amount: number,
  how: 'out' | 'free',
): Part {
  return {
    name: partName(account),
    table: 'charity',
    key: keyOf(event, account),
    update: 'ADD #out :out, reserved :minus',
    condition: 'reserved >= :amount',
    names: { '#out': 'out' },
    values: { ':out': how === 'out' ? amount : 0, ':minus': -amount, ':amount': amount },
  };
}

/** What a reversal comes to: the postings to book, and the parts that keep it within what the accounts have. */
export interface GuardedReversal {
  /** As asked for, but what an account no longer has is taken from `fund-losses`. */
  readonly postings: readonly Posting[];
  /** What the fund bears itself. */
  readonly lost: number;
  /** For the transaction that books the postings; when one is refused, decide again. */
  readonly parts: readonly Part[];
}

/**
 * Keeps a reversal (a refund, a dispute) within what its charity accounts still have. While nothing was paid out of an
 * account it has all that its orders gave; after that what goes beyond its balance is the fund's own loss.
 * @param postings of the reversal; the debits of charity accounts are held, all others stay as they are.
 * @param credits the facts that credited what is reversed (`pi_… paid`): they must be in the balance to be taken from
 *   it again.
 * @throws DatabaseBusy when one of them is not there yet, which takes about a second.
 */
export async function reversalGuardParts(
  db: Database,
  {
    event,
    postings,
    credits,
  }: { readonly event: string; readonly postings: readonly Posting[]; readonly credits: readonly string[] },
): Promise<GuardedReversal> {
  const { each, parts } = await reversalsGuardParts(db, { event, reversals: [postings], credits });
  const [one = { postings, lost: 0 }] = each;
  return { ...one, parts };
}

/**
 * Keeps several reversals of one transaction within what the accounts still have, as `reversalGuardParts` does for one:
 * each account is guarded once, for all of them.
 * @returns the postings of each and what the fund bears of it, in their order; and the parts for all.
 */
export async function reversalsGuardParts(
  db: Database,
  {
    event,
    reversals,
    credits,
  }: {
    readonly event: string;
    readonly reversals: readonly (readonly Posting[])[];
    readonly credits: readonly string[];
  },
): Promise<{ readonly each: readonly Omit<GuardedReversal, 'parts'>[]; readonly parts: readonly Part[] }> {
  const accounts = new Set(
    reversals
      .flat()
      .filter(isGuarded)
      .map(({ account }) => account),
  );
  const guards = await readGuards(db, event, [...accounts]);
  const paidFrom = new Map([...guards].filter(([, guard]) => isSpent(guard)));
  let available: ReadonlyMap<string, number> = new Map();
  if (paidFrom.size > 0) {
    const waiting = await Promise.all(credits.map((fact) => isMarked(db, fact)));
    if (waiting.includes(true)) throw new DatabaseBusy('What is reversed is not in the balances yet.');
    available = await readAvailable(db, event, paidFrom);
  }
  const takenInAll = new Map<string, number>();
  const each = reversals.map((postings) => {
    const left = new Map([...available].map(([id, has]) => [id, has - (takenInAll.get(id) ?? 0)]));
    const { postings: held, taken, lost } = withinBalances(postings, left);
    for (const [id, amount] of taken) takenInAll.set(id, (takenInAll.get(id) ?? 0) + amount);
    return { postings: held, lost };
  });
  return {
    each,
    parts: [...takenInAll].flatMap(([account, amount]) => {
      const guard = guards.get(account);
      return guard && amount > 0 ? [guardPart(event, account, guard, { reversed: amount })] : [];
    }),
  };
}

/**
 * Gives back what a reversal took, when its money came back (parts `guard:<account>`): the credits among the postings
 * to charity accounts.
 */
export function restoreGuardParts(event: string, postings: readonly Posting[]): Part[] {
  const restored = sumByAccount(
    postings.map((posting) => ({ ...posting, amount: -posting.amount })).filter(isGuarded),
  );
  return [...restored].map(([account, amount]) => ({
    name: partName(account),
    table: 'charity',
    key: keyOf(event, account),
    update: 'ADD reversed :minus',
    condition: 'reversed >= :amount',
    values: { ':minus': -amount, ':amount': amount },
  }));
}

/**
 * Debits of charity accounts within what each has left; the rest of a debit, from the last posting on, becomes one of
 * `fund-losses`. The sum of the postings stays the same.
 * @param available by account; an account that is not named has enough.
 */
export function withinBalances(
  postings: readonly Posting[],
  available: ReadonlyMap<string, number>,
): { postings: Posting[]; taken: Map<string, number>; lost: number } {
  const left = new Map(available);
  const taken = new Map<string, number>();
  const held: Posting[] = [];
  let lost = 0;
  for (const posting of postings) {
    const { account, amount, distance } = posting;
    if (!isGuarded(posting)) {
      held.push(posting);
      continue;
    }
    const has = left.get(account) ?? amount;
    const given = Math.min(amount, has);
    if (left.has(account)) left.set(account, has - given);
    taken.set(account, (taken.get(account) ?? 0) + given);
    if (given > 0) held.push({ ...posting, amount: given });
    if (given < amount) {
      held.push({
        account: lossesAccount,
        amount: amount - given,
        ...(distance !== undefined && { distance }),
      });
      lost += amount - given;
    }
  }
  return { postings: held, taken, lost };
}

function isGuarded({ account, amount }: Posting): boolean {
  return amount > 0 && isCharityAccount(account);
}

function sumByAccount(postings: readonly Posting[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { account, amount } of postings) sums.set(account, (sums.get(account) ?? 0) + amount);
  return sums;
}

/** Whether more than its orders' own reversals takes from the account. */
function isSpent({ out, reserved }: Guard): boolean {
  return out > 0 || reserved > 0;
}

function guardPart(event: string, account: string, guard: Guard, change: Partial<Guard>): Part {
  const { out = 0, reversed = 0, reserved = 0 } = change;
  // While nothing was paid out, reversals need not wait for one another: each takes only what its order gave.
  const isFree = !isSpent(guard) && !isSpent({ out, reversed, reserved });
  const same = `#out = :outBefore AND reserved = :reservedBefore${isFree ? '' : ' AND reversed = :reversedBefore'}`;
  const isNew = isFree || (!isSpent(guard) && guard.reversed === 0);
  return {
    name: partName(account),
    table: 'charity',
    key: keyOf(event, account),
    update: 'ADD #out :out, reversed :reversed, reserved :reserved',
    condition: isNew ? `attribute_not_exists(pk) OR (${same})` : same,
    names: { '#out': 'out' },
    values: {
      ':out': out,
      ':reversed': reversed,
      ':reserved': reserved,
      ':outBefore': guard.out,
      ':reservedBefore': guard.reserved,
      ...(!isFree && { ':reversedBefore': guard.reversed }),
    },
  };
}
