import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOrder } from '../../shared/orders/place-order.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import { contents } from '../support/database.ts';
import { sampleEntry, sampleEvent, sampleOrder, sampleRunner } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { teamEntry } from '../support/teams.ts';

const key = (number: number) => `idempotency-key-${String(number).padStart(6, '0')}`;

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('holding places', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
  });
  afterAll(() => shop.stop());

  it('writes order, entry, place and lock together', async () => {
    const order = await placeOrder(shop.desk, {
      event: 'test-race',
      idempotencyKey: key(1),
      input: sampleOrder(1),
    });
    expect(order).toMatchObject({ state: 'held', total: 2_000_000 });
    const [line] = order.lines;
    expect(line).toMatchObject({
      kind: 'entry',
      price: 2_000_000,
      shares: [{ project: 'school', amount: 500_000 }],
    });
    const places = await contents(shop.db, 'places');
    expect(places).toMatchObject([{ order: order.id, heldUntil: '2026-11-24T06:40:00.000Z' }]);
    expect(await contents(shop.db, 'runners')).toMatchObject([{ order: order.id }]);
    expect(await contents(shop.db, 'orders')).toHaveLength(2);
  });

  it('finds the first order again when the same request is repeated', async () => {
    const first = await placeOrder(shop.desk, {
      event: 'test-race',
      idempotencyKey: key(1),
      input: sampleOrder(1),
    });
    const again = await placeOrder(shop.anotherDesk(), {
      event: 'test-race',
      idempotencyKey: key(1),
      input: sampleOrder(1),
    });
    expect(again).toEqual(first);
    expect(await contents(shop.db, 'places')).toHaveLength(1);
  });

  it('refuses a key that stands for a different order', async () => {
    const refusal = await refusalOf(
      placeOrder(shop.desk, { event: 'test-race', idempotencyKey: key(1), input: sampleOrder(2) }),
    );
    expect(refusal.code).toBe('idempotency_key_reused');
  });

  it('keeps a runner to one entry, and mails the link of the order that has them', async () => {
    const input = sampleOrder(1, { contact: { email: 'stranger@example.com', locale: 'en' } });
    const refusal = await refusalOf(
      placeOrder(shop.desk, { event: 'test-race', idempotencyKey: key(3), input }),
    );
    expect(refusal).toMatchObject({ code: 'runner_already_entered', detail: { field: 'entries.0.runner' } });
    expect(await contents(shop.db, 'outbox')).toMatchObject([
      { kind: 'order_link', to: 'runner1@example.com' },
    ]);
    expect(await contents(shop.db, 'places')).toHaveLength(1);
  });

  it('takes all places of an order or none', async () => {
    const input = sampleOrder(10, { entries: [sampleEntry(10), sampleEntry(1)] });
    const refusal = await refusalOf(
      placeOrder(shop.desk, { event: 'test-race', idempotencyKey: key(4), input }),
    );
    expect(refusal).toMatchObject({ code: 'runner_already_entered', detail: { field: 'entries.1.runner' } });
    expect(await contents(shop.db, 'places')).toHaveLength(1);
    expect(await contents(shop.db, 'runners')).toHaveLength(1);
  });
});

describe('a rush', () => {
  it('gives 50 places to exactly 50 of 200 runners, and tells the others', async () => {
    const shop = await openTestShop();
    const desks = [shop.desk, shop.anotherDesk(), shop.anotherDesk()];
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, number) => {
        const desk = desks[number % desks.length] ?? shop.desk;
        try {
          const order = await placeOrder(desk, {
            event: 'test-race',
            idempotencyKey: key(number),
            input: sampleOrder(number),
          });
          return order.state;
        } catch (error) {
          return error instanceof Refusal ? error.code : error;
        }
      }),
    );
    // Whatever else came is shown.
    expect(outcomes.filter((outcome) => outcome !== 'held' && outcome !== 'sold_out')).toEqual([]);
    expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(50);
    expect(outcomes.filter((outcome) => outcome === 'sold_out')).toHaveLength(150);
    const places = await contents(shop.db, 'places');
    expect(new Set(places.map(({ n }) => n)).size).toBe(50);
    expect(new Set(places.map(({ order }) => order)).size).toBe(50);
    await shop.stop();
  });

  it('sells exactly the first places at the early price', async () => {
    const shop = await openTestShop(sampleEvent({ early: 20 }));
    const prices = [1_200_000, 2_000_000];
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, number) => {
        for (const amount of prices)
          try {
            const entries = [sampleEntry(number, { price: { amount, currency: 'KZT' } })];
            const order = await placeOrder(shop.desk, {
              event: 'test-race',
              idempotencyKey: key(number),
              input: sampleOrder(number, { entries }),
            });
            return order.total;
          } catch (error) {
            if (error instanceof Refusal && error.code === 'price_changed') continue;
            return error instanceof Refusal ? error.code : error;
          }
        return 'none';
      }),
    );
    expect(outcomes.filter((total) => total === 1_200_000)).toHaveLength(20);
    expect(outcomes.filter((total) => total === 2_000_000)).toHaveLength(30);
    expect(outcomes.filter((outcome) => outcome === 'sold_out')).toHaveLength(10);
    await shop.stop();
  });
});

describe('rules of an order', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
  });
  afterAll(() => shop.stop());

  it.each([
    ['a day under 15', { birthDate: '2012-09-27' }, 'too_young', 'birthDate'],
    [
      'the 15th birthday on race day',
      { birthDate: '2012-09-26', guardian: { name: 'Ерлан', phone: '+77012345678', consent: true } },
      undefined,
      '',
    ],
    ['no guardian under age', { birthDate: '2012-09-26' }, 'guardian_required', 'guardian'],
    [
      'a guardian without consent',
      { birthDate: '2012-09-26', guardian: { name: 'Е', phone: '+77012345678', consent: false } },
      'consent_required',
      'guardian.consent',
    ],
    ['a phone that cannot be one', { phone: '+7 000' }, 'phone_invalid', 'phone'],
    ['born after the race', { birthDate: '2030-01-01' }, 'date_invalid', 'birthDate'],
  ])('%s', async (name, changes, code, field) => {
    const before = (await contents(shop.db, 'places')).length;
    const input = sampleOrder(1, { entries: [sampleEntry(1, { runner: sampleRunner(1, changes) })] });
    const work = placeOrder(shop.desk, {
      event: 'test-race',
      idempotencyKey: `rules-of-an-order-${name.replaceAll(' ', '-')}`,
      input,
    });
    if (code === undefined) {
      expect((await work).state).toBe('held');
      return;
    }
    const refusal = await refusalOf(work);
    expect(refusal.code).toBe('validation_failed');
    expect(refusal.detail.errors).toContainEqual(
      expect.objectContaining({ field: `entries.0.runner.${field}`, code }),
    );
    expect(await contents(shop.db, 'places')).toHaveLength(before);
  });

  it('opens and closes by the clock', async () => {
    const late = (instant: string) => {
      shop.world.set(instant);
      return refusalOf(
        placeOrder(shop.desk, { event: 'test-race', idempotencyKey: key(70), input: sampleOrder(70) }),
      );
    };
    expect(await late('2026-09-30T12:00:00.000Z')).toMatchObject({
      code: 'registration_not_open',
      detail: { opensAt: '2026-10-01T04:00:00.000Z' },
    });
    expect(await late('2027-09-12T19:00:00.000Z')).toMatchObject({ code: 'registration_closed' });
    shop.world.set('2026-11-24T06:00:00.000Z');
    const refusal = await refusalOf(
      placeOrder(shop.desk, {
        event: 'test-race',
        idempotencyKey: key(71),
        input: sampleOrder(71, { entries: [teamEntry()] }),
      }),
    );
    expect(refusal.code).toBe('registration_not_open');
  });
});
