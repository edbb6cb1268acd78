import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bookParts, LedgerUnbalanced, ledgerKey } from '../../shared/ledger/book.ts';
import { readControl, takeLease } from '../../shared/ledger/control.ts';
import { fold } from '../../shared/ledger/fold.ts';
import { readMarks } from '../../shared/ledger/marks.ts';
import { rebuild } from '../../shared/ledger/rebuild.ts';
import type { LedgerTransaction } from '../../shared/ledger/transaction.ts';
import { ProofImpossible, verify } from '../../shared/ledger/verify.ts';
import { commit, type Database } from '../../shared/platform/database.ts';
import { physicalName } from '../../shared/platform/tables.ts';
import { publicTotals } from '../../shared/reports/public-totals.ts';
import { report } from '../../shared/reports/report.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

const fee = 2_000_000;
const share = 500_000;

/** The booking of entry number `n`: by default one of a few distances and days, a quarter of the fee to a project. */
function booking(n: number, changes: Partial<LedgerTransaction> = {}): LedgerTransaction {
  const distance = ['10k', 'children', 'relay'][n % 3] ?? '10k';
  const day = `2026-11-${String(10 + (n % 7)).padStart(2, '0')}`;
  return {
    fact: `pi_${n} paid`,
    keyDay: day,
    event: 'test-race',
    order: `ord_${n}`,
    currency: 'KZT',
    occurredAt: `${day}T06:00:00.000Z`,
    day,
    postings: [
      { account: 'stripe', amount: fee },
      { account: 'project:school', amount: -share, source: 'feeShare', distance },
      { account: 'entry-fees', amount: -(fee - share), distance },
    ],
    entries: { [distance]: 1 },
    ...changes,
  };
}

const gift = (n: number, amount: number): LedgerTransaction =>
  booking(n, {
    postings: [
      { account: 'stripe', amount },
      { account: 'project:hospice', amount: -amount, source: 'donation' },
    ],
    entries: {},
  });

let shop: TestShop;
let db: Database;
beforeEach(async () => {
  shop = await openTestShop();
  ({ db } = shop);
});
afterEach(() => shop.stop());

const book = (...bookings: LedgerTransaction[]) =>
  Promise.all(bookings.map((one) => commit(db, shop.world, bookParts(one))));
const bookMany = (from: number, count: number) =>
  book(...Array.from({ length: count }, (_, index) => booking(from + index)));
const received = async () => (await report(shop.till, 'test-race'))?.totals.received.amount;
const entries = async () => (await publicTotals(shop.till, 'test-race'))?.entries;

describe('booking', () => {
  it('refuses postings that do not sum to zero, and writes nothing', async () => {
    const postings = [
      { account: 'stripe', amount: fee },
      { account: 'entry-fees', amount: -fee + 1 },
    ];
    expect(() => bookParts(booking(1, { postings }))).toThrow(LedgerUnbalanced);
    expect(await contents(db, 'ledger')).toEqual([]);
    expect(await contents(db, 'marks')).toEqual([]);
  });

  it.each([0.5, 2 ** 53, Number.NaN])('refuses the amount %d', (amount) => {
    const postings = [
      { account: 'stripe', amount },
      { account: 'entry-fees', amount: -amount },
    ];
    expect(() => bookParts(booking(1, { postings }))).toThrow();
  });

  it('refuses an account that is none', () => {
    const postings = [
      { account: 'stripe', amount: fee },
      { account: 'pocket', amount: -fee },
    ];
    expect(() => bookParts(booking(1, { postings }))).toThrow();
  });

  it('takes a fact once, whatever the second message says of it', async () => {
    await book(booking(1));
    const [again] = await book({ ...gift(1, 700), order: 'ord_other' });
    expect(again).toMatchObject({ done: false });
    expect(again).toHaveProperty('refused', new Set(['ledger', 'mark']));
    await fold(db, shop.world);
    const [afterFold] = await book(booking(1));
    expect(afterFold).toHaveProperty('refused', new Set(['ledger']));
    expect(await contents(db, 'ledger')).toHaveLength(1);
  });
});

describe('folding', () => {
  it('adds each transaction once, however often it is asked', async () => {
    await bookMany(0, 10);
    expect(await fold(db, shop.world)).toEqual({ added: 10, stopped: false });
    expect(await fold(db, shop.world)).toEqual({ added: 0, stopped: false });
    expect(await received()).toBe(10 * fee);
    expect((await readControl(db)).transactions).toBe(10);
  });

  it('adds each transaction once when three fold at the same time', async () => {
    await bookMany(0, 30);
    const folded = await Promise.all([1, 2, 3].map(() => fold(db, shop.world)));
    expect(folded.reduce((sum, { added }) => sum + added, 0)).toBe(30);
    expect(await received()).toBe(30 * fee);
    expect(await contents(db, 'marks')).toEqual([]);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, transactions: 30 });
  });

  it.each(['fail-before', 'lose-answer'] as const)('survives a crash: %s', async (kind) => {
    await bookMany(0, 5);
    const dying = withFaults(db, { command: 'TransactWrite', kind });
    await expect(fold(dying, shop.world)).rejects.toThrow(ConnectionLost);
    await fold(db, shop.world);
    expect(await received()).toBe(5 * fee);
    expect(await contents(db, 'marks')).toEqual([]);
    expect((await verify(db, shop.world)).difference).toBe(0);
  });

  it('adds more marks than one transaction holds, of many distances and days', async () => {
    const many = Array.from({ length: 230 }, (_, n) => {
      const distance = `d${n % 60}`;
      const day = `2026-${String((n % 12) + 1).padStart(2, '0')}-${String((n % 28) + 1).padStart(2, '0')}`;
      return booking(n, {
        day,
        entries: { [distance]: 1 },
        postings: [
          { account: 'stripe', amount: n + 1 },
          { account: 'entry-fees', amount: -n - 1, distance },
        ],
      });
    });
    await book(...many);
    const watched = withFaults(db);
    expect(await fold(watched, shop.world)).toEqual({ added: 230, stopped: false });
    expect(watched.sent.filter((name) => name === 'TransactWrite').length).toBeGreaterThan(2);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0, transactions: 230 });
    expect(Object.keys((await contents(db, 'totals')).find(({ sk }) => sk === 'accounts') ?? {})).toContain(
      'entry-fees',
    );
  });

  it('adds the marks it is told of, unread, and none of them twice', async () => {
    await bookMany(0, 40);
    const told = (await readMarks(db)).slice(0, 15);
    const watched = withFaults(db);
    expect(await fold(watched, shop.world, told)).toEqual({ added: 15, stopped: false });
    expect(watched.sent).not.toContain('Query');
    expect(await contents(db, 'marks')).toHaveLength(25);
    // The stream brings them again, together with others.
    expect(await fold(db, shop.world, [...told, ...(await readMarks(db))])).toEqual({
      added: 25,
      stopped: false,
    });
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0, transactions: 40 });
  });

  it('stands still under a lease and goes on when the lease has run out', async () => {
    await bookMany(0, 3);
    await takeLease(db, shop.world);
    expect(await fold(db, shop.world)).toEqual({ added: 0, stopped: true });
    expect(await contents(db, 'marks')).toHaveLength(3);
    shop.world.advance(241_000);
    expect(await fold(db, shop.world)).toEqual({ added: 3, stopped: false });
  });
});

describe('the proof', () => {
  it('finds no difference while booking goes on, and leaves out what waits', async () => {
    await bookMany(0, 20);
    await fold(db, shop.world);
    await bookMany(20, 5);
    const busy = withFaults(
      db,
      { command: 'Scan', table: 'ledger', kind: () => bookMany(25, 5) },
      { command: 'Query', table: 'marks', kind: () => bookMany(30, 5) },
    );
    expect(await verify(busy, shop.world)).toMatchObject({
      difference: 0,
      differing: [],
      unbalanced: [],
      transactions: 30,
      waiting: 10,
    });
    expect((await readControl(db)).proven).toMatchObject({ difference: 0, transactions: 30 });
    await fold(db, shop.world);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, transactions: 35, waiting: 0 });
  });

  it('keeps the fold away while it runs', async () => {
    await bookMany(0, 4);
    const folded: unknown[] = [];
    const busy = withFaults(db, {
      command: 'Scan',
      table: 'ledger',
      kind: async () => folded.push(await fold(db, shop.world)),
    });
    expect(await verify(busy, shop.world)).toMatchObject({ difference: 0, waiting: 4 });
    expect(folded).toEqual([{ added: 0, stopped: true }]);
    expect(await fold(db, shop.world)).toEqual({ added: 4, stopped: false });
  });

  it('names a row that somebody changed, to the tiyn', async () => {
    await bookMany(0, 6);
    await fold(db, shop.world);
    await db.client.send(
      new UpdateCommand({
        TableName: physicalName(db.prefix, 'totals'),
        Key: { pk: '1#test-race', sk: 'distance#10k' },
        UpdateExpression: 'ADD entryFees :one',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
    const proof = await verify(db, shop.world);
    expect(proof.difference).toBe(1);
    expect(proof.differing).toEqual([
      {
        event: 'test-race',
        row: 'distance#10k',
        figure: 'entryFees',
        ledger: 2 * (fee - share),
        totals: 2 * (fee - share) + 1,
      },
    ]);
    expect((await readControl(db)).proven?.difference).toBe(1);
    expect(await publicTotals(shop.till, 'test-race')).not.toHaveProperty('provenAt');
  });

  it('notices a ledger transaction that was changed, and one that is not balanced', async () => {
    await bookMany(0, 6);
    await fold(db, shop.world);
    const { keyDay, ...changed } = booking(3, {
      postings: [
        { account: 'stripe', amount: fee },
        { account: 'entry-fees', amount: 7 - fee, distance: '10k' },
      ],
    });
    await db.client.send(
      new PutCommand({
        TableName: physicalName(db.prefix, 'ledger'),
        Item: { ...ledgerKey(keyDay, changed.fact), ...changed },
      }),
    );
    const proof = await verify(db, shop.world);
    expect(proof.unbalanced).toEqual(['pi_3 paid']);
    expect(proof.difference).toBeGreaterThan(0);
    expect(proof.differing).toContainEqual(
      expect.objectContaining({ row: 'distance#10k', figure: 'project:school:feeShare', totals: 2 * share }),
    );
  });

  it('notices a transaction that was added past the marks', async () => {
    await bookMany(0, 2);
    await fold(db, shop.world);
    const [ledgerOnly] = bookParts(booking(2));
    if (!ledgerOnly) throw new Error('There is no ledger part.');
    await commit(db, shop.world, [ledgerOnly]);
    const proof = await verify(db, shop.world);
    expect(proof.differing).toContainEqual({
      event: '',
      row: 'control',
      figure: 'transactions',
      ledger: 3,
      totals: 2,
    });
  });

  it('notices a mark that would add something else than its transaction says', async () => {
    await bookMany(0, 2);
    await fold(db, shop.world);
    await bookMany(2, 1);
    const [mark] = await contents(db, 'marks');
    await db.client.send(
      new UpdateCommand({
        TableName: physicalName(db.prefix, 'marks'),
        Key: { pk: mark?.pk, sk: mark?.sk },
        UpdateExpression: 'SET effect.#rows.accounts.stripe = :wrong',
        ExpressionAttributeNames: { '#rows': 'rows' },
        ExpressionAttributeValues: { ':wrong': fee + 7 },
      }),
    );
    const proof = await verify(db, shop.world);
    expect(proof).toMatchObject({ difference: 7, waiting: 1, transactions: 3 });
  });

  it('is one at a time', async () => {
    await takeLease(db, shop.world);
    await expect(verify(db, shop.world)).rejects.toThrow(ProofImpossible);
    await expect(rebuild(db, shop.world)).rejects.toThrow(ProofImpossible);
    shop.world.advance(241_000);
    expect((await verify(db, shop.world)).difference).toBe(0);
  });

  it('gives the lease back when it fails, as a rebuild does', async () => {
    await bookMany(0, 2);
    const dying = withFaults(db, { command: 'Scan', table: 'ledger', kind: 'fail-before' });
    await expect(verify(dying, shop.world)).rejects.toThrow(ConnectionLost);
    expect(await fold(db, shop.world)).toEqual({ added: 2, stopped: false });
    const again = withFaults(db, { command: 'BatchWrite', kind: 'fail-before' });
    await expect(rebuild(again, shop.world)).rejects.toThrow(ConnectionLost);
    await bookMany(2, 1);
    expect(await fold(db, shop.world)).toEqual({ added: 1, stopped: false });
  });

  it('is void when it outlasted its lease and folding went on', async () => {
    await bookMany(0, 4);
    const slow = withFaults(db, {
      command: 'Query',
      table: 'marks',
      kind: async () => {
        shop.world.advance(241_000);
        await fold(db, shop.world);
      },
    });
    await expect(verify(slow, shop.world)).rejects.toThrow(ProofImpossible);
    expect((await readControl(db)).proven).toBeUndefined();
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0 });
  });
});

describe('rebuilding', () => {
  it('equals what folding made, in the next generation', async () => {
    await bookMany(0, 40);
    await fold(db, shop.world);
    const before = await report(shop.till, 'test-race');
    expect(await rebuild(db, shop.world)).toEqual({ generation: 2, transactions: 40 });
    expect(await report(shop.till, 'test-race')).toEqual(before);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0 });
  });

  it('mends what somebody changed', async () => {
    await bookMany(0, 6);
    await fold(db, shop.world);
    const right = await report(shop.till, 'test-race');
    await db.client.send(
      new UpdateCommand({
        TableName: physicalName(db.prefix, 'totals'),
        Key: { pk: '1#test-race', sk: 'distance#10k' },
        UpdateExpression: 'SET received = :wrong',
        ExpressionAttributeValues: { ':wrong': 1 },
      }),
    );
    expect(await received()).not.toBe(right?.totals.received.amount);
    await rebuild(db, shop.world);
    expect(await report(shop.till, 'test-race')).toEqual(right);
  });

  it('loses and doubles nothing that is booked meanwhile', async () => {
    await bookMany(0, 20);
    await fold(db, shop.world);
    await bookMany(20, 5);
    const busy = withFaults(
      db,
      { command: 'Scan', table: 'ledger', kind: () => bookMany(25, 5) },
      { command: 'Query', table: 'marks', kind: () => bookMany(30, 5) },
      { command: 'BatchWrite', kind: () => fold(db, shop.world) },
    );
    expect(await rebuild(busy, shop.world)).toEqual({ generation: 2, transactions: 20 });
    await fold(db, shop.world);
    expect(await received()).toBe(35 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0, transactions: 35 });
  });

  it('is where a fold goes on that had begun before the switch', async () => {
    await bookMany(0, 6);
    await fold(db, shop.world);
    await bookMany(6, 3);
    const overtaken = withFaults(db, { command: 'TransactWrite', kind: () => rebuild(db, shop.world) });
    expect(await fold(overtaken, shop.world)).toEqual({ added: 3, stopped: false });
    expect((await readControl(db)).generation).toBe(2);
    expect(await received()).toBe(9 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, transactions: 9 });
  });

  it('does not switch when it outlasted its lease and folding went on', async () => {
    await bookMany(0, 8);
    const slow = withFaults(db, {
      command: 'BatchWrite',
      kind: async () => {
        shop.world.advance(241_000);
        await fold(db, shop.world);
      },
    });
    await bookMany(8, 2);
    await fold(db, shop.world);
    await bookMany(10, 3);
    await expect(rebuild(slow, shop.world)).rejects.toThrow(ProofImpossible);
    expect(await received()).toBe(13 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0 });
  });

  it('never writes over a later rebuild when it outlasted its lease', async () => {
    await bookMany(0, 8);
    await fold(db, shop.world);
    const slow = withFaults(db, {
      command: 'BatchWrite',
      kind: async () => {
        await bookMany(8, 2);
        shop.world.advance(241_000);
        await rebuild(db, shop.world);
        await fold(db, shop.world);
      },
    });
    await expect(rebuild(slow, shop.world)).rejects.toThrow(ProofImpossible);
    expect(await received()).toBe(10 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0 });
  });

  it('leaves the old totals valid when it dies, and succeeds later beside the leftovers', async () => {
    await bookMany(0, 9);
    await fold(db, shop.world);
    const dying = withFaults(
      db,
      { command: 'Update', kind: () => {} },
      { command: 'Update', kind: 'fail-before' },
    );
    await expect(rebuild(dying, shop.world)).rejects.toThrow(ConnectionLost);
    expect(await received()).toBe(9 * fee);
    await bookMany(9, 2);
    shop.world.advance(241_000);
    await fold(db, shop.world);
    expect(await rebuild(db, shop.world)).toEqual({ generation: 3, transactions: 11 });
    expect(await received()).toBe(11 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0 });
  });
});

describe('the report', () => {
  it('equals the sums of the ledger, and the public totals agree with it', async () => {
    await bookMany(0, 25);
    await book(gift(100, 123_457), gift(101, 50_001));
    await fold(db, shop.world);
    let [toSchool, toHospice, fees, count] = [0, 0, 0, 0];
    for (const { postings, entries: confirmed } of await contents(db, 'ledger')) {
      for (const { account, amount } of postings) {
        if (account === 'project:school') toSchool -= amount;
        if (account === 'project:hospice') toHospice -= amount;
        if (account === 'entry-fees') fees -= amount;
      }
      for (const number of Object.values(confirmed)) count += Number(number);
    }
    const found = await report(shop.till, 'test-race');
    const money = (amount: number) => ({ amount, currency: 'KZT' });
    expect(found).toMatchObject({
      waiting: 0,
      totals: {
        feeShare: money(toSchool),
        donation: money(toHospice),
        refund: money(0),
        total: money(toSchool + toHospice),
        entryFees: money(fees),
        received: money(toSchool + toHospice + fees),
      },
    });
    const sum = (rows: readonly { received: { amount: number }; entriesConfirmed: number }[] = []) => ({
      received: rows.reduce((total, row) => total + row.received.amount, 0),
      entries: rows.reduce((total, row) => total + row.entriesConfirmed, 0),
    });
    const all = { received: toSchool + toHospice + fees, entries: count };
    expect(sum(found?.distances)).toEqual(all);
    expect(sum(found?.days)).toEqual(all);
    expect(await entries()).toBe(count);
    const open = await publicTotals(shop.till, 'test-race');
    expect(open?.raised).toEqual(money(toSchool + toHospice));
    expect(open?.projects.map(({ project, raised }) => [project, raised.amount])).toEqual([
      ['school', toSchool],
      ['hospice', toHospice],
      ['trees', 0],
    ]);
    expect(open?.projects.map(({ raised }) => raised)).toEqual(found?.projects.map(({ total }) => total));
  });

  it('says what waits and when it was proven', async () => {
    await bookMany(0, 2);
    await fold(db, shop.world);
    await verify(db, shop.world);
    await bookMany(2, 3);
    expect(await report(shop.till, 'test-race')).toMatchObject({
      waiting: 3,
      proven: { at: shop.world.now().toISOString(), transactions: 2, difference: 0 },
      totals: { received: { amount: 2 * fee } },
    });
  });
});
