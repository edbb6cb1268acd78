import { bookParts } from '../../shared/ledger/book.ts';
import type { LedgerTransaction } from '../../shared/ledger/transaction.ts';
import { commit, type Outcome } from '../../shared/platform/database.ts';
import { report } from '../../shared/reports/report.ts';
import type { TestShop } from './shop.ts';

/** What an entry of `booking` costs, and what of that goes to the project; in tiyn. */
export const fee = 2_000_000;
export const share = 500_000;

/** The booking of entry number `n`: by default one of a few distances and days, a quarter of the fee to a project. */
export function booking(n: number, changes: Partial<LedgerTransaction> = {}): LedgerTransaction {
  const distance = ['10k', 'children', 'relay'][n % 3] ?? '10k';
  const day = `2026-11-${String(10 + (n % 7)).padStart(2, '0')}`;
  return {
    fact: `pi_${n} paid`,
    keyDay: day,
    event: 'test-race',
    order: `ord_${n}`,
    currency: 'KZT',
    occurredAt: `${day}T06:00:00.000Z`,
    day,
    postings: [
      { account: 'stripe', amount: fee },
      { account: 'project:school', amount: -share, source: 'feeShare', distance },
      { account: 'entry-fees', amount: -(fee - share), distance },
    ],
    entries: { [distance]: 1 },
    ...changes,
  };
}

/** The booking of a gift of `amount`. */
export const gift = (n: number, amount: number): LedgerTransaction =>
  booking(n, {
    postings: [
      { account: 'stripe', amount },
      { account: 'project:hospice', amount: -amount, source: 'donation' },
    ],
    entries: {},
  });

/** Books each of them, all at once. */
export function book(
  { db, world }: Pick<TestShop, 'db' | 'world'>,
  ...bookings: LedgerTransaction[]
): Promise<Outcome[]> {
  return Promise.all(bookings.map((one) => commit(db, world, bookParts(one))));
}

/** Books the entries `from`, `from + 1`, …. */
export function bookMany(
  shop: Pick<TestShop, 'db' | 'world'>,
  from: number,
  count: number,
): Promise<Outcome[]> {
  return book(shop, ...Array.from({ length: count }, (_, index) => booking(from + index)));
}

/** What the report says was received, in tiyn. */
export async function received(shop: TestShop): Promise<number | undefined> {
  return (await report(shop.till, 'test-race'))?.totals.received.amount;
}
