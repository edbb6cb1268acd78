import type { ReconciledView } from '../../contracts/reports.ts';
import { bookParts } from '../../ledger/book.ts';
import { type Expectation, keepReconciliation, readReconciliation } from '../../ledger/reconciled.ts';
import { type LedgerTransaction, parseTransaction } from '../../ledger/transaction.ts';
import { commit, type Database, type Part, scanItems } from '../../platform/database.ts';
import { raiseMatter } from '../../staff/matters.ts';
import { applyFact } from '../apply-fact.ts';
import { applyUndelivered } from '../apply-undelivered.ts';
import type { AccountMovement, ProviderBooks } from '../books.ts';
import { GatewayUnavailable } from '../gateway.ts';
import type { Till } from '../till.ts';
import { accountBooking, dayFees, expectationOf, feesBooking, feesFact } from './bookings.ts';
import { type Booked, carriedOver, compare, type Found } from './compare.ts';

const day = 86_400_000;
/** How far back movements are walked again at every run: what shows late at the provider is not missed. */
const overlap = 3 * day;
/** How far back the first run begins where the ledger is no older. */
const firstLook = 30 * day;
/** How long after a UTC day's end its fees are booked: by then the provider shows them all. */
const settling = 2 * 3_600_000;
/** A run with more left open than this does not move on: the item that carries them over must stay small. */
const mostOpen = 1_000;
const mostShown = 50;

/** What a run did, beside what it found. */
export interface Reconciled {
  readonly result: ReconciledView;
  readonly movements: number;
  /** Facts applied that no webhook had brought, and transactions booked from the account's books. */
  readonly repaired: number;
  readonly booked: number;
}

const dayOf = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

/**
 * Compares the ledger with the provider's account and mends what can be mended: facts that no webhook brought are
 * applied by the webhook's own path; fees, payouts to the bank and what nobody knows are booked; what differs all the
 * same is raised for staff. It may be run at any time, twice, or by two at once: every write is a fact that is booked
 * once, and what it remembers is replaced at the end only by the run that began with it.
 * @throws GatewayUnavailable when the provider does not answer; what was booked until then stays.
 */
export async function reconcile(till: Till, books: ProviderBooks): Promise<Reconciled> {
  const now = till.world.now().getTime();
  await applyUndelivered(till);
  let ledger = await readStripe(till.db);
  const before = await readReconciliation(till.db);
  const from = before?.from ?? firstDay(ledger, now);
  // Up to a moment that is over: what moves while this runs belongs to the next run.
  const movements = await Array.fromAsync(books.movements(new Date(from), new Date(now + 1000)));

  const repaired = await applyMissing(till, books, movements, ledger);
  const bookings = [...missingBookings(movements, ledger), ...dueFees(movements, ledger, now)];
  for (const booking of bookings)
    await commit(till.db, till.world, [...bookParts(booking), ...unclear(booking, now)]);
  if (repaired + bookings.length > 0) ledger = await readStripe(till.db);

  const balances = new Map(Object.entries(before?.before ?? {}));
  for (const { currency, net } of movements) balances.set(currency, (balances.get(currency) ?? 0) + net);
  const expected = [
    ...(before?.open ?? []),
    ...movements.map(expectationOf),
    ...feesExpected(movements, now),
  ];
  const checkedDays = { from, until: dayOf(now - day) };
  const found = compare({ ledger, expected, balances, checkedDays });
  await raiseMatters(till, found, before?.result);

  const result: ReconciledView = {
    at: new Date(now).toISOString(),
    difference: found.difference,
    balances: found.balances,
    differences: found.differences.slice(0, mostShown).map(({ difference }) => difference),
  };
  const next = nextBegin(from, now, found.open);
  await keepReconciliation(till.db, till.world, {
    version: (before?.version ?? 0) + 1,
    from: next,
    before: sumBefore(before?.before ?? {}, movements, next),
    open: carriedOver(found.open, next, ledger),
    result,
  });
  return { result, movements: movements.length, repaired, booked: bookings.length };
}

/** The transactions that post to `stripe`, by fact; strongly read, all of the ledger. */
async function readStripe(db: Database): Promise<Map<string, Booked>> {
  const found = new Map<string, Booked>();
  for await (const item of scanItems(db, 'ledger')) {
    const { fact, postings, currency, keyDay, occurredAt } = parseTransaction(item);
    const own = postings.filter(({ account }) => account === 'stripe');
    if (own.length === 0) continue;
    const amount = own.reduce((sum, posting) => sum + posting.amount, 0);
    found.set(fact, { fact, amount, currency, keyDay, occurredAt });
  }
  return found;
}

function firstDay(ledger: ReadonlyMap<string, Booked>, now: number): string {
  const [first = ''] = [dayOf(now - firstLook), ...[...ledger.values()].map(({ keyDay }) => keyDay)].sort();
  return first;
}

/** Where the next run begins: a day on from this one's at most when nothing forbids it. */
function nextBegin(from: string, now: number, open: readonly Expectation[]): string {
  const next = dayOf(now - overlap);
  return next > from && open.length <= mostOpen ? next : from;
}

function sumBefore(
  before: Readonly<Record<string, number>>,
  movements: readonly AccountMovement[],
  next: string,
): Record<string, number> {
  const sums = { ...before };
  for (const { createdAt, currency, net } of movements)
    if (createdAt < next) sums[currency] = (sums[currency] ?? 0) + net;
  return sums;
}

/** Applies what the account shows and the ledger does not know, as the webhook would have. */
async function applyMissing(
  till: Till,
  books: ProviderBooks,
  movements: readonly AccountMovement[],
  ledger: ReadonlyMap<string, Booked>,
): Promise<number> {
  let applied = 0;
  for (const movement of movements) {
    const { fact, mayWait } = expectationOf(movement);
    if (ledger.has(fact) || mayWait || accountBooking(movement)) continue;
    try {
      const told = await books.tell(movement);
      if (!told) continue;
      await applyFact(till, told);
      applied += 1;
    } catch (error) {
      if (error instanceof GatewayUnavailable) throw error;
      const why = error instanceof Error ? error.name : 'unknown';
      till.log('what the account shows could not be applied yet', { fact, why });
    }
  }
  return applied;
}

function missingBookings(
  movements: readonly AccountMovement[],
  ledger: ReadonlyMap<string, Booked>,
): LedgerTransaction[] {
  return movements.flatMap((movement) => {
    const booking = accountBooking(movement);
    return booking && !ledger.has(booking.fact) ? [booking] : [];
  });
}

/** Money that nobody knows waits in suspense until staff have said what it is for. */
function unclear({ fact, postings, currency }: LedgerTransaction, now: number): Part[] {
  const money = postings.find(({ account }) => account === 'suspense');
  if (!money) return [];
  const raisedAt = new Date(now).toISOString();
  const amount = { amount: -money.amount, currency };
  return [
    raiseMatter({ kind: 'reconciliation_difference', fact, raisedAt, about: {}, amount, detail: 'unknown' }),
  ];
}

/** A UTC day's fees are known once it is over for a while. */
const isOver = (ofDay: string, now: number): boolean => now >= Date.parse(ofDay) + day + settling;

function dueFees(
  movements: readonly AccountMovement[],
  ledger: ReadonlyMap<string, Booked>,
  now: number,
): LedgerTransaction[] {
  return dayFees(movements)
    .filter((fees) => isOver(fees.day, now) && !ledger.has(feesFact(fees.event, fees.day)))
    .map((fees) => feesBooking(fees, fees.amount));
}

function feesExpected(movements: readonly AccountMovement[], now: number): Expectation[] {
  return dayFees(movements).map(({ event, day: ofDay, currency, amount }) => ({
    fact: feesFact(event, ofDay),
    amount: -amount,
    currency,
    at: `${ofDay}T23:59:59.000Z`,
    ...(!isOver(ofDay, now) && { mayWait: true as const }),
    about: { event },
  }));
}

/**
 * One matter for each difference that the run before had found too (what is on its way is there by then), however
 * often it is found again; and one a day for what no single one explains.
 */
async function raiseMatters(
  till: Till,
  { differences, balances }: Found,
  before: ReconciledView | undefined,
): Promise<void> {
  const raisedAt = till.world.now().toISOString();
  const kind = 'reconciliation_difference';
  const known = new Set(before?.differences.map(({ fact }) => fact));
  for (const { difference, about } of differences) {
    const { kind: detail, fact, currency, provider, ledger } = difference;
    if (!known.has(fact)) continue;
    const amount = { amount: ledger - provider, currency };
    await commit(till.db, till.world, [raiseMatter({ kind, fact, raisedAt, about, amount, detail })]);
  }
  const unexplainedBefore = new Map(before?.balances.map((found) => [found.currency, found.unexplained]));
  for (const { currency, unexplained } of balances)
    if (unexplained !== 0 && (unexplainedBefore.get(currency) ?? 0) !== 0) {
      const fact = `unexplained ${currency} ${raisedAt.slice(0, 10)}`;
      const amount = { amount: unexplained, currency };
      await commit(till.db, till.world, [
        raiseMatter({ kind, fact, raisedAt, about: {}, amount, detail: 'unexplained' }),
      ]);
    }
}
