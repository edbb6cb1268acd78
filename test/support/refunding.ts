import type Stripe from 'stripe';
import { expect } from 'vitest';
import { fold } from '../../shared/ledger/fold.ts';
import { verify } from '../../shared/ledger/verify.ts';
import { readOrderWithEntries, type WholeOrder } from '../../shared/orders/order.ts';
import { type RefundItem, refundItems } from '../../shared/orders/refund-items.ts';
import { refundOrder, type StaffRefund } from '../../shared/orders/refund-order.ts';
import { applyFact, FactEarly } from '../../shared/payments/apply-fact.ts';
import type { PaymentFact } from '../../shared/payments/gateway.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { factOf } from '../../shared/payments/stripe/events.ts';
import { openMatters } from '../../shared/staff/matters.ts';
import { balances } from './buying.ts';
import { contents } from './database.ts';
import type { TestShop } from './shop.ts';

export const staff = 'staff-1';

/** Staff give back an amount of an order, or all that is left. */
export function refundByStaff(
  shop: TestShop,
  order: string,
  { amount, ...changes }: Omit<Partial<StaffRefund>, 'amount'> & { readonly amount?: number } = {},
) {
  return refundOrder(shop.till, {
    order,
    by: staff,
    idempotencyKey: 'refund-key-0000000001',
    keepEntries: false,
    note: 'As agreed.',
    ...(amount !== undefined && { amount: { amount, currency: 'KZT' } }),
    ...changes,
  });
}

/** An order with all that stands beside it. */
export async function wholeNow(shop: TestShop, order: string): Promise<WholeOrder> {
  const whole = await readOrderWithEntries(shop.db, order);
  if (!whole) throw new Error(`There is no order ${order}.`);
  return whole;
}

/** Tells facts until each was taken: what comes early is told again, as the provider does. */
export async function tellAll(shop: TestShop, facts: readonly PaymentFact[]): Promise<void> {
  let left = [...facts];
  for (let round = 0; left.length > 0; round += 1) {
    if (round > facts.length) throw new Error('What is early stays early.');
    const early: PaymentFact[] = [];
    for (const fact of left)
      try {
        await applyFact(shop.till, fact);
      } catch (error) {
        if (!(error instanceof FactEarly)) throw error;
        early.push(fact);
      }
    left = early;
  }
}

/** The latest event of Stripe's. */
export async function latestEvent(shop: TestShop): Promise<string | undefined> {
  return (await shop.stripe.events.list({ limit: 1 })).data[0]?.id;
}

/** What Stripe says of the events after one, oldest first, as things stand now. */
export async function factsSince(shop: TestShop, latest: string | undefined): Promise<PaymentFact[]> {
  const events: Stripe.Event[] = [];
  for await (const event of shop.stripe.events.list({ limit: 100 })) {
    if (event.id === latest) break;
    events.unshift(event);
  }
  const facts: PaymentFact[] = [];
  for (const event of events) facts.push(await factOf({ stripe: shop.stripe, livemode: false }, event));
  return facts.filter(({ kind }) => kind !== 'ignored');
}

/** Carries out what is owed and tells all that Stripe says of it. */
export async function settleRefunds(shop: TestShop): Promise<void> {
  await payDueRefunds(shop.till);
  await tellAll(shop, await shop.facts());
}

/** What Stripe's balance holds, its own fees for payments left out. */
export async function heldByStripe(shop: TestShop): Promise<number> {
  let sum = 0;
  for await (const { amount, type, net } of shop.stripe.balanceTransactions.list({ limit: 100 }))
    sum += type === 'charge' || type === 'payment' ? amount : net;
  return sum;
}

/** The kinds of the matters that nobody has settled. */
export async function matterKinds(shop: TestShop): Promise<string[]> {
  return (await openMatters(shop.db)).map(({ kind }) => kind).sort();
}

/**
 * What must hold whenever nothing is under way: postings sum to zero, the totals are the ledger's, no project is below
 * zero, the account of Stripe is what Stripe holds, what is owed stands in items, orders and ledger alike, and nobody
 * has more of a line than it credited.
 */
export async function expectMoneyHolds(shop: TestShop): Promise<void> {
  const books = await balances(shop);
  expect(Object.values(books).reduce((sum, amount) => sum + amount, 0)).toBe(0);
  for (const [account, amount] of Object.entries(books))
    if (account.startsWith('project:')) expect([account, amount <= 0]).toEqual([account, true]);
  expect(books.stripe ?? 0).toBe(await heldByStripe(shop));
  const items = await refundItems(shop.db);
  const sumOf = (list: readonly Pick<RefundItem, 'amount'>[]) =>
    list.reduce((sum, { amount }) => sum + amount, 0);
  expect((books['refunds-due'] ?? 0) + sumOf(items)).toBe(0);
  for (const { pk, sk, owed = 0, lines, state, payment } of await contents(shop.db, 'orders')) {
    if (sk !== 'order') continue;
    expect([pk, owed]).toEqual([pk, sumOf(items.filter(({ order }) => order === pk))]);
    if (state === 'refund_due') expect(owed).toBeGreaterThan(0);
    if (state === 'refunded') expect(owed).toBe(0);
    if (payment === undefined || payment.unused) continue;
    for (const line of lines)
      for (const taken of [line.reversed, line.disputed])
        for (const amount of Object.values(taken ?? {})) expect(amount).toBeGreaterThan(0);
  }
  await fold(shop.db, shop.world);
  expect(await verify(shop.db, shop.world)).toMatchObject({ difference: 0, waiting: 0, unbalanced: [] });
}
