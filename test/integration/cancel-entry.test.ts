import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fold } from '../../shared/ledger/fold.ts';
import { verify } from '../../shared/ledger/verify.ts';
import { cancelEntry } from '../../shared/orders/cancel-entry.ts';
import { entryLines } from '../../shared/orders/order.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { applyAll, balances, hold, orderNow, refusalOf } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import { sampleEntry, sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

const steps = [
  { until: '2027-03-01T00:00:00.000Z', percent: 9_000 },
  { until: '2027-08-01T00:00:00.000Z', percent: 3_333 },
  { until: '2027-09-01T00:00:00.000Z', percent: 0 },
];
const back = (amount: number) => ({ amount, currency: 'KZT' });

let shop: TestShop;
let name: { order: string; entry: string };
let numbers = 0;
beforeAll(async () => {
  shop = await openTestShop({ ...sampleEvent({ places: 60 }), cancellation: { steps } });
});
afterAll(() => shop.stop());
beforeEach(async () => {
  shop.world.set('2026-11-24T06:00:00.000Z');
  numbers += 100;
  name = nameOf(await paidOrderOf(shop, numbers, [sampleEntry(numbers)]));
});

const lineNow = async () => entryLines(await orderNow(shop, name.order))[0];
const taken = async () => (await contents(shop.db, 'places')).filter(({ entry }) => entry === name.entry);
const mailsOf = async (kind: string) =>
  (await contents(shop.db, 'outbox')).filter((mail) => mail.order === name.order && mail.kind === kind);

/** By how much the balances changed, those that did. */
async function changed(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await balances(shop);
  await work();
  const after = await balances(shop);
  return Object.fromEntries(
    Object.keys(after)
      .map((account): [string, number] => [account, (after[account] ?? 0) - (before[account] ?? 0)])
      .filter(([, amount]) => amount !== 0),
  );
}

describe('who cancels', () => {
  it('gets back what the policy says, of fee and charity alike, and the place is free', async () => {
    expect(await changed(() => cancelEntry(shop.till, name, { back: back(1_800_000) }))).toEqual({
      'entry-fees': 1_350_000,
      'project:school': 450_000,
      'refunds-due': -1_800_000,
    });
    expect(await lineNow()).toMatchObject({ cancelled: { why: 'runner' } });
    expect(await taken()).toEqual([]);
    expect(await mailsOf('refund_decided')).toHaveLength(1);
    expect(
      await changed(async () => {
        await payDueRefunds(shop.till);
        await applyAll(shop);
      }),
    ).toEqual({ 'refunds-due': 1_800_000, stripe: -1_800_000 });
    // The runner may enter again, and a tenth of the fee stays with who had it.
    expect((await hold(shop, numbers + 1, { entries: [sampleEntry(numbers)] })).state).toBe('held');
    await fold(shop.db, shop.world);
    expect(await verify(shop.db, shop.world)).toMatchObject({ difference: 0, unbalanced: [] });
  });

  it('may leave it to a project: no money leaves', async () => {
    expect(
      await changed(async () => {
        await cancelEntry(shop.till, name, { back: back(1_800_000), leaveTo: 'trees' });
        await payDueRefunds(shop.till);
      }),
    ).toEqual({ 'entry-fees': 1_350_000, 'project:school': 450_000, 'project:trees': -1_800_000 });
  });

  it('gets less later, to the tiyn, then nothing, and then cannot cancel any more', async () => {
    shop.world.set('2027-03-01T00:00:00.000Z');
    const wrong = await refusalOf(cancelEntry(shop.till, name, { back: back(1_800_000) }));
    expect(wrong).toMatchObject({ code: 'refund_changed', detail: { back: back(666_600) } });
    shop.world.set('2027-08-31T23:59:59.999Z');
    const other = nameOf(await paidOrderOf(shop, numbers + 50, [sampleEntry(numbers + 50)]));
    expect(await changed(() => cancelEntry(shop.till, other, { back: back(0) }))).toEqual({});
    shop.world.set('2027-09-01T00:00:00.000Z');
    expect(await refusalOf(cancelEntry(shop.till, name, { back: back(0) }))).toMatchObject({
      code: 'cancellation_closed',
    });
    expect(await lineNow()).not.toHaveProperty('cancelled');
  });

  it('cancels once, however often and at once it is asked, and whatever answer is lost', async () => {
    const input = { back: back(1_800_000) };
    const lossy = {
      ...shop.till,
      db: withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' }),
    };
    const all = await changed(async () => {
      await expect(cancelEntry(lossy, name, input)).rejects.toThrow(ConnectionLost);
      await Promise.all(Array.from({ length: 10 }, () => cancelEntry(shop.till, name, input)));
    });
    expect(all['refunds-due']).toBe(-1_800_000);
    expect(await mailsOf('refund_decided')).toHaveLength(1);
  });

  it('nothing happens when the process dies before', async () => {
    const dying = {
      ...shop.till,
      db: withFaults(shop.db, { command: 'TransactWrite', kind: 'fail-before' }),
    };
    const all = await changed(() =>
      expect(cancelEntry(dying, name, { back: back(1_800_000) })).rejects.toThrow(ConnectionLost),
    );
    expect(all).toEqual({});
    expect(await lineNow()).not.toHaveProperty('cancelled');
  });

  it('is told which project is none', async () => {
    const input = { back: back(1_800_000), leaveTo: 'moon' };
    expect(await refusalOf(cancelEntry(shop.till, name, input))).toMatchObject({
      code: 'validation_failed',
      detail: { errors: [{ field: 'leaveTo', code: 'project_unknown' }] },
    });
  });

  it('cancels one entry of a family, and the others stay', async () => {
    const order = await paidOrderOf(shop, numbers + 20, [
      sampleEntry(numbers + 20),
      sampleEntry(numbers + 21),
    ]);
    const [first, second] = entryLines(order);
    await cancelEntry(shop.till, { order: order.id, entry: first?.entry ?? '' }, { back: back(1_800_000) });
    const after = await orderNow(shop, order.id);
    expect(after.state).toBe('paid');
    expect(entryLines(after).map(({ cancelled }) => cancelled?.why)).toEqual(['runner', undefined]);
    const left = (await contents(shop.db, 'places')).filter((place) => place.order === order.id);
    expect(left.map(({ n }) => n)).toEqual([second?.place]);
  });
});
