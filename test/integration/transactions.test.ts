import { beforeAll, describe, expect, it } from 'vitest';
import { placeOrder } from '../../shared/orders/place-order.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import {
  commit,
  type Database,
  DatabaseBusy,
  getItem,
  type Part,
  writeItem,
} from '../../shared/platform/database.ts';
import { applyAll, balances, hold, orderNow, toCheckout } from '../support/buying.ts';
import { contents, openTestDatabase } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { sampleOrder } from '../support/sample.ts';
import { openTestShop } from '../support/shop.ts';
import { testWorld } from '../support/world.ts';

const put = (name: string, sk: string): Part => ({
  name,
  table: 'runners',
  put: { pk: 'a', sk },
  condition: 'attribute_not_exists(pk)',
});

describe('commit', () => {
  const world = testWorld();
  let db: Database;
  beforeAll(async () => {
    db = await openTestDatabase();
  });
  const written = async (sk: string) => (await getItem(db, 'runners', { pk: 'a', sk })) !== undefined;

  it.each(['conflict', 'throttle'] as const)('tries again after a %s', async (kind) => {
    const faulty = withFaults(db, { command: 'TransactWrite', kind, times: 7 });
    expect(await commit(faulty, world, [put('first', kind)])).toEqual({ done: true });
    expect(faulty.sent).toHaveLength(8);
    expect(await written(kind)).toBe(true);
  });

  it.each(['conflict', 'throttle'] as const)('gives up when each try meets a %s', async (kind) => {
    const faulty = withFaults(db, { command: 'TransactWrite', kind, times: 100 });
    await expect(commit(faulty, world, [put('first', `never-${kind}`)])).rejects.toThrow(DatabaseBusy);
    expect(faulty.sent).toHaveLength(8);
    expect(await written(`never-${kind}`)).toBe(false);
  });

  it('waits longer and longer, never the same time for all', async () => {
    const waits: number[] = [];
    const watched = { ...world, wait: async (milliseconds: number) => void waits.push(milliseconds) };
    const faulty = withFaults(db, { command: 'TransactWrite', kind: 'conflict', times: 7 });
    await commit(faulty, watched, [put('first', 'waits')]);
    expect(waits).toHaveLength(7);
    expect(new Set(waits).size).toBe(7);
    for (const [index, wait] of waits.entries()) expect(wait).toBeLessThan(40 * 2 ** index);
    expect(Math.max(...waits)).toBeLessThan(800);
  });

  it('answers at once with the parts whose conditions did not hold, and writes none', async () => {
    await commit(db, world, [put('first', 'there')]);
    const watched = withFaults(db);
    const outcome = await commit(watched, world, [put('one', 'new'), put('two', 'there')]);
    expect(outcome).toEqual({ done: false, refused: new Set(['two']) });
    expect(watched.sent).toHaveLength(1);
    expect(await written('new')).toBe(false);
  });

  it('tells of a condition even when it follows a conflict', async () => {
    const faulty = withFaults(db, { command: 'TransactWrite', kind: 'conflict' });
    const outcome = await commit(faulty, world, [put('two', 'there')]);
    expect(outcome).toEqual({ done: false, refused: new Set(['two']) });
  });

  it('does not repeat what may have taken effect: the caller must look', async () => {
    const faulty = withFaults(db, { command: 'TransactWrite', kind: 'lose-answer' });
    await expect(commit(faulty, world, [put('first', 'lost')])).rejects.toThrow(ConnectionLost);
    expect(faulty.sent).toHaveLength(1);
    expect(await written('lost')).toBe(true);
  });
});

describe('a write of one item', () => {
  const world = testWorld();
  let db: Database;
  beforeAll(async () => {
    db = await openTestDatabase();
  });
  const key = (sk: string) => ({ pk: 'a', sk });
  const read = (sk: string) => getItem(db, 'runners', key(sk));
  const ways = {
    Put: (sk: string) => ({ table: 'runners', put: { ...key(sk), n: 1 } }) as const,
    Update: (sk: string) =>
      ({ table: 'runners', key: key(sk), update: 'SET n = :n', values: { ':n': 1 } }) as const,
    Delete: (sk: string) => ({ table: 'runners', delete: key(sk) }) as const,
  };
  const commands = ['Put', 'Update', 'Delete'] as const;
  const kinds = ['conflict', 'throttle'] as const;
  const both = commands.flatMap((command) => kinds.map((kind) => [command, kind] as const));

  it.each(both)('(%s) that meets a transaction or throttling (%s) is tried again', async (command, kind) => {
    const sk = `${command}-${kind}`;
    const faulty = withFaults(db, { command, kind, times: 7 });
    expect(await writeItem(faulty, world, ways[command](sk))).toEqual({ done: true });
    expect(faulty.sent).toEqual(Array(8).fill(command));
    expect(await read(sk)).toEqual(command === 'Delete' ? undefined : { ...key(sk), n: 1 });
  });

  it.each(both)('(%s) is given up when each try meets one (%s)', async (command, kind) => {
    const sk = `never-${command}-${kind}`;
    const faulty = withFaults(db, { command, kind, times: 100 });
    await expect(writeItem(faulty, world, ways[command](sk))).rejects.toThrow(DatabaseBusy);
    expect(faulty.sent).toHaveLength(8);
    expect(await read(sk)).toBeUndefined();
  });

  it.each(commands)(
    '(%s) answers at once when its condition does not hold, and says what is there',
    async (command) => {
      const sk = `refused-${command}`;
      const found = { ...key(sk), n: 2 };
      const write = { ...ways[command](sk), condition: 'n = :n', values: { ':n': 1 } };
      const watched = withFaults(db);
      expect(await writeItem(watched, world, write, { returnItem: true })).toEqual({ done: false });
      await writeItem(db, world, { table: 'runners', put: found });
      expect(await writeItem(watched, world, write)).toEqual({ done: false });
      expect(await writeItem(watched, world, write, { returnItem: true })).toEqual({
        done: false,
        item: found,
      });
      expect(watched.sent).toHaveLength(3);
      expect(await read(sk)).toEqual(found);
    },
  );

  it('says what an update has made of the item', async () => {
    await writeItem(db, world, ways.Put('updated'));
    const write = { ...ways.Update('updated'), values: { ':n': 5 } };
    expect(await writeItem(db, world, write, { returnItem: true })).toEqual({
      done: true,
      item: { ...key('updated'), n: 5 },
    });
  });

  it('does not repeat what may have taken effect', async () => {
    const faulty = withFaults(db, { command: 'Update', kind: 'lose-answer' });
    await expect(writeItem(faulty, world, ways.Update('lost'))).rejects.toThrow(ConnectionLost);
    expect(faulty.sent).toHaveLength(1);
  });
});

describe('a payment page that meets a transaction on its order', () => {
  it('is opened all the same, or the buyer is told to come back', async () => {
    const shop = await openTestShop();
    const { id } = await hold(shop, 1);
    const meets = (times: number) => ({
      ...shop.till,
      db: withFaults(shop.db, { command: 'Update', table: 'orders', kind: 'conflict', times }),
    });
    await expect(startCheckout(meets(100), id)).rejects.toThrow(DatabaseBusy);
    expect(await startCheckout(meets(3), id)).toMatchObject({ state: 'paying', url: expect.any(String) });
    await shop.stop();
  });
});

describe('a hold whose answer is lost', () => {
  it('is found by the repeated request, which takes no second place', async () => {
    const shop = await openTestShop();
    const request = {
      event: 'test-race',
      idempotencyKey: 'idempotency-key-000001',
      input: sampleOrder(1),
    };
    const db = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    await expect(placeOrder({ ...shop.desk, db }, request)).rejects.toThrow(ConnectionLost);
    const [place] = await contents(shop.db, 'places');
    const again = await placeOrder(shop.anotherDesk(), request);
    expect(await contents(shop.db, 'places')).toEqual([place]);
    expect(again.id).toBe(place?.order);
    expect(again.lines).toMatchObject([{ place: place?.n }]);
    await shop.stop();
  });

  it('takes one place when the request is sent five times at once', async () => {
    const shop = await openTestShop();
    const request = {
      event: 'test-race',
      idempotencyKey: 'idempotency-key-000002',
      input: sampleOrder(2),
    };
    const orders = await Promise.all(
      Array.from({ length: 5 }, () => placeOrder(shop.anotherDesk(), request)),
    );
    for (const order of orders) expect(order).toEqual(orders[0]);
    expect(await contents(shop.db, 'places')).toHaveLength(1);
    expect(await contents(shop.db, 'runners')).toHaveLength(1);
    await shop.stop();
  });

  it('is one gift when it holds no place, also once that is paid', async () => {
    const shop = await openTestShop();
    const donations = [{ project: 'trees', amount: { amount: 50_000, currency: 'KZT' } }];
    const gift = { entries: [], donations };
    const [first, ...others] = await Promise.all([1, 1, 1].map((number) => hold(shop, number, gift)));
    for (const other of others) expect(other).toEqual(first);
    const { order, session } = await toCheckout(shop, 1, gift);
    shop.double.pay(session);
    await applyAll(shop);
    expect(await hold(shop, 1, gift)).toMatchObject({ id: order.id, state: 'paid' });
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    expect(await balances(shop)).toEqual({ stripe: 50_000, 'project:trees': -50_000 });
    expect(await contents(shop.db, 'places')).toEqual([]);
    await shop.stop();
  });
});
