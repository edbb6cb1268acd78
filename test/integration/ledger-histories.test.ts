import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bookParts } from '../../shared/ledger/book.ts';
import { readControl } from '../../shared/ledger/control.ts';
import { effectOf, type Figures } from '../../shared/ledger/effect.ts';
import { fold } from '../../shared/ledger/fold.ts';
import { readMarks } from '../../shared/ledger/marks.ts';
import { rebuild } from '../../shared/ledger/rebuild.ts';
import { readTotals } from '../../shared/ledger/totals.ts';
import type { LedgerTransaction } from '../../shared/ledger/transaction.ts';
import { ProofImpossible, verify } from '../../shared/ledger/verify.ts';
import { commit, type Database, DatabaseBusy } from '../../shared/platform/database.ts';
import { openTestDatabase } from '../support/database.ts';
import { ConnectionLost, type Fault, withFaults } from '../support/faults.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const events = ['spring-race', 'autumn-race'];
const distances = ['10k', '21k', 'children'];

/** Transaction number `n`: payments, gifts and refunds of two events, on many distances and days. */
function transaction(n: number): LedgerTransaction {
  const day = `2026-1${n % 3}-${String(1 + (n % 28)).padStart(2, '0')}`;
  const distance = distances[n % distances.length] ?? '10k';
  const back = n % 5 === 4 ? -1 : 1;
  const [fee, share] = [(20_000 + n) * back, (333 + n) * back];
  return {
    fact: `pi_${n} ${back === 1 ? 'paid' : 'refunded'}`,
    keyDay: day,
    event: events[n % events.length] ?? 'spring-race',
    order: `ord_${n}`,
    currency: 'KZT',
    occurredAt: `${day}T06:00:00.000Z`,
    day,
    postings: [
      { account: 'stripe', amount: fee },
      { account: 'project:school', amount: -share, source: back === 1 ? 'feeShare' : 'refund', distance },
      { account: 'entry-fees', amount: -(fee - share), distance },
    ],
    entries: { [distance]: back },
  };
}

/** What a fold may meet before one of its transactions; the last is a rebuild that overtakes it. */
const met = fc.constantFrom('fail-before', 'lose-answer', 'conflict', 'throttle', 'rebuild');
const table = fc.constantFrom('marks', 'totals', 'ledger');

/** What may happen, in any order and at the same time. */
const step = fc.oneof(
  // Payments arrive, some told twice.
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('book' as const), count: fc.integer({ min: 1, max: 25 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('repeat' as const), count: fc.integer({ min: 1, max: 9 }) }),
  },
  // The stream names some shards only, twice, or none: its record is lost and the schedule comes later.
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fold' as const),
      shards: fc.option(fc.array(fc.integer({ min: 0, max: 31 }), { maxLength: 32 }), { nil: undefined }),
      fault: fc.option(fc.record({ kind: met, after: fc.constantFrom(0, 0, 1, 2) })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('foldAll' as const), at: fc.integer({ min: 2, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('prove' as const), meanwhile: table }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rebuild' as const), meanwhile: table }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('die' as const), in: fc.constantFrom('prove', 'rebuild') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface History {
  readonly db: Database;
  readonly world: TestWorld;
  booked: number;
}

const book = async (history: History, count: number): Promise<void> => {
  const from = history.booked;
  history.booked += count;
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      commit(history.db, history.world, bookParts(transaction(from + index))),
    ),
  );
};

/** What a dying process, a busy table or somebody else's lease may answer; anything else is a fault. */
const survives = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (
      !(error instanceof ConnectionLost) &&
      !(error instanceof DatabaseBusy) &&
      !(error instanceof ProofImpossible)
    )
      throw error;
  }
};

async function take(history: History, one: Step): Promise<void> {
  const { db, world } = history;
  switch (one.do) {
    case 'book':
      return book(history, one.count);
    case 'repeat':
      for (let n = 0; n < Math.min(one.count, history.booked); n += 1)
        expect(await commit(db, world, bookParts(transaction(n)))).toMatchObject({ done: false });
      return;
    case 'fold': {
      const faults: Fault[] = one.fault
        ? [
            { command: 'TransactWrite', kind: () => {}, times: one.fault.after },
            {
              command: 'TransactWrite',
              kind: one.fault.kind === 'rebuild' ? () => rebuild(db, world) : one.fault.kind,
            },
          ]
        : [];
      const marks =
        one.shards && (await readMarks(db)).filter(({ shard }) => one.shards?.includes(Number(shard)));
      await survives(fold(withFaults(db, ...faults), world, marks));
      // The stream brings its record again.
      await fold(db, world, marks);
      return;
    }
    case 'foldAll':
      await Promise.all(Array.from({ length: one.at }, () => fold(db, world)));
      return;
    case 'prove': {
      const busy = withFaults(db, meanwhile(history, one.meanwhile));
      expect(await verify(busy, world)).toMatchObject({ difference: 0, unbalanced: [] });
      return;
    }
    case 'rebuild':
      await rebuild(withFaults(db, meanwhile(history, one.meanwhile)), world);
      return;
    case 'die': {
      const dying = withFaults(
        db,
        { command: 'Update', kind: () => {} },
        { command: 'Update', kind: 'fail-before', times: 2 },
      );
      await survives(one.in === 'prove' ? verify(dying, world) : rebuild(dying, world));
      // Nobody can fold or prove until the lease of the dead has run out.
      world.advance(241_000);
      return;
    }
    case 'wait':
      world.advance(60_000);
  }
}

/** While a table is read, payments arrive and somebody folds. */
function meanwhile(history: History, name: 'marks' | 'totals' | 'ledger'): Fault {
  return {
    command: name === 'marks' ? 'Query' : 'Scan',
    table: name,
    kind: async () => {
      await book(history, 3);
      await fold(history.db, history.world);
    },
  };
}

/** The rows of an event as its transactions make them, added up here. */
function rowsOf(event: string, booked: number): Record<string, Figures> {
  const rows: Record<string, Record<string, number>> = {};
  for (let n = 0; n < booked; n += 1) {
    const one = effectOf(transaction(n));
    if (one.event !== event) continue;
    for (const [row, figures] of Object.entries(one.rows)) {
      const sums = rows[row] ?? {};
      for (const [figure, amount] of Object.entries(figures)) sums[figure] = (sums[figure] ?? 0) + amount;
      rows[row] = sums;
    }
  }
  return rows;
}

it('ends with the totals of the ledger, whatever happened on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
      const history: History = { db: await openTestDatabase(), world: testWorld(), booked: 0 };
      const { db, world } = history;
      for (const one of steps) await take(history, one);
      await fold(db, world);
      expect(await readMarks(db)).toEqual([]);
      expect((await readControl(db)).transactions).toBe(history.booked);
      for (const event of events)
        expect(Object.fromEntries((await readTotals(db, event)).rows)).toEqual(rowsOf(event, history.booked));
      expect(await verify(db, world)).toMatchObject({
        difference: 0,
        waiting: 0,
        transactions: history.booked,
      });
    }),
    { numRuns: 5 },
  );
}, 120_000);
