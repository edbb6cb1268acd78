import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assignBankPayment, returnBankPayment } from '../../../shared/payments/bank-transfer/settle.ts';
import { bankTransfersView } from '../../../shared/payments/bank-transfer/views.ts';
import { sweepHolds } from '../../../shared/payments/sweep.ts';
import { balances, days, minutes, refusalOf, stateOf } from '../../support/buying.ts';
import { contents } from '../../support/database.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';
import {
  expectBankAgrees,
  invoiced,
  invoiceNow,
  mattersNow,
  paidBalances,
  record,
  staff,
  statementLine,
  transferEvent,
} from '../../support/transferring.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(transferEvent());
});
afterEach(async () => {
  await expectBankAgrees(shop);
  await shop.stop();
});

describe('money in suspense', () => {
  it('is given to the order it is for, by reference or number, once', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const { id } = await record(shop, statementLine('1', 'за забег'));
    const spaced = `${invoice.reference.slice(0, 4)} ${invoice.reference.slice(4)}`;
    const given = await Promise.all(
      [spaced, order.id, spaced, order.id].map((to) => assignBankPayment(shop.till, staff, id, to)),
    );
    for (const payment of given) expect(payment).toMatchObject({ state: 'applied', event: 'test-race' });
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toEqual(paidBalances);
    // The books of no event have nothing any more.
    const sums: Record<string, number> = {};
    for (const { event, postings } of await contents(shop.db, 'ledger'))
      for (const { account, amount } of postings) {
        const name = `${event} ${account}`;
        sums[name] = (sums[name] ?? 0) + amount;
      }
    expect(sums).toMatchObject({ '- bank': 0, '- suspense': 0, 'test-race bank': 2_000_000 });
  });

  it('goes from an order that is over to another one, and back to the payer', async () => {
    const over = await invoiced(shop, 1);
    const part = await record(shop, statementLine('1', over.invoice.reference, { amount: 700_000 }));
    shop.world.advance(days(5) + minutes(3));
    await sweepHolds(shop.till, { full: true });
    expect(await mattersNow(shop)).toEqual([['bank_transfer_unclear', 'invoice_closed']]);
    const next = await invoiced(shop, 2);
    const moved = await assignBankPayment(shop.till, staff, part.id, next.invoice.reference);
    expect(moved).toMatchObject({ state: 'part', order: next.order.id });
    expect((await invoiceNow(shop, over.order.id)).received).toBe(0);
    expect((await invoiceNow(shop, next.order.id)).received).toBe(700_000);
    for (const date of ['2026-11-23', '2026-11-30'])
      expect(
        await refusalOf(returnBankPayment(shop.till, staff, part.id, { reference: 'out-1', date })),
      ).toMatchObject({ code: 'validation_failed', detail: { errors: [{ field: 'date' }] } });
    const sent = { reference: 'out-1', date: '2026-11-29' };
    for (let times = 0; times < 2; times += 1)
      expect(await returnBankPayment(shop.till, staff, part.id, sent)).toMatchObject({ state: 'returned' });
    expect((await invoiceNow(shop, next.order.id)).received).toBe(0);
    expect(await balances(shop)).toEqual({ bank: 0, suspense: 0 });
    expect((await bankTransfersView(shop.db, '2026-11')).suspense).toEqual([]);
  });

  it('is given or sent back, whichever comes first', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const { id } = await record(shop, statementLine('1', 'за забег'));
    const outcomes = await Promise.allSettled([
      assignBankPayment(shop.till, staff, id, invoice.reference),
      returnBankPayment(shop.till, staff, id, { reference: 'out-1', date: '2026-11-25' }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const isPaid = (await stateOf(shop, order)) === 'paid';
    expect((await balances(shop)).bank).toBe(isPaid ? 2_000_000 : 0);
  });

  it('is decided once', async () => {
    const { invoice } = await invoiced(shop, 1);
    const other = await invoiced(shop, 2);
    const { id } = await record(shop, statementLine('1', invoice.reference));
    const again = assignBankPayment(shop.till, staff, id, other.invoice.reference);
    expect((await refusalOf(again)).code).toBe('bank_payment_settled');
    const back = returnBankPayment(shop.till, staff, id, { reference: 'x', date: '2026-11-25' });
    expect((await refusalOf(back)).code).toBe('bank_payment_settled');
    const unknown = assignBankPayment(shop.till, staff, 'bnk_none', invoice.reference);
    expect((await refusalOf(unknown)).code).toBe('bank_payment_unknown');
  });
});
