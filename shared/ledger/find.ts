import { type Database, getItems } from '../platform/database.ts';
import { ledgerKey } from './book.ts';
import { type LedgerTransaction, parseTransaction } from './transaction.ts';

const day = 86_400_000;
/** How far back a fact is looked for: longer than any registration is open. */
const mostDays = 400;
/** Keys in one request. */
const batch = 100;

/**
 * The transaction of a fact whose day is not known: the ledger is asked for each day, the latest first. That is at most
 * four requests, and spares every sale an item that is hardly ever read. May be a moment old.
 */
export async function findFact(
  db: Database,
  fact: string,
  now: Date,
): Promise<LedgerTransaction | undefined> {
  const dayOf = (ago: number) => new Date(now.getTime() - ago * day).toISOString().slice(0, 10);
  for (let ago = 0; ago < mostDays; ago += batch) {
    const keys = Array.from({ length: batch }, (_, index) => ledgerKey(dayOf(ago + index), fact));
    const [found] = await getItems(db, 'ledger', keys);
    if (found) return parseTransaction(found);
  }
  return undefined;
}
