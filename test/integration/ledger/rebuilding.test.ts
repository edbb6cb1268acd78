import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readControl } from '../../../shared/ledger/control.ts';
import { fold } from '../../../shared/ledger/fold.ts';
import { rebuild } from '../../../shared/ledger/rebuild.ts';
import { ProofImpossible, verify } from '../../../shared/ledger/verify.ts';
import type { Database } from '../../../shared/platform/database.ts';
import { physicalName } from '../../../shared/platform/tables.ts';
import { report } from '../../../shared/reports/report.ts';
import { bookMany, fee, received } from '../../support/booking.ts';
import { ConnectionLost, withFaults } from '../../support/faults.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';

let shop: TestShop;
let db: Database;
beforeEach(async () => {
  shop = await openTestShop();
  ({ db } = shop);
});
afterEach(() => shop.stop());

describe('rebuilding', () => {
  it('equals what folding made, in the next generation', async () => {
    await bookMany(shop, 0, 40);
    await fold(db, shop.world);
    const before = await report(shop.till, 'test-race');
    expect(await rebuild(db, shop.world)).toEqual({ generation: 2, transactions: 40 });
    expect(await report(shop.till, 'test-race')).toEqual(before);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0 });
  });

  it('mends what somebody changed', async () => {
    await bookMany(shop, 0, 6);
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
    expect(await received(shop)).not.toBe(right?.totals.received.amount);
    await rebuild(db, shop.world);
    expect(await report(shop.till, 'test-race')).toEqual(right);
  });

  it('loses and doubles nothing that is booked meanwhile', async () => {
    await bookMany(shop, 0, 20);
    await fold(db, shop.world);
    await bookMany(shop, 20, 5);
    const busy = withFaults(
      db,
      { command: 'Scan', table: 'ledger', kind: () => bookMany(shop, 25, 5) },
      { command: 'Query', table: 'marks', kind: () => bookMany(shop, 30, 5) },
      { command: 'BatchWrite', kind: () => fold(db, shop.world) },
    );
    expect(await rebuild(busy, shop.world)).toEqual({ generation: 2, transactions: 20 });
    await fold(db, shop.world);
    expect(await received(shop)).toBe(35 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0, transactions: 35 });
  });

  it('is where a fold goes on that had begun before the switch', async () => {
    await bookMany(shop, 0, 6);
    await fold(db, shop.world);
    await bookMany(shop, 6, 3);
    const overtaken = withFaults(db, { command: 'TransactWrite', kind: () => rebuild(db, shop.world) });
    expect(await fold(overtaken, shop.world)).toEqual({ added: 3, stopped: false });
    expect((await readControl(db)).generation).toBe(2);
    expect(await received(shop)).toBe(9 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, transactions: 9 });
  });

  it('does not switch when it outlasted its lease and folding went on', async () => {
    await bookMany(shop, 0, 8);
    const slow = withFaults(db, {
      command: 'BatchWrite',
      kind: async () => {
        shop.world.advance(241_000);
        await fold(db, shop.world);
      },
    });
    await bookMany(shop, 8, 2);
    await fold(db, shop.world);
    await bookMany(shop, 10, 3);
    await expect(rebuild(slow, shop.world)).rejects.toThrow(ProofImpossible);
    expect(await received(shop)).toBe(13 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0 });
  });

  it('never writes over a later rebuild when it outlasted its lease', async () => {
    await bookMany(shop, 0, 8);
    await fold(db, shop.world);
    const slow = withFaults(db, {
      command: 'BatchWrite',
      kind: async () => {
        await bookMany(shop, 8, 2);
        shop.world.advance(241_000);
        await rebuild(db, shop.world);
        await fold(db, shop.world);
      },
    });
    await expect(rebuild(slow, shop.world)).rejects.toThrow(ProofImpossible);
    expect(await received(shop)).toBe(10 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0, waiting: 0 });
  });

  it('leaves the old totals valid when it dies, and succeeds later beside the leftovers', async () => {
    await bookMany(shop, 0, 9);
    await fold(db, shop.world);
    const dying = withFaults(
      db,
      { command: 'Update', kind: () => {} },
      { command: 'Update', kind: 'fail-before' },
    );
    await expect(rebuild(dying, shop.world)).rejects.toThrow(ConnectionLost);
    expect(await received(shop)).toBe(9 * fee);
    await bookMany(shop, 9, 2);
    shop.world.advance(241_000);
    await fold(db, shop.world);
    expect(await rebuild(db, shop.world)).toEqual({ generation: 3, transactions: 11 });
    expect(await received(shop)).toBe(11 * fee);
    expect(await verify(db, shop.world)).toMatchObject({ difference: 0 });
  });
});
