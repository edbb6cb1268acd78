import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../shared/ledger/reconciled.ts';
import type { AccountMovement } from '../../shared/payments/books.ts';
import { accountBooking, dayFees, expectationOf } from '../../shared/payments/reconciliation/bookings.ts';
import { type Booked, compare } from '../../shared/payments/reconciliation/compare.ts';

const checkedDays = { from: '2026-11-01', until: '2026-11-29' };
const ask = (fact: string, amount: number, more: Partial<Expectation> = {}): Expectation => ({
  fact,
  amount,
  currency: 'KZT',
  at: '2026-11-10T00:00:00.000Z',
  about: {},
  ...more,
});
const booked = (fact: string, amount: number, keyDay = '2026-11-10'): Booked => ({
  fact,
  amount,
  currency: 'KZT',
  keyDay,
  occurredAt: `${keyDay}T12:00:00.000Z`,
});
const ledgerOf = (...all: Booked[]) => new Map(all.map((found) => [found.fact, found]));

describe('a comparison', () => {
  const amounts = fc.integer({ min: -9_000_000, max: 9_000_000 }).filter((amount) => amount !== 0);
  const books = fc.array(
    fc.record({
      amount: amounts,
      at: fc.constantFrom('both', 'provider', 'ledger', 'waiting', 'other amount'),
    }),
    { maxLength: 30 },
  );

  it('explains the whole difference of the two balances by single facts, whatever is missing where', () => {
    fc.assert(
      fc.property(books, (facts) => {
        const expected: Expectation[] = [];
        const ledger: Booked[] = [];
        for (const [index, { amount, at }] of facts.entries()) {
          const fact = `fact ${index}`;
          if (at !== 'ledger') expected.push(ask(fact, amount, at === 'waiting' ? { mayWait: true } : {}));
          if (at === 'both' || at === 'ledger') ledger.push(booked(fact, amount));
          if (at === 'other amount') ledger.push(booked(fact, amount + 1));
        }
        const provider = expected.reduce((sum, { amount }) => sum + amount, 0);
        const found = compare({
          ledger: ledgerOf(...ledger),
          expected,
          balances: new Map([['KZT', provider]]),
          checkedDays,
        });
        const kinds = facts.filter(({ at }) => at !== 'both' && at !== 'waiting');
        expect(found.differences).toHaveLength(kinds.length);
        expect(found.balances.every(({ unexplained }) => unexplained === 0)).toBe(true);
        const waiting = facts.filter(({ at }) => at === 'waiting');
        expect(found.balances[0]?.underWay ?? 0).toBe(waiting.reduce((sum, { amount }) => sum - amount, 0));
      }),
    );
  });

  it('calls what no fact explains unexplained, to the tiyn', () => {
    fc.assert(
      fc.property(amounts, (hidden) => {
        const found = compare({
          ledger: ledgerOf(booked('old', 500, '2026-10-01')),
          expected: [],
          balances: new Map([['KZT', 500 - hidden]]),
          checkedDays,
        });
        expect(found).toMatchObject({
          differences: [],
          difference: Math.abs(hidden),
          balances: [{ unexplained: hidden }],
        });
      }),
    );
  });

  it('keeps currencies apart', () => {
    const found = compare({
      ledger: ledgerOf(booked('pi_1 paid', 100)),
      expected: [ask('pi_1 paid', 100, { currency: 'USD' })],
      balances: new Map([['USD', 100]]),
      checkedDays,
    });
    expect(found.differences).toMatchObject([{ difference: { kind: 'amount_differs', currency: 'USD' } }]);
  });

  it('waits with a fact whose day is not over', () => {
    const found = compare({
      ledger: ledgerOf(booked('pi_1 paid', 100, '2026-11-29')),
      expected: [],
      balances: new Map(),
      checkedDays,
    });
    expect(found).toMatchObject({ difference: 0, open: [], balances: [{ underWay: 100, unexplained: 0 }] });
  });
});

const movement = (
  id: string,
  amount: number,
  fee: number,
  more: Partial<AccountMovement>,
): AccountMovement => ({
  id,
  amount,
  fee,
  net: amount - fee,
  currency: 'KZT',
  createdAt: '2026-11-24T20:30:00.000Z',
  what: { kind: 'fee' },
  ...more,
});

describe('bookings of the account', () => {
  it('sum to zero and move stripe by what the balance moved, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -9_000_000, max: 9_000_000 }),
        fc.integer({ min: -9_000, max: 9_000 }),
        fc.constantFrom<AccountMovement['what']>(
          { kind: 'payout', payout: 'po_1' },
          { kind: 'payout_returned', payout: 'po_1' },
          { kind: 'fee' },
          { kind: 'unknown', type: 'topup' },
        ),
        (amount, fee, what) => {
          const moved = movement('txn_1', amount, fee, { what });
          const postings = accountBooking(moved)?.postings ?? [];
          expect(postings.reduce((sum, posting) => sum + posting.amount, 0)).toBe(0);
          const stripe = postings.find(({ account }) => account === 'stripe')?.amount ?? 0;
          expect(stripe).toBe(moved.net);
          expect(expectationOf(moved).amount).toBe(moved.net);
        },
      ),
    );
  });

  it('leave what is booked with an order to the order', () => {
    for (const kind of ['refund', 'refund_returned'] as const) {
      const what = { kind, refund: 're_1', status: 'done', payment: 'pi_1', order: 'ord_1' } as const;
      expect(accountBooking(movement('txn_1', -5, 0, { what }))).toBeUndefined();
    }
  });

  it('gather fees by event and UTC day', () => {
    const of = (event: string | undefined, createdAt: string, fee: number) =>
      movement('txn', 100, fee, {
        createdAt,
        what: { kind: 'payment', payment: 'pi', order: 'ord', ...(event !== undefined && { event }) },
      });
    expect(
      dayFees([
        of('a', '2026-11-24T23:59:59.000Z', 3),
        of('a', '2026-11-24T00:00:00.000Z', 4),
        of('a', '2026-11-25T00:00:00.000Z', 5),
        of('b', '2026-11-24T12:00:00.000Z', 6),
        of(undefined, '2026-11-24T12:00:00.000Z', 7),
        of('c', '2026-11-24T12:00:00.000Z', 0),
        movement('txn_dispute', -100, 50, {
          what: { kind: 'dispute', dispute: 'dp', payment: 'pi', order: 'ord' },
        }),
      ]),
    ).toMatchObject([
      { event: 'a', day: '2026-11-24', amount: 7 },
      { event: 'a', day: '2026-11-25', amount: 5 },
      { event: 'b', day: '2026-11-24', amount: 6 },
      { event: '-', day: '2026-11-24', amount: 7 },
    ]);
  });
});
