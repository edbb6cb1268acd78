import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readControl, takeLease } from '../../../shared/ledger/control.ts';
import { fold } from '../../../shared/ledger/fold.ts';
import { readMarks } from '../../../shared/ledger/marks.ts';
import { verify } from '../../../shared/ledger/verify.ts';
import type { Database } from '../../../shared/platform/database.ts';
import { book, booking, bookMany, fee, received } from '../../support/booking.ts';
import { contents } from '../../support/database.ts';
import { ConnectionLost, withFaults } from '../../support/faults.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';

let shop: TestShop;
let db: Database;
beforeEach(async () => {
  shop = await openTestShop();
  ({ db } = shop);
});
afterEach(() => shop.stop());

describe('folding', () => {
  it('adds each transaction once, however often it is asked', async () => {
    await bookMany(shop, 0, 10);
    expect(await fold(db, shop.world)).toEqual({ added: 10, stopped: false });
    expect(await fold(db, shop.world)).toEqual({ added: 0, stopped: false });
    expect(await received(shop)).toBe(10 * fee);
    expect((await readControl(db)).transactions).toBe(10);
  });

  it('adds each transaction once when three fold at the same time', async () => {
    await bookMany(shop, 0, 30);
    const folded = await Promise.all([1, 2, 3].map(() => fold(db, shop.world)));
    expect(folded.reduce((sum, { added }) => sum + added, 0)).toBe(30);
    expect(await received(shop)).toBe(30 * fee);
    expect(await contents(db, 'marks')).toEqual([]);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, transactions: 30 });
  });

  it.each(['fail-before', 'lose-answer'] as const)('survives a crash: %s', async (kind) => {
    await bookMany(shop, 0, 5);
    const dying = withFaults(db, { command: 'TransactWrite', kind });
    await expect(fold(dying, shop.world)).rejects.toThrow(ConnectionLost);
    await fold(db, shop.world);
    expect(await received(shop)).toBe(5 * fee);
    expect(await contents(db, 'marks')).toEqual([]);
    expect((await verify(db, shop.world)).difference).toBe(0);
  });

  it('adds more marks than one transaction holds, of many distances and days', async () => {
    const many = Array.from({ length: 230 }, (_, n) => {
      const distance = `d${n % 60}`;
      const day = `2026-${String((n % 12) + 1).padStart(2, '0')}-${String((n % 28) + 1).padStart(2, '0')}`;
      return booking(n, {
        day,
        entries: { [distance]: 1 },
        postings: [
          { account: 'stripe', amount: n + 1 },
          { account: 'entry-fees', amount: -n - 1, distance },
        ],
      });
    });
    await book(shop, ...many);
    const watched = withFaults(db);
    expect(await fold(watched, shop.world)).toEqual({ added: 230, stopped: false });
    expect(watched.sent.filter((name) => name === 'TransactWrite').length).toBeGreaterThan(2);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0, transactions: 230 });
    expect(Object.keys((await contents(db, 'totals')).find(({ sk }) => sk === 'accounts') ?? {})).toContain(
      'entry-fees',
    );
  });

  it('adds the marks it is told of, unread, and none of them twice', async () => {
    await bookMany(shop, 0, 40);
    const told = (await readMarks(db)).slice(0, 15);
    const watched = withFaults(db);
    expect(await fold(watched, shop.world, told)).toEqual({ added: 15, stopped: false });
    expect(watched.sent).not.toContain('Query');
    expect(await contents(db, 'marks')).toHaveLength(25);
    // The stream brings them again, together with others.
    expect(await fold(db, shop.world, [...told, ...(await readMarks(db))])).toEqual({
      added: 25,
      stopped: false,
    });
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0, transactions: 40 });
  });

  it('stands still under a lease and goes on when the lease has run out', async () => {
    await bookMany(shop, 0, 3);
    await takeLease(db, shop.world);
    expect(await fold(db, shop.world)).toEqual({ added: 0, stopped: true });
    expect(await contents(db, 'marks')).toHaveLength(3);
    shop.world.advance(241_000);
    expect(await fold(db, shop.world)).toEqual({ added: 3, stopped: false });
  });
});
