import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bookParts, LedgerUnbalanced } from '../../../shared/ledger/book.ts';
import { fold } from '../../../shared/ledger/fold.ts';
import type { Database } from '../../../shared/platform/database.ts';
import { book, booking, fee, gift } from '../../support/booking.ts';
import { contents } from '../../support/database.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';

let shop: TestShop;
let db: Database;
beforeEach(async () => {
  shop = await openTestShop();
  ({ db } = shop);
});
afterEach(() => shop.stop());

describe('booking', () => {
  it('refuses postings that do not sum to zero, and writes nothing', async () => {
    const postings = [
      { account: 'stripe', amount: fee },
      { account: 'entry-fees', amount: -fee + 1 },
    ];
    expect(() => bookParts(booking(1, { postings }))).toThrow(LedgerUnbalanced);
    expect(await contents(db, 'ledger')).toEqual([]);
    expect(await contents(db, 'marks')).toEqual([]);
  });

  it.each([0.5, 2 ** 53, Number.NaN])('refuses the amount %d', (amount) => {
    const postings = [
      { account: 'stripe', amount },
      { account: 'entry-fees', amount: -amount },
    ];
    expect(() => bookParts(booking(1, { postings }))).toThrow();
  });

  it('refuses an account that is none', () => {
    const postings = [
      { account: 'stripe', amount: fee },
      { account: 'pocket', amount: -fee },
    ];
    expect(() => bookParts(booking(1, { postings }))).toThrow();
  });

  it('takes a fact once, whatever the second message says of it', async () => {
    await book(shop, booking(1));
    const [again] = await book(shop, { ...gift(1, 700), order: 'ord_other' });
    expect(again).toMatchObject({ done: false });
    expect(again).toHaveProperty('refused', new Set(['ledger', 'mark']));
    await fold(db, shop.world);
    const [afterFold] = await book(shop, booking(1));
    expect(afterFold).toHaveProperty('refused', new Set(['ledger']));
    expect(await contents(db, 'ledger')).toHaveLength(1);
  });
});
