import { type Database, scanItems } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import { controlKey, giveBackLease, type Lease, readControl, takeLease } from './control.ts';
import { addRows, effectOf, type Figures } from './effect.ts';
import { readMarks } from './marks.ts';
import { parseRow } from './totals.ts';
import { parseTransaction } from './transaction.ts';

/** What a proof found. The totals are right when `difference` is 0 and nothing is unbalanced. */
export interface Proof {
  readonly at: string;
  /** Ledger transactions read. */
  readonly transactions: number;
  /** Of these, the ones that wait to be added. */
  readonly waiting: number;
  /** The sum of all absolute differences between ledger and totals, in minor units and counts. */
  readonly difference: number;
  /** Every figure that differs: what the ledger says and what the totals say. */
  readonly differing: readonly {
    event: string;
    row: string;
    figure: string;
    ledger: number;
    totals: number;
  }[];
  /** Facts whose postings do not sum to zero. */
  readonly unbalanced: readonly string[];
}

/** Another proof or rebuild is under way, or this one outlasted its lease; try again. */
export class ProofImpossible extends Error {
  override readonly name = 'ProofImpossible';
}

/**
 * The ledger less what waits to be added, as rows. Folding must stand still (a lease held) and the ledger is read
 * before the marks: then a transaction that was seen is in the totals exactly when it has no mark, and one that is
 * booked meanwhile is left out of both. What a mark would add must be what its transaction says, so it is proven too.
 */
export async function readLedger(
  db: Database,
): Promise<{ sums: Map<string, Figures>; transactions: number; waiting: number; unbalanced: string[] }> {
  const sums = new Map<string, Figures>();
  const seen = new Set<string>();
  const unbalanced: string[] = [];
  for await (const item of scanItems(db, 'ledger')) {
    const transaction = parseTransaction(item);
    if (transaction.postings.reduce((sum, { amount }) => sum + amount, 0) !== 0)
      unbalanced.push(transaction.fact);
    addRows(sums, effectOf(transaction));
    seen.add(transaction.fact);
  }
  const waiting = (await readMarks(db)).filter(({ fact }) => seen.has(fact));
  for (const { effect } of waiting) addRows(sums, effect, -1);
  return { sums, transactions: seen.size, waiting: waiting.length, unbalanced };
}

/**
 * Proves the totals: recomputes them from the ledger and compares every figure, while booking goes on. The result
 * is recorded beside the totals, so that the report shows when they were last proven.
 * @throws ProofImpossible when another proof or rebuild holds the lease, or this one outlasted its own.
 */
export async function verify(db: Database, world: World): Promise<Proof> {
  const lease = await takeLease(db, world);
  if (!lease) throw new ProofImpossible('Another proof or rebuild is under way.');
  let proof: Proof;
  try {
    proof = await compare(db, world);
  } catch (error) {
    await giveBackLease(db, world, lease);
    throw error;
  }
  return recorded(db, world, lease, proof);
}

async function recorded(db: Database, world: World, lease: Lease, proof: Proof): Promise<Proof> {
  const { at, transactions, difference, unbalanced } = proof;
  const kept = await giveBackLease(db, world, lease, {
    proven: { at, transactions, difference: difference + unbalanced.length },
  });
  if (!kept)
    throw new ProofImpossible('The proof took longer than its lease, so what it read may not fit together.');
  return proof;
}

async function compare(db: Database, world: World): Promise<Proof> {
  const { generation, transactions: counted } = await readControl(db);
  const { sums, transactions, waiting, unbalanced } = await readLedger(db);
  const stored = new Map<string, Figures>();
  for await (const item of scanItems(db, 'totals')) {
    if (item.pk === controlKey.pk) continue;
    const row = parseRow(item);
    if (row.generation === generation) stored.set(`${row.event}|${row.row}`, row.figures);
  }
  const differing: { event: string; row: string; figure: string; ledger: number; totals: number }[] = [];
  const note = (event: string, row: string, figure: string, ledger: number, totals: number): void => {
    if (ledger !== totals) differing.push({ event, row, figure, ledger, totals });
  };
  for (const name of new Set([...sums.keys(), ...stored.keys()])) {
    const [event = '', row = ''] = name.split('|');
    const right = sums.get(name) ?? {};
    const held = stored.get(name) ?? {};
    for (const figure of new Set([...Object.keys(right), ...Object.keys(held)]))
      note(event, row, figure, right[figure] ?? 0, held[figure] ?? 0);
  }
  note('', 'control', 'transactions', transactions - waiting, counted);
  return {
    at: world.now().toISOString(),
    transactions,
    waiting,
    difference: differing.reduce((sum, { ledger, totals }) => sum + Math.abs(ledger - totals), 0),
    differing,
    unbalanced,
  };
}
