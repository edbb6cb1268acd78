import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitByWeights } from '../../shared/charity/allocate.ts';
import { addReversed, remainingOf, reverse, sumRemaining } from '../../shared/charity/reverse.ts';
import { amountOf, sharesOf } from '../../shared/contracts/breakdown.ts';
import { type OrderLine, reversible } from '../../shared/orders/lines.ts';
import { noRecords } from '../../shared/orders/money-records.ts';
import type { Order } from '../../shared/orders/order.ts';
import { remainingOfOrder } from '../../shared/orders/order-money.ts';
import { receiptOf } from '../../shared/orders/receipt.ts';
import { almaty } from '../support/paid-order.ts';
import { givenBack, sampleReceipt, storedOrder, unused } from '../support/receipts.ts';
import { testKeys } from '../support/shop.ts';

const projects = almaty.projects.map(({ id }) => id);
const project = fc.constantFrom(...projects);
const amount = fc.integer({ min: 1, max: 99_999_999 });

/** A line as orders have them: an entry whose fee is split among projects, or a gift. */
const line: fc.Arbitrary<OrderLine> = fc.oneof(
  fc.record({ kind: fc.constant('donation' as const), project, amount }),
  fc.record({ kind: fc.constant('feeCover' as const), amount }),
  fc
    .record({
      price: amount,
      part: fc.integer({ min: 0, max: 100 }),
      weights: fc.uniqueArray(project, { minLength: 1 }),
      distance: fc.constantFrom(...almaty.distances.map(({ id }) => id)),
      place: fc.integer({ min: 1, max: 1000 }),
    })
    .map(({ price, part, weights, distance, place }) => ({
      kind: 'entry' as const,
      entry: `ent_${place}`,
      distance,
      place,
      price,
      ruleVersion: 1,
      shares: splitByWeights(
        Math.floor((price * part) / 100),
        weights.map((id) => ({ project: id, weight: 1 })),
      ),
    })),
);
const order = fc.array(line, { minLength: 1, maxLength: 18 }).map((lines) =>
  storedOrder({
    lines,
    total: lines.reduce((sum, one) => sum + amountOf(one), 0),
  }),
);

/** The order after refunds of parts of what remained each time. */
function refunded(paid: Order, parts: readonly number[]): Order {
  let { lines } = paid;
  for (const part of parts) {
    const items = lines.map(reversible);
    const taken = reverse(Math.floor(sumRemaining(items) * part), items);
    lines = lines.map((one, index) => ({
      ...one,
      reversed: addReversed(one.reversed, taken[index] ?? {}),
    }));
  }
  return { ...paid, lines };
}

const sum = (amounts: readonly { amount: number }[]) => amounts.reduce((all, one) => all + one.amount, 0);

describe('the figures of a receipt', () => {
  test('add up for every order', () => {
    fc.assert(
      fc.property(order, (paid) => {
        const receipt = receiptOf({ order: paid, entries: new Map(), records: noRecords }, almaty, testKeys);
        if (!receipt) return false;
        const { lines, total, shares, returns, kept } = receipt;
        const given = paid.lines.flatMap((bought) => sharesOf(bought));
        return (
          sum(lines.map((one) => one.amount)) === total.amount &&
          total.amount === paid.total &&
          sum(shares.map((share) => share.given)) === sum(given) &&
          shares.every((share) => share.given.amount - share.returned.amount === share.kept.amount) &&
          kept.amount === total.amount - sum(returns.map((one) => one.amount))
        );
      }),
    );
  });

  test('say of every project what refunds took back, and what it keeps', () => {
    fc.assert(
      fc.property(
        order,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
        (paid, parts) => {
          const after = refunded(paid, parts);
          const receipt = receiptOf(
            { order: after, entries: new Map(), records: noRecords },
            almaty,
            testKeys,
          );
          if (!receipt) return false;
          const kept = after.lines
            .flatMap((one) => remainingOf(reversible(one)))
            .filter(({ account }) => account.startsWith('project:'));
          return (
            sum(receipt.shares.map((share) => share.kept)) === sum(kept) &&
            receipt.kept.amount === remainingOfOrder(after) &&
            receipt.total.amount - sum(receipt.returns.map((one) => one.amount)) === receipt.kept.amount &&
            receipt.shares.every(
              ({ given, returned, kept: rest }) =>
                given.amount === returned.amount + rest.amount && returned.amount >= 0 && rest.amount >= 0,
            )
          );
        },
      ),
    );
  });

  test('name every project once, with what all lines give to it', () => {
    const { shares } = sampleReceipt();
    expect(shares.map(({ project: id, given }) => [id, given.amount])).toEqual([
      ['child-rehabilitation', 500_000],
      ['city-trees', 500_000],
    ]);
  });
});

test('a receipt names who paid, who received, when, and the fact in the ledger', () => {
  expect(sampleReceipt()).toMatchObject({
    number: 'ord_0123456789abcdefghjkmnpqrs',
    payer: 'aliya@example.com',
    payee: { name: almaty.organiser, legal: { bin: '999999999999' } },
    paidAt: '2026-11-24T06:05:00.000Z',
    how: 'stripe',
    facts: ['pi_1 paid'],
  });
});

test('a discount stands beside the price it was taken from', () => {
  const [entry] = storedOrder().lines;
  if (entry?.kind !== 'entry') throw new Error('The sample has changed.');
  const { lines } = sampleReceipt({ lines: [{ ...entry, listPrice: 2_500_000 }], total: 2_000_000 });
  expect(lines).toMatchObject([
    { listPrice: { amount: 2_500_000 }, discount: { amount: -500_000 }, amount: { amount: 2_000_000 } },
  ]);
});

test('an order without a payment has none', () => {
  const { payment: _, ...unpaid } = storedOrder({ state: 'paying' });
  expect(
    receiptOf({ order: unpaid, entries: new Map(), records: noRecords }, almaty, testKeys),
  ).toBeUndefined();
});

test.each([
  ['refund_due', 'under_way', noRecords],
  ['refunded', 'done', givenBack(2_500_000)],
] as const)(
  'money that bought nothing (%s) gives nothing to projects and goes back whole',
  (state, back, records) => {
    const { shares, returns, kept } = sampleReceipt({ state, ...unused }, records);
    expect(shares).toEqual([]);
    expect(returns).toMatchObject([{ state: back, amount: { amount: 2_500_000 } }]);
    expect(kept.amount).toBe(0);
  },
);

describe('after a part was given back', () => {
  const order = refunded(storedOrder(), [0.4]);

  test('each refund stands with its date, what is still on its way, and what stays', () => {
    const { returns, kept, facts, shares } = sampleReceipt(order, givenBack(600_000));
    expect(returns).toMatchObject([
      { id: 're_1', state: 'done', amount: { amount: 600_000 }, at: '2026-11-25T08:00:00.000Z' },
      { state: 'under_way', amount: { amount: 400_000 } },
    ]);
    expect(kept.amount).toBe(1_500_000);
    expect(facts).toEqual(['pi_1 paid', 're_1 succeeded']);
    expect(
      shares.map(({ given, returned, kept: rest }) => [given, returned, rest].map((one) => one.amount)),
    ).toEqual([
      [500_000, 200_000, 300_000],
      [500_000, 200_000, 300_000],
    ]);
  });

  test('a refund that came back is on its way again', () => {
    const { returns } = sampleReceipt(order, givenBack(1_000_000, { status: 'failed' }));
    expect(returns).toMatchObject([{ state: 'under_way', amount: { amount: 1_000_000 } }]);
  });

  test('a refund of a second payment takes nothing off this one', () => {
    const { returns, kept } = sampleReceipt({}, givenBack(2_500_000, { payment: 'pi_2' }));
    expect(returns).toEqual([]);
    expect(kept.amount).toBe(2_500_000);
  });

  test('money left to a project stays paid, and is no line of what was bought', () => {
    const left = { kind: 'donation', project: 'city-trees', amount: 1_000_000, left: 'ent_1' } as const;
    const decision = {
      id: 'rfd_1',
      amount: 1_000_000,
      at: '2026-11-25T08:00:00.000Z',
      reason: 'runner',
      cancelled: ['ent_00000000000000000000000001'],
      leftTo: 'city-trees',
    } as const;
    const records = { ...noRecords, decisions: new Map([['rfd_1', { ...decision, cancelled: [] }]]) };
    const receipt = sampleReceipt({ lines: [...order.lines, left] }, records);
    expect(receipt.lines).toHaveLength(2);
    expect(receipt.returns).toMatchObject([{ state: 'left', amount: { amount: 1_000_000 } }]);
    expect(receipt.kept.amount).toBe(2_500_000);
    expect(receipt.shares.find(({ project: id }) => id === 'city-trees')?.kept.amount).toBe(1_300_000);
  });

  test('what the bank took back stands beside it', () => {
    const lines = storedOrder().lines.map((one) =>
      one.kind === 'donation' ? { ...one, disputed: { 'project:city-trees': 500_000 } } : one,
    );
    const { returns, kept, shares } = sampleReceipt({ lines });
    expect(returns).toMatchObject([{ state: 'disputed', amount: { amount: 500_000 } }]);
    expect(kept.amount).toBe(2_000_000);
    expect(shares.at(-1)?.kept.amount).toBe(0);
  });
});
