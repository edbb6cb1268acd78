import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyFact, FactEarly } from '../../shared/payments/apply-fact.ts';
import { endHold } from '../../shared/payments/end-hold.ts';
import type { PaymentFact } from '../../shared/payments/gateway.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { balances, minutes, orderNow, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { expectMoneyHolds, factsSince, latestEvent } from '../support/refunding.ts';
import { sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

const price = 2_000_000;
/** What the double keeps for a dispute. */
const disputeFee = 750_000;

/** A payment page, and what may happen to it; after each step Stripe tells how things stand then. */
interface Page {
  readonly session: string;
  readonly tells: () => Promise<void>;
}

interface Story {
  /** The state in which the order ends, and what Stripe then holds of it, before its fees for payments. */
  readonly end: string;
  readonly held: number;
  readonly play: (page: Page) => Promise<void>;
}

const paymentOf = async (session: string): Promise<string> => {
  const { payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(session);
  if (typeof intent !== 'string') throw new Error('Nothing was paid.');
  return intent;
};

async function pay({ session, tells }: Page, card = '4242424242424242'): Promise<string> {
  shop.double.pay(session, { card });
  await tells();
  return paymentOf(session);
}

/** What truly happened to a payment page, and how its order must end whatever is told in what order. */
const stories: Record<string, Story> = {
  'paid by card': { end: 'paid', held: price, play: async (page) => void (await pay(page)) },
  'declined, then paid': {
    end: 'paid',
    held: price,
    play: async (page) => {
      shop.double.pay(page.session, { card: '4000000000000002' });
      await pay(page);
    },
  },
  'paid by bank debit': {
    end: 'paid',
    held: price,
    play: async ({ session, tells }) => {
      shop.double.pay(session, { method: 'bank_debit' });
      await tells();
      shop.double.settleBankDebit(session, true);
    },
  },
  'a bank debit that failed': {
    end: 'expired',
    held: 0,
    play: async ({ session, tells }) => {
      shop.double.pay(session, { method: 'bank_debit' });
      await tells();
      shop.double.settleBankDebit(session, false);
    },
  },
  'left alone': { end: 'expired', held: 0, play: async ({ session }) => void shop.double.expire(session) },
  'given back whole in the dashboard': {
    end: 'refunded',
    held: 0,
    play: async (page) => void shop.double.refund(await pay(page)),
  },
  'given back in parts in the dashboard': {
    end: 'paid',
    held: price - 700_001,
    play: async (page) => {
      const payment = await pay(page);
      for (const amount of [1, 700_000]) shop.double.refund(payment, amount);
    },
  },
  'given back by a bank that takes its time': {
    end: 'refunded',
    held: 0,
    play: async (page) => {
      const { id } = shop.double.refund(await pay(page, '4000000000007726'));
      await page.tells();
      shop.double.settleRefund(id, true);
    },
  },
  'given back, and the money comes back': {
    end: 'refund_due',
    held: price,
    play: async (page) => {
      const { id } = shop.double.refund(await pay(page));
      await page.tells();
      shop.double.settleRefund(id, false);
    },
  },
  'disputed, and lost': {
    end: 'paid',
    held: -disputeFee,
    play: async (page) => {
      const { id } = shop.double.openDispute(await pay(page));
      await page.tells();
      shop.double.closeDispute(id, 'lost');
    },
  },
  'given back in part, disputed for the rest, and won': {
    end: 'paid',
    held: price - 700_000 - disputeFee,
    play: async (page) => {
      const payment = await pay(page);
      shop.double.refund(payment, 700_000);
      await page.tells();
      const { id } = shop.double.openDispute(payment);
      await page.tells();
      shop.double.closeDispute(id, 'won');
    },
  },
};

let shop: TestShop;
beforeAll(async () => {
  shop = await openTestShop(sampleEvent({ places: 400 }));
});
afterAll(() => shop.stop());

/** Listens to what Stripe tells from now on: each event as things stood when it was heard. */
async function listen(): Promise<{ heard: PaymentFact[]; tells: () => Promise<void> }> {
  const latest = await latestEvent(shop);
  const heard: PaymentFact[] = [];
  const known = new Set<string>();
  const tells = async (): Promise<void> => {
    for (const fact of await factsSince(shop, latest)) {
      const text = JSON.stringify(fact);
      if (!known.has(text)) heard.push(fact);
      known.add(text);
    }
  };
  return { heard, tells };
}

/** Tells a fact; one that comes early is told again at the end, as Stripe does. */
async function tell(fact: PaymentFact): Promise<PaymentFact[]> {
  try {
    await applyFact(shop.till, fact);
    return [];
  } catch (error) {
    if (error instanceof FactEarly) return [fact];
    throw error;
  }
}

describe('whatever the order and repetition of what Stripe tells', () => {
  let number = 0;
  let [confirmed, kept] = [0, 0];

  it.each(Object.entries(stories))('an order that is %s ends the same', async (_, { end, held, play }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 7 }), { maxLength: 10 }),
        fc.boolean(),
        fc.boolean(),
        async (picks, askedMeanwhile, atOnce) => {
          number += 1;
          const { heard, tells } = await listen();
          const { order, session } = await toCheckout(shop, number);
          await play({ session, tells });
          await tells();
          expect(heard.length).toBeGreaterThan(0);
          // Each fact comes at least once, in an order and with repetitions that the picks decide.
          const told: PaymentFact[] = picks.flatMap((pick) => heard[pick] ?? []);
          const rest = heard.filter((fact) => !told.includes(fact)).reverse();
          let left = [...told, ...rest];
          while (left.length > 0) {
            const early: PaymentFact[] = [];
            if (atOnce) early.push(...(await Promise.all(left.map(tell))).flat());
            else for (const fact of left) early.push(...(await tell(fact)));
            expect(early.length).toBeLessThan(left.length);
            left = early;
          }
          if (askedMeanwhile) {
            shop.world.advance(minutes(41));
            await endHold(shop.till, order.id);
          }
          await payDueRefunds(shop.till);
          const { state, owed = 0 } = await orderNow(shop, order.id);
          expect({ state, owed }).toEqual({ state: end, owed: end === 'refund_due' ? price : 0 });
          const booked = (await contents(shop.db, 'ledger')).filter((item) => item.order === order.id);
          const stripe = booked
            .flatMap(({ postings }) => postings)
            .filter(({ account }) => account === 'stripe');
          expect(stripe.reduce((sum, { amount }) => sum + amount, 0)).toBe(held);
          confirmed += end === 'paid' ? 1 : 0;
          kept += held;
        },
      ),
      { numRuns: 8 },
    );
  });

  it('and money, places and locks agree with it', async () => {
    expect(number).toBeGreaterThan(80);
    expect(await contents(shop.db, 'places')).toHaveLength(confirmed);
    expect(await contents(shop.db, 'runners')).toHaveLength(confirmed);
    expect(await balances(shop)).toMatchObject({ stripe: kept });
    await expectMoneyHolds(shop);
  });
});
