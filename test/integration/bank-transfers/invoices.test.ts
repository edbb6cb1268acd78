import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tendInvoices } from '../../../shared/payments/bank-transfer/tend.ts';
import { endHold } from '../../../shared/payments/end-hold.ts';
import { startCheckout } from '../../../shared/payments/start-checkout.ts';
import { sweepHolds } from '../../../shared/payments/sweep.ts';
import { days, hold, mails, minutes, orderNow, refusalOf, stateOf } from '../../support/buying.ts';
import { contents } from '../../support/database.ts';
import { withFaults } from '../../support/faults.ts';
import { sampleEvent } from '../../support/sample.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';
import {
  expectBankAgrees,
  invoiced,
  invoiceNow,
  mattersNow,
  othersTake,
  payer,
  record,
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
    expect(await stateOf(shop, order)).toBe('expired');
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
    expect((await contents(shop.db, 'slots')).filter(({ holder }) => holder === id)).toHaveLength(4);
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
    await othersTake(shop, order);
    expect(await tendInvoices(shop.till)).toEqual({ ended: 1, reminded: 0, failed: 0 });
    expect(await tendInvoices(shop.till)).toEqual({ ended: 0, reminded: 0, failed: 0 });
    expect(await stateOf(shop, order)).toBe('expired');
    expect(await mattersNow(shop)).toEqual([['bank_transfer_unclear', 'invoice_closed']]);
  });

  it('of gifts alone is ended as well', async () => {
    const donations = [{ project: 'trees', amount: { amount: 500_000, currency: 'KZT' } }];
    const { order } = await invoiced(shop, 1, { entries: [], donations });
    shop.world.advance(days(5));
    expect(await tendInvoices(shop.till)).toEqual({ ended: 1, reminded: 0, failed: 0 });
    expect(await stateOf(shop, order)).toBe('expired');
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
