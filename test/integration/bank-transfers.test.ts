import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takePlace } from '../../shared/entries/places.ts';
import { entryLines, type Order } from '../../shared/orders/order.ts';
import { applyUndelivered } from '../../shared/payments/apply-undelivered.ts';
import { applyUntold } from '../../shared/payments/bank-transfer/record.ts';
import {
  assignBankPayment,
  confirmBankRefund,
  returnBankPayment,
} from '../../shared/payments/bank-transfer/settle.ts';
import { tendInvoices } from '../../shared/payments/bank-transfer/tend.ts';
import { bankTransfersView } from '../../shared/payments/bank-transfer/views.ts';
import { endHold } from '../../shared/payments/end-hold.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { sweepHolds } from '../../shared/payments/sweep.ts';
import { commit } from '../../shared/platform/database.ts';
import { openMatters } from '../../shared/staff/matters.ts';
import {
  applyAll,
  balances,
  hold,
  mails,
  minutes,
  orderNow,
  refusalOf,
  toCheckout,
} from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { sampleEntry, sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import {
  bankAgrees,
  invoiced,
  invoiceNow,
  payer,
  record,
  staff,
  statementLine,
  transferEvent,
} from '../support/transferring.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(transferEvent());
});
afterEach(async () => {
  const { bank, ledger, sum } = await bankAgrees(shop);
  expect({ ledger, sum }).toEqual({ ledger: bank, sum: 0 });
  await shop.stop();
});

const days = (count: number) => minutes(count * 24 * 60);
const stateOf = async ({ id }: Pick<Order, 'id'>) => (await orderNow(shop, id)).state;
const paidBalances = { bank: 2_000_000, suspense: 0, 'project:school': -500_000, 'entry-fees': -1_500_000 };
const matters = async () => (await openMatters(shop.db)).map(({ kind, detail }) => [kind, detail]);

/** Others take the place of an order, as the condition on a place allows now. */
async function othersTake(order: Order): Promise<number> {
  const n = entryLines(order)[0]?.place ?? 0;
  const other = { order: 'ord_other', entry: 'ent_other', heldUntil: undefined };
  const place = { event: 'test-race', distance: '10k', n };
  const outcome = await commit(shop.db, shop.world, [takePlace('place', place, other, shop.world.now())]);
  expect(outcome).toEqual({ done: true });
  return n;
}

/** Staff send back every refund that they are asked for. */
async function sendRefunds(): Promise<void> {
  await payDueRefunds(shop.till);
  const { refunds } = await bankTransfersView(shop.db, '2026-11');
  for (const [index, { payment, id }] of refunds.entries())
    await confirmBankRefund(
      shop.till,
      staff,
      { payment, id },
      { reference: `out-${index}`, date: '2026-12-01' },
    );
}

describe('an order by invoice', () => {
  it('holds its places for days and is not ended before', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    expect(order).toMatchObject({
      state: 'paying',
      payer,
      attempt: { number: 2, method: 'bank_transfer', expiresAt: '2026-11-29T06:00:00.000Z' },
      heldUntil: '2026-11-29T06:02:00.000Z',
    });
    expect(invoice).toMatchObject({ state: 'open', amount: 2_000_000, dueAt: order.attempt?.expiresAt });
    expect(await contents(shop.db, 'places')).toMatchObject([{ heldUntil: order.heldUntil }]);
    shop.world.advance(days(5) - minutes(1));
    expect(await sweepHolds(shop.till, { full: true })).toEqual({ ended: 0, failed: 0 });
    expect(await endHold(shop.till, order.id)).toBe(false);
    shop.world.advance(minutes(4));
    expect(await sweepHolds(shop.till, { full: true })).toEqual({ ended: 1, failed: 0 });
    expect(await stateOf(order)).toBe('expired');
    expect((await invoiceNow(shop, order.id)).state).toBe('closed');
    expect(await contents(shop.db, 'places')).toEqual([]);
  });

  it('gives the same page again, also at once', async () => {
    const { id } = await hold(shop, 1);
    const choice = { method: 'bank_transfer', payer } as const;
    const steps = await Promise.all([1, 2, 3, 4].map(() => startCheckout(shop.till, id, choice)));
    const [first] = steps;
    expect(first?.url).toMatch(/^http:\/\/localhost:3000\/ru\/orders\/ord_.+\/invoice$/);
    expect(new Set(steps.map(({ url }) => url)).size).toBe(1);
    expect(await mails(shop)).toEqual(['invoice_issued']);
    expect((await contents(shop.db, 'slots')).filter(({ order }) => order === id)).toHaveLength(3);
  });

  it.each(['fail-before', 'lose-answer'] as const)(
    'is issued once when the process dies (%s)',
    async (kind) => {
      for (const [number, command, before] of [
        [1, 'TransactWrite', 0],
        [2, 'TransactWrite', 1],
        [3, 'Update', 0],
      ] as const) {
        const { id } = await hold(shop, number);
        const choice = { method: 'bank_transfer', payer: { ...payer, businessId: '270140000027' } } as const;
        const db = withFaults(shop.db, { command, kind: () => {}, times: before }, { command, kind });
        await expect(startCheckout(shop.tillOver(db), id, choice)).rejects.toThrow();
        expect((await startCheckout(shop.till, id, choice)).url).toBeDefined();
        expect(await orderNow(shop, id)).toMatchObject({ attempt: { number: 2 }, session: {} });
      }
      expect(await mails(shop)).toEqual(['invoice_issued', 'invoice_issued', 'invoice_issued']);
    },
  );

  it('is ended also when its place went to somebody else, and its buyer is reminded before', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    await record(shop, statementLine('1', invoice.reference, { amount: 1 }));
    expect(await tendInvoices(shop.till)).toEqual({ ended: 0, reminded: 0, failed: 0 });
    shop.world.advance(days(3));
    expect(await tendInvoices(shop.till)).toEqual({ ended: 0, reminded: 1, failed: 0 });
    expect(await tendInvoices(shop.till)).toEqual({ ended: 0, reminded: 0, failed: 0 });
    expect(await mails(shop)).toEqual(['invoice_issued', 'invoice_part_received', 'invoice_reminder']);
    shop.world.advance(days(2) + minutes(150));
    await othersTake(order);
    expect(await tendInvoices(shop.till)).toEqual({ ended: 1, reminded: 0, failed: 0 });
    expect(await tendInvoices(shop.till)).toEqual({ ended: 0, reminded: 0, failed: 0 });
    expect(await stateOf(order)).toBe('expired');
    expect(await matters()).toEqual([['bank_transfer_unclear', 'invoice_closed']]);
  });

  it('of gifts alone is ended as well', async () => {
    const donations = [{ project: 'trees', amount: { amount: 500_000, currency: 'KZT' } }];
    const { order } = await invoiced(shop, 1, { entries: [], donations });
    shop.world.advance(days(5));
    expect(await tendInvoices(shop.till)).toEqual({ ended: 1, reminded: 0, failed: 0 });
    expect(await stateOf(order)).toBe('expired');
  });

  it('ends with registration, and is refused when too little time is left', async () => {
    shop.world.set('2027-09-10T19:00:00.000Z');
    const { order } = await invoiced(shop, 1);
    expect(order.attempt?.expiresAt).toBe('2027-09-12T19:00:00.000Z');
    shop.world.set('2027-09-12T08:00:00.000Z');
    const { id } = await hold(shop, 2);
    const late = await refusalOf(startCheckout(shop.till, id, { method: 'bank_transfer', payer }));
    expect(late.code).toBe('transfer_not_offered');
  });

  it('is refused where the event offers none, or the total is too small', async () => {
    for (const event of [sampleEvent(), transferEvent({ smallest: 2_000_001 })]) {
      await shop.stop();
      shop = await openTestShop(event);
      const { id } = await hold(shop, 1);
      const choice = { method: 'bank_transfer', payer } as const;
      expect((await refusalOf(startCheckout(shop.till, id, choice))).code).toBe('transfer_not_offered');
      expect((await orderNow(shop, id)).state).toBe('held');
    }
  });

  it('is limited by payer and in all, until others are paid', async () => {
    await shop.stop();
    shop = await openTestShop(transferEvent({ unpaidPerPayer: 1, unpaidOrders: 2 }));
    const of = (number: number, businessId: string) => invoiced(shop, number, {}, { businessId });
    const { invoice } = await of(1, '270140000017');
    expect((await refusalOf(of(2, '270140000017'))).code).toBe('too_many_holds');
    await of(3, '270140000027');
    expect((await refusalOf(of(4, '270140000811'))).code).toBe('too_many_holds');
    await record(shop, statementLine('1', invoice.reference));
    expect((await refusalOf(of(5, '270140000027'))).code).toBe('too_many_holds');
    await of(6, '270140000017');
  });
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
    expect(await matters()).toEqual([]);
  });

  it('recorded twenty times at once is one', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const line = statementLine('1', invoice.reference);
    await Promise.all(Array.from({ length: 20 }, () => record(shop, line)));
    expect(await stateOf(order)).toBe('paid');
    expect(await balances(shop)).toEqual(paidBalances);
    expect(await contents(shop.db, 'ledger')).toHaveLength(2);
    const acts = (await contents(shop.db, 'staff')).filter(({ act }) => act === 'transfer_recorded');
    expect(acts).toMatchObject([{ by: staff }]);
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

  it('that is too little waits for the rest', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const part = await record(shop, statementLine('1', invoice.reference, { amount: 1_500_000 }));
    expect(part.state).toBe('part');
    expect(await stateOf(order)).toBe('paying');
    expect(await balances(shop)).toEqual({ bank: 1_500_000, suspense: -1_500_000 });
    expect(await mails(shop)).toEqual(['invoice_issued', 'invoice_part_received']);
    const rest = await record(shop, statementLine('2', invoice.reference, { amount: 500_000 }));
    expect(rest.state).toBe('applied');
    expect(await stateOf(order)).toBe('paid');
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
    expect(await stateOf(order)).toBe('paid');
    expect(await balances(shop)).toEqual(paidBalances);
  });

  it('that is too much confirms, and the excess is sent back', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const payment = await record(shop, statementLine('1', invoice.reference, { amount: 2_300_000 }));
    expect(payment).toMatchObject({ state: 'applied', excess: 300_000 });
    expect(await stateOf(order)).toBe('paid');
    expect(await balances(shop)).toEqual({ ...paidBalances, bank: 2_300_000, 'refunds-due': -300_000 });
    const { refunds } = await bankTransfersView(shop.db, '2026-11');
    expect(refunds).toMatchObject([{ amount: { amount: 300_000 }, payer: { name: 'ТОО «Құлан»' } }]);
    await sendRefunds();
    expect(await stateOf(order)).toBe('paid');
    expect(await balances(shop)).toEqual({ ...paidBalances, 'refunds-due': 0 });
    expect((await bankTransfersView(shop.db, '2026-11')).refunds).toEqual([]);
  });

  it('that comes twice is sent back once', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    await Promise.all(['1', '2'].map((line) => record(shop, statementLine(line, invoice.reference))));
    await applyUntold(shop.till);
    expect(await stateOf(order)).toBe('paid');
    expect(await balances(shop)).toEqual({ ...paidBalances, bank: 4_000_000, 'refunds-due': -2_000_000 });
    await sendRefunds();
    await sendRefunds();
    expect(await stateOf(order)).toBe('paid');
    expect(await balances(shop)).toEqual({ ...paidBalances, 'refunds-due': 0 });
  });

  it('that comes after the order was paid by card is sent back', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    await startCheckout(shop.till, order.id);
    shop.double.pay((await orderNow(shop, order.id)).session?.id ?? '');
    await applyAll(shop);
    expect(await stateOf(order)).toBe('paid');
    await record(shop, statementLine('1', invoice.reference));
    expect(await stateOf(order)).toBe('paid');
    expect(await balances(shop)).toMatchObject({
      bank: 2_000_000,
      stripe: 2_000_000,
      'refunds-due': -2_000_000,
    });
    await sendRefunds();
    expect(await balances(shop)).toMatchObject({ bank: 0, stripe: 2_000_000, 'refunds-due': 0 });
  });

  it('that comes when the order is over takes a place again', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    shop.world.advance(days(5) + minutes(4));
    await tendInvoices(shop.till);
    expect(await stateOf(order)).toBe('expired');
    await record(shop, statementLine('1', invoice.reference, { date: '2026-11-29' }));
    expect(await stateOf(order)).toBe('paid');
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
    expect(await stateOf(order)).toBe('refund_due');
    await sendRefunds();
    expect(await stateOf(order)).toBe('refunded');
    expect(await balances(shop)).toEqual({ bank: 0, suspense: 0, 'refunds-due': 0 });
  });

  it('that comes when its place was retaken gets another one', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    shop.world.advance(days(5) + minutes(130));
    const n = await othersTake(order);
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
      const state = await stateOf(order);
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
    expect(await matters()).toEqual([['bank_transfer_unclear', 'no_invoice']]);
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
    expect(await stateOf(first.order)).toBe('paying');
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
      expect(await stateOf(order)).toBe('paid');
      expect(await balances(shop)).toEqual({ ...paidBalances, bank: 2_100_000, 'refunds-due': -100_000 });
      expect((await contents(shop.db, 'bank')).filter(({ pk }) => pk === 'untold')).toEqual([]);
    },
  );
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
    expect(await stateOf(order)).toBe('paid');
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
    expect(await matters()).toEqual([['bank_transfer_unclear', 'invoice_closed']]);
    const next = await invoiced(shop, 2);
    const moved = await assignBankPayment(shop.till, staff, part.id, next.invoice.reference);
    expect(moved).toMatchObject({ state: 'part', order: next.order.id });
    expect((await invoiceNow(shop, over.order.id)).received).toBe(0);
    expect((await invoiceNow(shop, next.order.id)).received).toBe(700_000);
    const sent = { reference: 'out-1', date: '2026-11-30' };
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
    const isPaid = (await stateOf(order)) === 'paid';
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

describe('a change of method', () => {
  it('to the invoice closes the card’s page first, and its end no longer decides', async () => {
    const { order, session } = await toCheckout(shop, 1);
    await startCheckout(shop.till, order.id, { method: 'bank_transfer', payer });
    expect((await shop.stripe.checkout.sessions.retrieve(session)).status).toBe('expired');
    await applyAll(shop);
    expect(await stateOf(order)).toBe('paying');
    expect((await invoiceNow(shop, order.id)).state).toBe('open');
  });

  it('to the invoice finds that the card was charged already', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    const step = await startCheckout(shop.till, order.id, { method: 'bank_transfer', payer });
    expect(step).toEqual({ state: 'paid' });
    expect((await balances(shop)).stripe).toBe(2_000_000);
  });

  it('to the card shortens the hold, and is refused once a part has come', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    expect((await startCheckout(shop.till, order.id)).url).toContain('/c/pay/');
    expect((await orderNow(shop, order.id)).heldUntil).toBe('2026-11-24T06:40:00.000Z');
    expect((await invoiceNow(shop, order.id)).state).toBe('closed');
    await startCheckout(shop.till, order.id, { method: 'bank_transfer', payer });
    expect(await invoiceNow(shop, order.id)).toMatchObject({ state: 'open', reference: invoice.reference });
    await record(shop, statementLine('1', invoice.reference, { amount: 1 }));
    expect((await refusalOf(startCheckout(shop.till, order.id))).code).toBe('transfer_begun');
  });

  it('that dies before the page is closed is ended with the page closed', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.faults.add({ kind: 'rate-limit' });
    await expect(startCheckout(shop.till, order.id, { method: 'bank_transfer', payer })).rejects.toThrow();
    shop.double.faults.clear();
    expect(await orderNow(shop, order.id)).toMatchObject({ attempt: { replaces: session } });
    shop.world.advance(days(5) + minutes(3));
    expect(await endHold(shop.till, order.id)).toBe(true);
    expect((await shop.stripe.checkout.sessions.retrieve(session)).status).toBe('expired');
  });
});

it('a whole family is confirmed by one transfer', async () => {
  const entries = [sampleEntry(1), sampleEntry(2), sampleEntry(3)];
  const { order, invoice } = await invoiced(shop, 1, { entries });
  expect(invoice.amount).toBe(6_000_000);
  await record(shop, statementLine('1', invoice.reference, { amount: 6_000_000 }));
  expect(await stateOf(order)).toBe('paid');
  expect(await balances(shop)).toMatchObject({ 'project:school': -1_500_000, 'entry-fees': -4_500_000 });
});
