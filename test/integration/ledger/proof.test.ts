import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bookParts, ledgerKey } from '../../../shared/ledger/book.ts';
import { readControl, takeLease } from '../../../shared/ledger/control.ts';
import { fold } from '../../../shared/ledger/fold.ts';
import { rebuild } from '../../../shared/ledger/rebuild.ts';
import { ProofImpossible, verify } from '../../../shared/ledger/verify.ts';
import { commit, type Database } from '../../../shared/platform/database.ts';
import { physicalName } from '../../../shared/platform/tables.ts';
import { publicTotals } from '../../../shared/reports/public-totals.ts';
import { booking, bookMany, fee, share } from '../../support/booking.ts';
import { contents } from '../../support/database.ts';
import { ConnectionLost, withFaults } from '../../support/faults.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';

let shop: TestShop;
let db: Database;
beforeEach(async () => {
  shop = await openTestShop();
  ({ db } = shop);
});
afterEach(() => shop.stop());

describe('the proof', () => {
  it('finds no difference while booking goes on, and leaves out what waits', async () => {
    await bookMany(shop, 0, 20);
    await fold(db, shop.world);
    await bookMany(shop, 20, 5);
    const busy = withFaults(
      db,
      { command: 'Scan', table: 'ledger', kind: () => bookMany(shop, 25, 5) },
      { command: 'Query', table: 'marks', kind: () => bookMany(shop, 30, 5) },
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
    await bookMany(shop, 0, 4);
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
    await bookMany(shop, 0, 6);
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
    await bookMany(shop, 0, 6);
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
    await bookMany(shop, 0, 2);
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
    await bookMany(shop, 0, 2);
    await fold(db, shop.world);
    await bookMany(shop, 2, 1);
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
    await bookMany(shop, 0, 2);
    const dying = withFaults(db, { command: 'Scan', table: 'ledger', kind: 'fail-before' });
    await expect(verify(dying, shop.world)).rejects.toThrow(ConnectionLost);
    expect(await fold(db, shop.world)).toEqual({ added: 2, stopped: false });
    const again = withFaults(db, { command: 'BatchWrite', kind: 'fail-before' });
    await expect(rebuild(again, shop.world)).rejects.toThrow(ConnectionLost);
    await bookMany(shop, 2, 1);
    expect(await fold(db, shop.world)).toEqual({ added: 1, stopped: false });
  });

  it('is void when it outlasted its lease and folding went on', async () => {
    await bookMany(shop, 0, 4);
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
