import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Posting } from '../../shared/ledger/transaction.ts';
import { previewRefund } from '../../shared/orders/refund-order.ts';
import { refusalOf } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { paidOrderOf } from '../support/paying.ts';
import { refundByStaff } from '../support/refunding.ts';
import { sampleEntry } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop();
});
afterEach(() => shop.stop());

const kzt = (amount: number) => ({ amount, currency: 'KZT' });
const wanted = (order: string) => ({ order, keepEntries: false, note: 'As agreed.' });

it.each([undefined, 333_333])(
  'shows what the decision then takes, and writes nothing (amount %s)',
  async (amount) => {
    const order = await paidOrderOf(shop, 1, [sampleEntry(1), sampleEntry(2, { project: 'hospice' })]);
    const before = [await contents(shop.db, 'orders'), await contents(shop.db, 'ledger')];
    const preview = await previewRefund(shop.till, {
      ...wanted(order.id),
      ...(amount !== undefined && { amount: kzt(amount) }),
    });
    expect([await contents(shop.db, 'orders'), await contents(shop.db, 'ledger')]).toEqual(before);

    const decision = await refundByStaff(shop, order.id, amount === undefined ? {} : { amount });
    expect(preview).toMatchObject({ amount: kzt(decision.amount), ending: decision.cancelled });
    const booked = (await contents(shop.db, 'ledger')).find(({ fact }) => fact === `${decision.id} due`);
    const postings: Posting[] = booked?.postings ?? [];
    const taken: Record<string, number> = {};
    for (const posting of postings)
      if (posting.amount > 0) taken[posting.account] = (taken[posting.account] ?? 0) + posting.amount;
    expect(Object.fromEntries(preview.accounts.map((one) => [one.account, one.amount.amount]))).toEqual(
      taken,
    );
  },
);

it('refuses what cannot be given back', async () => {
  const order = await paidOrderOf(shop, 1, [sampleEntry(1)]);
  const preview = (changes: object) =>
    refusalOf(previewRefund(shop.till, { ...wanted(order.id), ...changes }));
  expect(await preview({ order: 'ord_none' })).toMatchObject({ code: 'order_unknown' });
  expect(await preview({ amount: kzt(2_000_001) })).toMatchObject({ code: 'validation_failed' });
  expect(await preview({ lines: [7] })).toMatchObject({ code: 'validation_failed' });
  await refundByStaff(shop, order.id);
  expect(await preview({})).toMatchObject({ code: 'nothing_to_refund' });
});
