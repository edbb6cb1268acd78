import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import { endHold } from '../../shared/payments/end-hold.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { sweepHolds } from '../../shared/payments/sweep.ts';
import {
  applyAll,
  balances,
  days,
  factsSoFar,
  mails,
  minutes,
  orderNow,
  toCheckout,
} from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let order: string;
let session: string;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 3 }));
  const started = await toCheckout(shop, 1);
  order = started.order.id;
  session = started.session;
  expect(shop.double.pay(session, { method: 'bank_debit' })).toEqual({ kind: 'processing' });
});
afterEach(() => shop.stop());

const sweep = () => sweepHolds(shop.till, { full: true });

async function expectPaid(): Promise<void> {
  expect((await orderNow(shop, order)).state).toBe('paid');
  expect(await balances(shop)).toMatchObject({ stripe: 2_000_000 });
  expect(await mails(shop)).toEqual(['order_paid']);
  const [place] = await contents(shop.db, 'places');
  expect(place).toMatchObject({ order });
  expect(place).not.toHaveProperty('heldUntil');
}

async function expectFreed(): Promise<void> {
  expect((await orderNow(shop, order)).state).toBe('expired');
  expect(await contents(shop.db, 'places')).toEqual([]);
  expect(await contents(shop.db, 'runners')).toEqual([]);
  expect(await contents(shop.db, 'ledger')).toEqual([]);
  expect(await mails(shop)).toEqual(['payment_failed']);
}

describe('a payment that takes days', () => {
  it('keeps order and place together for two weeks, and needs no other page', async () => {
    await applyAll(shop);
    const pending = await orderNow(shop, order);
    expect(pending).toMatchObject({ state: 'pending', heldUntil: '2026-12-08T06:00:00.000Z' });
    expect(await contents(shop.db, 'places')).toMatchObject([{ heldUntil: pending.heldUntil }]);
    expect(await startCheckout(shop.till, order)).toEqual({ state: 'pending' });
    shop.world.advance(days(10));
    expect(await sweep()).toEqual({ ended: 0, failed: 0 });
    expect((await orderNow(shop, order)).state).toBe('pending');
  });

  it('confirms the order when it succeeds', async () => {
    await applyAll(shop);
    shop.world.advance(days(3));
    shop.double.settleBankDebit(session, true);
    await applyAll(shop);
    await expectPaid();
    expect(await contents(shop.db, 'ledger')).toMatchObject([{ day: '2026-11-27' }]);
  });

  it('frees place and lock when it fails', async () => {
    await applyAll(shop);
    shop.world.advance(days(3));
    shop.double.settleBankDebit(session, false);
    await applyAll(shop);
    await applyAll(shop);
    await expectFreed();
  });

  it('is noticed by the sweeper when no webhook told of it', async () => {
    shop.world.advance(minutes(41));
    expect(await sweep()).toEqual({ ended: 0, failed: 0 });
    expect(await orderNow(shop, order)).toMatchObject({
      state: 'pending',
      heldUntil: '2026-12-08T06:00:00.000Z',
    });
  });

  it.each([true, false])(
    'ends by the sweeper when its last webhook was lost (success: %s)',
    async (succeed) => {
      await applyAll(shop);
      shop.double.settleBankDebit(session, succeed);
      shop.world.advance(days(15));
      expect(await sweep()).toEqual({ ended: 1, failed: 0 });
      await (succeed ? expectPaid() : expectFreed());
    },
  );

  it('keeps its place day by day when it takes longer still', async () => {
    await applyAll(shop);
    shop.world.advance(days(15));
    expect(await sweep()).toEqual({ ended: 0, failed: 0 });
    expect(await orderNow(shop, order)).toMatchObject({
      state: 'pending',
      heldUntil: '2026-12-10T06:00:00.000Z',
    });
    shop.world.advance(days(2));
    shop.double.settleBankDebit(session, false);
    expect(await endHold(shop.till, order)).toBe(true);
    await expectFreed();
  });

  it.each([true, false])(
    'ends the same when its facts come the last first (success: %s)',
    async (succeed) => {
      shop.double.settleBankDebit(session, succeed);
      const facts = await factsSoFar(shop);
      expect(facts.map(({ kind }) => kind)).toEqual(['pending', succeed ? 'paid' : 'failed']);
      for (const fact of [...facts].reverse()) await applyFact(shop.till, fact);
      await (succeed ? expectPaid() : expectFreed());
    },
  );
});
