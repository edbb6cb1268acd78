import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import { endHold } from '../../shared/payments/end-hold.ts';
import type { PaymentFact } from '../../shared/payments/gateway.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { balances, factsSoFar, minutes, orderNow, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

const price = 2_000_000;

/** What truly happened to a payment page, and the state in which its order must end whatever is told in what order. */
const stories = {
  'paid by card': { end: 'paid', play: (session) => shop.double.pay(session) },
  'declined, then paid': {
    end: 'paid',
    play: (session) => {
      shop.double.pay(session, { card: '4000000000000002' });
      shop.double.pay(session);
    },
  },
  'paid by bank debit': {
    end: 'paid',
    play: (session) => {
      shop.double.pay(session, { method: 'bank_debit' });
      shop.double.settleBankDebit(session, true);
    },
  },
  'a bank debit that failed': {
    end: 'expired',
    play: (session) => {
      shop.double.pay(session, { method: 'bank_debit' });
      shop.double.settleBankDebit(session, false);
    },
  },
  'left alone': { end: 'expired', play: (session) => shop.double.expire(session) },
} as const satisfies Record<string, { end: string; play: (session: string) => unknown }>;

let shop: TestShop;
beforeAll(async () => {
  shop = await openTestShop(sampleEvent({ places: 400 }));
});
afterAll(() => shop.stop());

describe('whatever the order and repetition of what Stripe tells', () => {
  let number = 0;
  let [paid, seen] = [0, 0];

  it.each(Object.entries(stories))('an order that is %s ends the same', async (_, { end, play }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 5 }), { maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        async (picks, askedMeanwhile, atOnce) => {
          number += 1;
          const { order, session } = await toCheckout(shop, number);
          play(session);
          const facts = (await factsSoFar(shop)).filter((fact) => 'order' in fact && fact.order === order.id);
          expect(facts.length).toBeGreaterThan(0);
          // Each fact comes at least once, in an order and with repetitions that the picks decide.
          const told: PaymentFact[] = picks.flatMap((pick) => facts[pick] ?? []);
          const rest = facts.filter((fact) => !told.includes(fact)).reverse();
          const all = [...told, ...rest];
          if (atOnce) await Promise.all(all.map((fact) => applyFact(shop.till, fact)));
          else for (const fact of all) await applyFact(shop.till, fact);
          if (askedMeanwhile) {
            shop.world.advance(minutes(41));
            await endHold(shop.till, order.id);
          }
          await payDueRefunds(shop.till);
          expect((await orderNow(shop, order.id)).state).toBe(end);
          seen += 1;
          paid += end === 'paid' ? 1 : 0;
        },
      ),
      { numRuns: 12 },
    );
  });

  it('and money, places and locks agree with it', async () => {
    expect(seen).toBeGreaterThan(50);
    expect(await contents(shop.db, 'places')).toHaveLength(paid);
    expect(await contents(shop.db, 'runners')).toHaveLength(paid);
    expect(await contents(shop.db, 'ledger')).toHaveLength(paid);
    expect(await balances(shop)).toMatchObject({ stripe: paid * price });
    expect(await Array.fromAsync(shop.stripe.refunds.list())).toEqual([]);
  });
});
