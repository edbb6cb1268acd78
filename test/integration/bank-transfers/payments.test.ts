import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entryLines } from '../../../shared/orders/order.ts';
import { applyUndelivered } from '../../../shared/payments/apply-undelivered.ts';
import { writeBankPayment } from '../../../shared/payments/bank-transfer/lines.ts';
import { applyUntold } from '../../../shared/payments/bank-transfer/record.ts';
import { confirmBankRefund } from '../../../shared/payments/bank-transfer/settle.ts';
import { tendInvoices } from '../../../shared/payments/bank-transfer/tend.ts';
import { bankTransfersView } from '../../../shared/payments/bank-transfer/views.ts';
import { endHold } from '../../../shared/payments/end-hold.ts';
import { payDueRefunds } from '../../../shared/payments/pay-refunds.ts';
import { startCheckout } from '../../../shared/payments/start-checkout.ts';
import { commit } from '../../../shared/platform/database.ts';
import {
  applyAll,
  balances,
  days,
  hold,
  mails,
  minutes,
  orderNow,
  refusalOf,
  stateOf,
} from '../../support/buying.ts';
import { contents } from '../../support/database.ts';
import { withFaults } from '../../support/faults.ts';
import { sampleEntry, sampleEvent } from '../../support/sample.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';
import {
  expectBankAgrees,
  invoiced,
  mattersNow,
  othersTake,
  paidBalances,
  record,
  sendRefunds,
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

describe('a bank payment', () => {
  it('of the exact amount confirms its order', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const payment = await record(shop, statementLine('1', `Счёт ${invoice.reference}`));
    expect(payment).toMatchObject({ state: 'applied', order: order.id });
    const paid = await orderNow(shop, order.id);
    expect(paid).toMatchObject({ state: 'paid', payment: { id: `inv_${invoice.reference}` } });
    expect(paid.heldUntil).toBeUndefined();
    expect(await balances(shop)).toEqual(paidBalances);
    expect(await mails(shop)).toEqual(['invoice_issued', 'order_paid']);
    expect((await contents(shop.db, 'bank')).filter(({ pk }) => pk === 'untold')).toEqual([]);
    expect(await mattersNow(shop)).toEqual([]);
  });

  it('recorded twenty times at once is one', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const line = statementLine('1', invoice.reference);
    await Promise.all(Array.from({ length: 20 }, () => record(shop, line)));
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toEqual(paidBalances);
    expect(await contents(shop.db, 'ledger')).toHaveLength(2);
    const acts = (await contents(shop.db, 'staff')).filter(({ act }) => act === 'transfer_recorded');
    expect(acts).toMatchObject([{ by: staff }]);
  });

  it('is written as new once, whatever is said of it later', async () => {
    const { version: _, ...content } = await record(shop, statementLine('1', 'Оплата'));
    const again = writeBankPayment(undefined, { ...content, text: 'другое' });
    const refused = new Set([`line:${content.id}`]);
    expect(await commit(shop.db, shop.world, again)).toEqual({ done: false, refused });
  });

  it.each([
    ['date', { date: '2026-11-23' }],
    ['amount', { amount: 1 }],
    ['text', { text: 'другое' }],
    ['payer', { payer: { name: 'ТОО «Бүркіт»' } }],
  ])('with another %s under the same line is refused', async (_, changes) => {
    const line = statementLine('1', 'Оплата');
    await record(shop, line);
    const other = statementLine('1', 'Оплата', changes);
    expect((await refusalOf(record(shop, other))).code).toBe('bank_payment_differs');
  });

  it.each([
    ['tomorrow', { date: '2026-11-26' }, 'date'],
    ['of nothing', { amount: 0 }, 'amount.amount'],
    ['below nothing', { amount: -1 }, 'amount.amount'],
  ])('%s is refused', async (_, changes, field) => {
    const refusal = await refusalOf(record(shop, statementLine('1', '', changes)));
    expect(refusal).toMatchObject({ code: 'validation_failed', detail: { errors: [{ field }] } });
    expect(await contents(shop.db, 'ledger')).toEqual([]);
  });

  it('that is too little by one tiyn waits for the rest', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const part = await record(shop, statementLine('1', invoice.reference, { amount: 1_999_999 }));
    expect(part.state).toBe('part');
    expect(await stateOf(shop, order)).toBe('paying');
    expect(await balances(shop)).toEqual({ bank: 1_999_999, suspense: -1_999_999 });
    expect(await mails(shop)).toEqual(['invoice_issued', 'invoice_part_received']);
    const rest = await record(shop, statementLine('2', invoice.reference, { amount: 1 }));
    expect(rest.state).toBe('applied');
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toEqual(paidBalances);
    expect(await bankTransfersView(shop.db, '2026-11')).toMatchObject({
      suspense: [],
      payments: [{ state: 'applied' }, { state: 'applied' }],
    });
  });

  it('in four parts at once confirms once', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    await Promise.all(
      [1, 2, 3, 4].map((part) =>
        record(shop, statementLine(`${part}`, invoice.reference, { amount: 500_000 })),
      ),
    );
    await applyUntold(shop.till);
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toEqual(paidBalances);
  });

  it('that is too much confirms, and the excess is sent back', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const payment = await record(shop, statementLine('1', invoice.reference, { amount: 2_300_000 }));
    expect(payment).toMatchObject({ state: 'applied', excess: 300_000 });
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toEqual({ ...paidBalances, bank: 2_300_000, 'refunds-due': -300_000 });
    const { refunds } = await bankTransfersView(shop.db, '2026-11');
    expect(refunds).toMatchObject([{ amount: { amount: 300_000 }, payer: { name: 'ТОО «Құлан»' } }]);
    await sendRefunds(shop);
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toEqual({ ...paidBalances, 'refunds-due': 0 });
    expect((await bankTransfersView(shop.db, '2026-11')).refunds).toEqual([]);
  });

  it('that comes twice is sent back once', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    await Promise.all(['1', '2'].map((line) => record(shop, statementLine(line, invoice.reference))));
    await applyUntold(shop.till);
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toEqual({ ...paidBalances, bank: 4_000_000, 'refunds-due': -2_000_000 });
    await sendRefunds(shop);
    await sendRefunds(shop);
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toEqual({ ...paidBalances, 'refunds-due': 0 });
  });

  it('that comes after the order was paid by card is sent back', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    await startCheckout(shop.till, order.id);
    shop.double.pay((await orderNow(shop, order.id)).session?.id ?? '');
    await applyAll(shop);
    expect(await stateOf(shop, order)).toBe('paid');
    await record(shop, statementLine('1', invoice.reference));
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toMatchObject({
      bank: 2_000_000,
      stripe: 2_000_000,
      'refunds-due': -2_000_000,
    });
    await sendRefunds(shop);
    expect(await balances(shop)).toMatchObject({ bank: 0, stripe: 2_000_000, 'refunds-due': 0 });
  });

  it('that comes when the order is over takes a place again', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    shop.world.advance(days(5) + minutes(4));
    await tendInvoices(shop.till);
    expect(await stateOf(shop, order)).toBe('expired');
    await record(shop, statementLine('1', invoice.reference, { date: '2026-11-29' }));
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toEqual(paidBalances);
  });

  it('that comes when the order is over and no place is left is sent back', async () => {
    await shop.stop();
    shop = await openTestShop(transferEvent({}, sampleEvent({ places: 1 })));
    const { order, invoice } = await invoiced(shop, 1);
    shop.world.advance(days(5) + minutes(4));
    await tendInvoices(shop.till);
    await hold(shop, 2);
    const payment = await record(shop, statementLine('1', invoice.reference, { date: '2026-11-29' }));
    expect(payment).toMatchObject({ state: 'applied' });
    expect(await stateOf(shop, order)).toBe('refund_due');
    await payDueRefunds(shop.till);
    const [due] = (await bankTransfersView(shop.db, '2026-11')).refunds;
    if (!due) throw new Error('Nothing is to be sent.');
    for (const date of ['2026-11-27', '2026-11-30'])
      expect(
        await refusalOf(confirmBankRefund(shop.till, staff, due, { reference: 'out', date })),
      ).toMatchObject({ code: 'validation_failed', detail: { errors: [{ field: 'date' }] } });
    await sendRefunds(shop);
    expect(await stateOf(shop, order)).toBe('refunded');
    expect(await balances(shop)).toEqual({ bank: 0, suspense: 0, 'refunds-due': 0 });
  });

  it('that comes when its place was retaken gets another one', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    shop.world.advance(days(5) + minutes(130));
    const n = await othersTake(shop, order);
    await record(shop, statementLine('1', invoice.reference));
    const paid = await orderNow(shop, order.id);
    expect(paid.state).toBe('paid');
    expect(entryLines(paid)[0]?.place).not.toBe(n);
  });

  it('and the end of the hold at once leave the order paid, with one place', async () => {
    for (let number = 1; number <= 8; number += 1) {
      const { order, invoice } = await invoiced(shop, number, {}, { businessId: '270140000027' });
      shop.world.advance(days(5) + minutes(3));
      const date = shop.world.now().toISOString().slice(0, 10);
      await Promise.all([
        endHold(shop.till, order.id),
        record(shop, statementLine(`${number}`, invoice.reference, { date })),
        endHold(shop.till, order.id),
      ]);
      await applyUntold(shop.till);
      const state = await stateOf(shop, order);
      const places = (await contents(shop.db, 'places')).filter((place) => place.order === order.id);
      expect([state, places.length]).toEqual(['paid', 1]);
    }
  });

  it.each([
    ['no reference', 'Взнос за марафон'],
    ['a reference that is not ours', '1234567890'],
    ['nothing', ''],
  ])('with %s waits in suspense for staff', async (_, text) => {
    const payment = await record(shop, statementLine('1', text));
    expect(payment).toMatchObject({ state: 'unclear', event: '-' });
    expect(await balances(shop)).toEqual({ bank: 2_000_000, suspense: -2_000_000 });
    expect(await mattersNow(shop)).toEqual([['bank_transfer_unclear', 'no_invoice']]);
  });

  it('with two references, or in another currency, is not guessed at', async () => {
    const first = await invoiced(shop, 1);
    const second = await invoiced(shop, 2);
    const text = `${first.invoice.reference} и ${second.invoice.reference}`;
    expect((await record(shop, statementLine('1', text))).state).toBe('unclear');
    const usd = {
      ...statementLine('2', first.invoice.reference),
      amount: { amount: 2_000_000, currency: 'USD' },
    };
    expect((await record(shop, usd)).state).toBe('unclear');
    expect(await stateOf(shop, first.order)).toBe('paying');
  });

  it.each(['fail-before', 'lose-answer'] as const)(
    'is applied once when the process dies (%s)',
    async (kind) => {
      const { order, invoice } = await invoiced(shop, 1);
      const line = statementLine('1', invoice.reference, { amount: 2_100_000 });
      // The payment's own transaction, the order's, and the excess's.
      for (const before of [0, 1, 2]) {
        const db = withFaults(
          shop.db,
          { command: 'TransactWrite', kind: () => {}, times: before },
          { command: 'TransactWrite', kind },
        );
        await record(shop, line, shop.tillOver(db)).catch(() => {});
      }
      expect(await applyUndelivered(shop.till)).toMatchObject({ failed: 0 });
      expect(await stateOf(shop, order)).toBe('paid');
      expect(await balances(shop)).toEqual({ ...paidBalances, bank: 2_100_000, 'refunds-due': -100_000 });
      expect((await contents(shop.db, 'bank')).filter(({ pk }) => pk === 'untold')).toEqual([]);
    },
  );

  it('confirms a whole family', async () => {
    const entries = [sampleEntry(1), sampleEntry(2), sampleEntry(3)];
    const { order, invoice } = await invoiced(shop, 1, { entries });
    expect(invoice.amount).toBe(6_000_000);
    await record(shop, statementLine('1', invoice.reference, { amount: 6_000_000 }));
    expect(await stateOf(shop, order)).toBe('paid');
    expect(await balances(shop)).toMatchObject({ 'project:school': -1_500_000, 'entry-fees': -4_500_000 });
  });
});
