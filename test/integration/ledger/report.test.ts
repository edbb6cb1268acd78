import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fold } from '../../../shared/ledger/fold.ts';
import { verify } from '../../../shared/ledger/verify.ts';
import type { Database } from '../../../shared/platform/database.ts';
import { publicTotals } from '../../../shared/reports/public-totals.ts';
import { report } from '../../../shared/reports/report.ts';
import { book, bookMany, fee, gift } from '../../support/booking.ts';
import { contents } from '../../support/database.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';

let shop: TestShop;
let db: Database;
beforeEach(async () => {
  shop = await openTestShop();
  ({ db } = shop);
});
afterEach(() => shop.stop());

describe('the report', () => {
  it('equals the sums of the ledger, and the public totals agree with it', async () => {
    await bookMany(shop, 0, 25);
    await book(shop, gift(100, 123_457), gift(101, 50_001));
    await fold(db, shop.world);
    let [toSchool, toHospice, fees, count] = [0, 0, 0, 0];
    for (const { postings, entries: confirmed } of await contents(db, 'ledger')) {
      for (const { account, amount } of postings) {
        if (account === 'project:school') toSchool -= amount;
        if (account === 'project:hospice') toHospice -= amount;
        if (account === 'entry-fees') fees -= amount;
      }
      for (const number of Object.values(confirmed)) count += Number(number);
    }
    const found = await report(shop.till, 'test-race');
    const money = (amount: number) => ({ amount, currency: 'KZT' });
    expect(found).toMatchObject({
      waiting: 0,
      totals: {
        feeShare: money(toSchool),
        donation: money(toHospice),
        refund: money(0),
        total: money(toSchool + toHospice),
        entryFees: money(fees),
        received: money(toSchool + toHospice + fees),
      },
    });
    const sum = (rows: readonly { received: { amount: number }; entriesConfirmed: number }[] = []) => ({
      received: rows.reduce((total, row) => total + row.received.amount, 0),
      entries: rows.reduce((total, row) => total + row.entriesConfirmed, 0),
    });
    const all = { received: toSchool + toHospice + fees, entries: count };
    expect(sum(found?.distances)).toEqual(all);
    expect(sum(found?.days)).toEqual(all);
    const open = await publicTotals(shop.till, 'test-race');
    expect(open?.entries).toBe(count);
    expect(open?.raised).toEqual(money(toSchool + toHospice));
    expect(open?.projects.map(({ project, raised }) => [project, raised.amount])).toEqual([
      ['school', toSchool],
      ['hospice', toHospice],
      ['trees', 0],
    ]);
    expect(open?.projects.map(({ raised }) => raised)).toEqual(found?.projects.map(({ total }) => total));
  });

  it('says what waits and when it was proven', async () => {
    await bookMany(shop, 0, 2);
    await fold(db, shop.world);
    await verify(db, shop.world);
    await bookMany(shop, 2, 3);
    expect(await report(shop.till, 'test-race')).toMatchObject({
      waiting: 3,
      proven: { at: shop.world.now().toISOString(), transactions: 2, difference: 0 },
      totals: { received: { amount: 2 * fee } },
    });
  });
});
