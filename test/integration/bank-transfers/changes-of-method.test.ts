import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyUndelivered } from '../../../shared/payments/apply-undelivered.ts';
import { endHold } from '../../../shared/payments/end-hold.ts';
import { startCheckout } from '../../../shared/payments/start-checkout.ts';
import {
  applyAll,
  balances,
  days,
  minutes,
  orderNow,
  refusalOf,
  stateOf,
  toCheckout,
} from '../../support/buying.ts';
import { contents } from '../../support/database.ts';
import { withFaults } from '../../support/faults.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';
import {
  expectBankAgrees,
  invoiced,
  invoiceNow,
  mattersNow,
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

describe('a change of method', () => {
  it('to the invoice closes the card’s page first, and its end no longer decides', async () => {
    const { order, session } = await toCheckout(shop, 1);
    await startCheckout(shop.till, order.id, { method: 'bank_transfer', payer });
    expect((await shop.stripe.checkout.sessions.retrieve(session)).status).toBe('expired');
    await applyAll(shop);
    expect(await stateOf(shop, order)).toBe('paying');
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

  it('and back, before the first page is closed, leaves no two pages to pay on', async () => {
    const { order, session } = await toCheckout(shop, 1);
    const unreachable = {
      ...shop.till.gateway,
      closeCheckout: () => Promise.reject(new Error('Unreachable.')),
    };
    const choice = { method: 'bank_transfer', payer } as const;
    await expect(startCheckout({ ...shop.till, gateway: unreachable }, order.id, choice)).rejects.toThrow(
      'Unreachable.',
    );
    const { url } = await startCheckout(shop.till, order.id);
    expect(url).toBeDefined();
    expect((await shop.stripe.checkout.sessions.retrieve(session)).status).toBe('expired');
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

  it('that finds a slow payment under way ends with it when that fails, and keeps no place for weeks', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.faults.add({ kind: 'rate-limit' });
    await expect(startCheckout(shop.till, order.id, { method: 'bank_transfer', payer })).rejects.toThrow();
    shop.double.faults.clear();
    shop.double.pay(session, { method: 'bank_debit' });
    await startCheckout(shop.till, order.id, { method: 'bank_transfer', payer });
    expect(await orderNow(shop, order.id)).toMatchObject({
      state: 'pending',
      attempt: { replaces: session },
    });
    shop.double.settleBankDebit(session, false);
    await applyAll(shop);
    expect(await stateOf(shop, order)).toBe('expired');
    expect((await contents(shop.db, 'places')).filter((place) => place.order === order.id)).toEqual([]);
  });

  it('to the card, and a transfer that comes all the same: each payment is told of for itself', async () => {
    const { order, invoice } = await invoiced(shop, 1);
    const { url } = await startCheckout(shop.till, order.id);
    shop.double.pay(/\/c\/pay\/([^/?#]+)/.exec(url ?? '')?.[1] ?? '');
    // The transfer is recorded, and what follows for the order is left for housekeeping.
    const db = withFaults(
      shop.db,
      { command: 'TransactWrite', table: 'orders', kind: () => {} },
      { command: 'TransactWrite', table: 'orders', kind: 'fail-before' },
    );
    await record(shop, statementLine('1', invoice.reference), { ...shop.till, db });
    expect((await balances(shop)).suspense).toBe(-2_000_000);
    expect(await applyUndelivered(shop.till)).toMatchObject({ failed: 0 });
    expect(await balances(shop)).toMatchObject({ suspense: 0, 'refunds-due': -2_000_000, stripe: 2_000_000 });
    expect(await mattersNow(shop)).toEqual([['paid_twice', undefined]]);
  });
});
