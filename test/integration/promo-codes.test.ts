import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishPromoCodes } from '../../shared/catalogue/promo-codes.ts';
import { publish } from '../../shared/catalogue/publish.ts';
import { catalogueEvent } from '../../shared/catalogue/schema.ts';
import type { OrderInput } from '../../shared/contracts/orders.ts';
import { countUses } from '../../shared/entries/code-uses.ts';
import { endOrder } from '../../shared/orders/end-order.ts';
import type { Order } from '../../shared/orders/order.ts';
import { placeOrder } from '../../shared/orders/place-order.ts';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { report } from '../../shared/reports/report.ts';
import { applyAll, balances, hold, minutes, orderNow, refusalOf, toCheckout } from '../support/buying.ts';
import { openCodeShop, pricedEvent, sampleCodes, tenge } from '../support/codes.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { sampleEntry, sampleRunner } from '../support/sample.ts';
import type { TestShop } from '../support/shop.ts';
import { tend } from '../support/waiting.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openCodeShop();
});
afterEach(() => shop.stop());

const withCode = (number: number, code: string, amount: number, changes: Partial<OrderInput> = {}) =>
  ({
    entries: [sampleEntry(number, { price: tenge(amount) })],
    code,
    ...changes,
  }) satisfies Partial<OrderInput>;
const used = (code: string) => countUses(shop.db, { event: 'test-race', code }, 10);
const errorsOf = async (work: Promise<unknown>) => (await refusalOf(work)).detail.errors;

describe('what a code makes of a price', () => {
  it('takes a part or an amount off, after the age, and says what the place would cost', async () => {
    const young = sampleRunner(2, {
      birthDate: '2011-01-01',
      guardian: { name: 'Дана', phone: '+77012345678', consent: true },
    });
    const { lines, total } = await hold(shop, 1, {
      code: 'TENTH',
      entries: [
        sampleEntry(1, { price: tenge(1_800_000) }),
        sampleEntry(2, { price: tenge(900_000), runner: young }),
      ],
    });
    expect(total).toBe(2_700_000);
    expect(lines).toMatchObject([
      {
        price: 1_800_000,
        listPrice: 2_000_000,
        promo: { code: 'TENTH' },
        shares: [{ project: 'school', amount: 450_000 }],
      },
      { price: 900_000, listPrice: 2_000_000, agePrice: 1_000_000, shares: [{ amount: 225_000 }] },
    ]);
    expect(await used('TENTH')).toBe(2);
  });

  it('is for its distances only, and the other entries of the order cost what they cost', async () => {
    const child = sampleEntry(2, {
      distance: 'children',
      price: tenge(500_001),
      runner: sampleRunner(2, {
        birthDate: '2015-05-17',
        guardian: { name: 'Ерлан', phone: '+77012345678', consent: true },
      }),
    });
    const { project: _, ...ofChild } = child;
    const order = await hold(shop, 1, {
      code: 'MINUS-5000',
      entries: [sampleEntry(1, { price: tenge(1_500_000) }), ofChild],
    });
    expect(order.total).toBe(2_000_001);
    expect(order.lines[1]).not.toHaveProperty('promo');
    expect(await errorsOf(hold(shop, 3, { code: 'MINUS-5000', entries: [ofChild] }))).toEqual([
      { field: 'code', code: 'code_not_for_distance' },
    ]);
  });

  it('names the new prices when another was shown, and takes nothing', async () => {
    const refusal = await refusalOf(hold(shop, 1, withCode(1, 'TENTH', 2_000_000)));
    expect(refusal).toMatchObject({
      code: 'price_changed',
      detail: { prices: [{ field: 'entries.0.price', price: tenge(1_800_000) }] },
    });
    expect(await contents(shop.db, 'promos')).toEqual([]);
  });

  it('opens a distance to those who have it, and to nobody else', async () => {
    const on21k = (number: number, code?: string) =>
      hold(shop, number, {
        entries: [sampleEntry(number, { distance: '21k', price: tenge(3_000_000) })],
        ...(code !== undefined && { code }),
      });
    expect(await errorsOf(on21k(1))).toEqual([{ field: 'code', code: 'required' }]);
    expect(await errorsOf(on21k(1, 'TENTH'))).toEqual([{ field: 'code', code: 'code_not_for_distance' }]);
    expect((await on21k(1, 'CLUB-21K')).lines[0]).toMatchObject({ price: 3_000_000, distance: '21k' });
    expect(await used('CLUB-21K')).toBe(1);
  });

  it('is unknown before its time and expired after it; an address has so many uses', async () => {
    const answers = ['NO-SUCH', 'LATER', 'OVER'].map((code) =>
      errorsOf(hold(shop, 1, withCode(1, code, 1_800_000))),
    );
    expect((await Promise.all(answers)).flat()).toEqual(
      ['code_unknown', 'code_unknown', 'code_expired'].map((code) => ({ field: 'code', code })),
    );
    const mine = { contact: { email: 'Aida+one@example.com'.toLowerCase(), locale: 'kk' } } as const;
    await hold(shop, 1, withCode(1, 'MINUS-5000', 1_500_000, mine));
    const tagged = { contact: { email: 'aida+two@example.com', locale: 'kk' } } as const;
    expect(await errorsOf(hold(shop, 2, withCode(2, 'MINUS-5000', 1_500_000, tagged)))).toEqual([
      { field: 'code', code: 'code_used_by_mail' },
    ]);
    expect(JSON.stringify(await contents(shop.db, 'promos'))).not.toContain('example.com');
  });
});

describe('the uses of a code', () => {
  it('are exactly ten when a hundred want them at once, in several processes', async () => {
    const wide = pricedEvent({ places: 500 });
    await publish(shop.db, shop.world, wide);
    shop.world.advance(6_000);
    const desks = Array.from({ length: 4 }, () => shop.anotherDesk());
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, async (_, number) => {
        const desk = desks[number % desks.length] ?? shop.desk;
        return hold({ ...shop, desk }, number, withCode(number, 'TENTH', 1_800_000));
      }),
    );
    const held = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(held).toHaveLength(10);
    const numbers = held.flatMap(({ lines }) =>
      lines.flatMap((line) => (line.kind === 'entry' && line.promo ? [line.promo.use] : [])),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({
          code: 'validation_failed',
          detail: { errors: [{ field: 'code', code: 'code_used_up' }] },
        });
    // Whoever was refused has taken no place either.
    expect(await contents(shop.db, 'places')).toHaveLength(10);
  });

  it('are all taken by one order or none', async () => {
    await hold(shop, 1, withCode(1, 'CLUB-21K', 0, { entries: entriesOn21k(1, 4) }));
    expect(
      await errorsOf(hold(shop, 2, withCode(2, 'CLUB-21K', 0, { entries: entriesOn21k(11, 2) }))),
    ).toEqual([{ field: 'code', code: 'code_used_up' }]);
    expect(await used('CLUB-21K')).toBe(4);
    await hold(shop, 3, withCode(3, 'CLUB-21K', 0, { entries: entriesOn21k(21, 1) }));
  });

  it('are given back by an order that ends unpaid, once, and stay with one that is paid', async () => {
    const first = await hold(shop, 1, withCode(1, 'MINUS-5000', 1_500_000));
    const { session } = await toCheckout(shop, 2, withCode(2, 'MINUS-5000', 1_500_000));
    shop.double.pay(session);
    await applyAll(shop);
    expect(await used('MINUS-5000')).toBe(2);
    shop.world.advance(minutes(41));
    await tend(shop);
    expect(await used('MINUS-5000')).toBe(1);
    // The number may be another order's by now: ending the first once more takes nothing from it.
    const next = await Promise.all(
      [3, 4].map((number) => hold(shop, number, withCode(number, 'MINUS-5000', 1_500_000))),
    );
    expect(next).toHaveLength(2);
    await endOrder(shop.till, first.id, 'hold_ended', { attempt: 1 });
    expect(await used('MINUS-5000')).toBe(3);
    expect(await errorsOf(hold(shop, 5, withCode(5, 'MINUS-5000', 1_500_000)))).toMatchObject([
      { code: 'code_used_up' },
    ]);
  });

  it('are taken again by a payment that comes after the order has ended, or the money goes back', async () => {
    const late = async (number: number) => {
      const { order, session } = await toCheckout(shop, number, withCode(number, 'MINUS-5000', 1_500_000));
      shop.double.pay(session);
      await endOrder(shop.till, order.id, 'hold_ended', { attempt: 1 });
      return order.id;
    };
    const [kept, gone] = [await late(1), await late(2)];
    const [of1, of2] = (await shop.facts()).filter(({ kind }) => kind === 'paid');
    if (of1) await applyFact(shop.till, of1);
    expect(await orderNow(shop, kept)).toMatchObject({ state: 'paid', total: 1_500_000 });
    // Others take what is left meanwhile.
    for (const number of [3, 4]) await hold(shop, number, withCode(number, 'MINUS-5000', 1_500_000));
    if (of2) await applyFact(shop.till, of2);
    expect((await orderNow(shop, gone)).state).toMatch(/refund_due|refunded/);
    expect(await used('MINUS-5000')).toBe(3);
  });

  it('are others for a payment that comes late, when somebody else has its own and one is left', async () => {
    const { order, session } = await toCheckout(shop, 1, withCode(1, 'MINUS-5000', 1_500_000));
    shop.double.pay(session);
    await endOrder(shop.till, order.id, 'hold_ended', { attempt: 1 });
    const useOf = ({ lines }: Order) => lines.map((line) => line.kind === 'entry' && line.promo?.use);
    const others: Order[] = [];
    for (const number of [2, 3, 4])
      others.push(await hold(shop, number, withCode(number, 'MINUS-5000', 1_500_000)));
    const [one] = others.filter((other) => !isDeepStrictEqual(useOf(other), useOf(order)));
    if (one) await endOrder(shop.till, one.id, 'hold_ended', { attempt: one.attempt?.number });
    expect(await used('MINUS-5000')).toBe(2);
    await applyAll(shop);
    const paid = await orderNow(shop, order.id);
    expect(paid).toMatchObject({ state: 'paid', total: 1_500_000 });
    expect(one && useOf(paid)).toEqual(one && useOf(one));
    expect(await used('MINUS-5000')).toBe(3);
  });

  it('are had once by a request whose answer was lost, and by none that never arrived', async () => {
    for (const kind of ['fail-before', 'lose-answer'] as const) {
      const db = withFaults(shop.db, { command: 'TransactWrite', kind });
      const cut = hold({ ...shop, desk: { ...shop.desk, db } }, 7, withCode(7, 'TENTH', 1_800_000));
      await expect(cut).rejects.toThrow(ConnectionLost);
      expect(await used('TENTH')).toBe(kind === 'lose-answer' ? 1 : 0);
    }
    const again = await Promise.all([1, 2, 3].map(() => hold(shop, 7, withCode(7, 'TENTH', 1_800_000))));
    expect(new Set(again.map(({ id }) => id)).size).toBe(1);
    expect(await used('TENTH')).toBe(1);
  });

  it('are counted for staff as they stand: paid and held ones, without those of a hold that is over', async () => {
    const figures = async () => (await report(shop.till, 'test-race'))?.codes;
    const { session } = await toCheckout(shop, 1, withCode(1, 'TENTH', 1_800_000));
    shop.double.pay(session);
    await applyAll(shop);
    await hold(shop, 2, withCode(2, 'TENTH', 1_800_000));
    await hold(shop, 3, withCode(3, 'MINUS-5000', 1_500_000));
    expect(await figures()).toEqual([
      { code: 'CLUB-21K', unlocks: true, uses: 5, used: 0 },
      { code: 'FREE-ENTRY', off: { percent: 10_000 }, uses: 3, used: 0 },
      { code: 'LATER', off: { percent: 1_000 }, uses: 1, used: 0 },
      { code: 'MINUS-5000', off: { fixed: tenge(500_000) }, uses: 3, used: 1 },
      {
        code: 'OVER',
        off: { percent: 1_000 },
        uses: 1,
        used: 0,
        closesAt: '2026-10-02T00:00:00.000Z',
      },
      { code: 'TENTH', off: { percent: 1_000 }, uses: 10, used: 2 },
    ]);
    shop.world.advance(minutes(41));
    await hold(shop, 4, withCode(4, 'MINUS-5000', 1_500_000));
    await tend(shop);
    const later = (await figures())?.map(({ code, used }) => [code, used]);
    expect(Object.fromEntries(later ?? [])).toMatchObject({ TENTH: 1, 'MINUS-5000': 1 });
  });

  it('cost an order without a code nothing', async () => {
    const db = withFaults(shop.db);
    await hold({ ...shop, desk: { ...shop.desk, db } }, 1);
    const plain = db.sent.filter((command) => command !== 'BatchGet');
    const coded = withFaults(shop.db);
    await hold({ ...shop, desk: { ...shop.desk, db: coded } }, 2, withCode(2, 'TENTH', 1_800_000));
    expect(coded.sent.length - plain.length).toBe(2);
    expect(JSON.stringify(await contents(shop.db, 'promos'))).not.toContain('runner1');
  });
});

describe('a price that was shown', () => {
  it('is kept for the life of the hold, whatever becomes of price, age price and code', async () => {
    const { order, session } = await toCheckout(shop, 1, withCode(1, 'TENTH', 1_800_000));
    const dearer = pricedEvent();
    await publish(
      shop.db,
      shop.world,
      catalogueEvent.parse({
        ...dearer,
        distances: dearer.distances.map((distance) =>
          distance.id === '10k' ? { ...distance, prices: [{ amount: 2_400_000 }] } : distance,
        ),
      }),
    );
    await publishPromoCodes(
      shop.db,
      shop.world,
      'test-race',
      sampleCodes.filter(({ code }) => code !== 'TENTH'),
    );
    shop.world.advance(6_000);
    expect(await startCheckout(shop.till, order.id)).toMatchObject({ state: 'paying' });
    expect((await refusalOf(hold(shop, 2))).code).toBe('price_changed');
    expect(await errorsOf(hold(shop, 2, withCode(2, 'TENTH', 2_160_000)))).toMatchObject([
      { code: 'code_unknown' },
    ]);
    // Paid late: the hold is over, and nobody has swept it yet.
    shop.world.advance(minutes(37));
    shop.double.pay(session);
    shop.world.advance(minutes(10));
    await applyAll(shop);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'paid', total: 1_800_000 });
    expect(await balances(shop)).toEqual({
      stripe: 1_800_000,
      'project:school': -450_000,
      'entry-fees': -1_350_000,
    });
    expect(await used('TENTH')).toBe(1);
  });

  it('includes the cover of the processing fee', async () => {
    const gift = { project: 'trees', amount: tenge(500_000) };
    const cover = (amount: number) => ({ donations: [gift], feeCover: tenge(amount) });
    // 3% of 25,000 ₸ and 50 ₸.
    expect(await refusalOf(hold(shop, 1, cover(75_000)))).toMatchObject({
      code: 'price_changed',
      detail: { prices: [{ field: 'feeCover', price: tenge(80_000) }] },
    });
    const { session } = await toCheckout(shop, 1, cover(80_000));
    shop.double.pay(session);
    await applyAll(shop);
    expect(await balances(shop)).toMatchObject({ stripe: 2_580_000, 'processing-fees': -80_000 });
  });
});

function entriesOn21k(first: number, count: number) {
  return Array.from({ length: count }, (_, index) =>
    sampleEntry(first + index, { distance: '21k', price: tenge(3_000_000) }),
  );
}

it('does not take a code that another request with the same key did not have', async () => {
  await hold(shop, 1);
  const again = placeOrder(shop.desk, {
    event: 'test-race',
    idempotencyKey: 'idempotency-key-000001',
    input: {
      contact: { email: 'runner1@example.com', locale: 'ru' },
      entries: [sampleEntry(1, { price: tenge(1_800_000) })],
      donations: [],
      code: 'TENTH',
    },
  });
  expect((await refusalOf(again)).code).toBe('idempotency_key_reused');
  expect(await used('TENTH')).toBe(0);
});
