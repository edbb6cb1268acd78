import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fold } from '../../shared/ledger/fold.ts';
import { verify } from '../../shared/ledger/verify.ts';
import { cancelEntry } from '../../shared/orders/cancel-entry.ts';
import { changeDistance } from '../../shared/orders/change-distance.ts';
import { endOrder } from '../../shared/orders/end-order.ts';
import { entryLines, type Order } from '../../shared/orders/order.ts';
import { previewRefund, refundOrder } from '../../shared/orders/refund-order.ts';
import { acceptOffer, askTransfer, confirmTransfer } from '../../shared/orders/transfers.ts';
import { loadOrderView } from '../../shared/orders/view.ts';
import { endHold } from '../../shared/payments/end-hold.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { report } from '../../shared/reports/report.ts';
import { applyAll, balances, minutes, orderNow, refusalOf } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import { matterKinds } from '../support/refunding.ts';
import { sampleEntry, sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { changeableEvent, participant } from '../support/teams.ts';

const money = (amount: number) => ({ amount, currency: 'KZT' });
const cancellation = { steps: [{ until: '2027-09-01T00:00:00.000Z', percent: 10_000 }] };

let shop: TestShop;
let name: { order: string; entry: string };
let numbers = 0;
beforeAll(async () => {
  shop = await openTestShop(changeableEvent({ event: { ...sampleEvent({ places: 90 }), cancellation } }));
});
afterAll(() => shop.stop());
beforeEach(async () => {
  shop.world.set('2026-11-24T06:00:00.000Z');
  numbers += 100;
  name = nameOf(await paidOrderOf(shop, numbers, [sampleEntry(numbers)]));
});

const change = (distance: string, amount: number, desk = shop.desk, of = name) =>
  changeDistance(desk, of, { distance, price: money(amount) });
const dearer = (desk = shop.desk, of = name) => change('20k', 3_000_000, desk, of);
const lineNow = async (of = name) => {
  const [line] = entryLines(await orderNow(shop, of.order));
  if (!line) throw new Error('There is no line.');
  return line;
};
const pendingNow = async (): Promise<Order> => {
  const { pending } = await lineNow();
  if (!pending) throw new Error('Nothing is pending.');
  return orderNow(shop, pending.order);
};

/** The payment of a change, as far as Stripe knows. */
async function paidAtStripe(order: Order): Promise<void> {
  await startCheckout(shop.till, order.id);
  const { session } = await orderNow(shop, order.id);
  shop.double.pay(session?.id ?? '');
}
const pay = async (order: Order): Promise<void> => {
  await paidAtStripe(order);
  await applyAll(shop);
};

/** Every place with the entry on it, as `distance order's-part state`. */
async function placesOf(entry = name.entry) {
  return (await contents(shop.db, 'places'))
    .filter((place) => place.entry === entry)
    .map(({ pk, order, heldUntil }) => [
      String(pk).split('#')[1],
      order === name.order ? 'own' : 'other',
      heldUntil ? 'held' : 'taken',
    ])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}

async function isAt(distance: string): Promise<void> {
  const line = await lineNow();
  const [entry] = (await contents(shop.db, 'orders')).filter(({ sk }) => sk === name.entry);
  expect([line.distance, entry?.distance]).toEqual([distance, distance]);
  expect(await placesOf()).toContainEqual([distance, 'own', 'taken']);
  expect((await placesOf()).filter(([, , state]) => state === 'taken')).toHaveLength(1);
}

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

async function isProven(): Promise<void> {
  await fold(shop.db, shop.world);
  expect(await verify(shop.db, shop.world)).toMatchObject({ difference: 0, unbalanced: [], waiting: 0 });
}

/** What the report counts of a distance: entries, received, for charity. */
async function counted(id: string) {
  await fold(shop.db, shop.world);
  const found = await report(shop.till, 'test-race');
  const {
    entriesConfirmed = 0,
    received,
    feeShare,
  } = found?.distances.find(({ distance }) => distance === id) ?? {};
  return [entriesConfirmed, received?.amount ?? 0, feeShare?.amount ?? 0];
}

describe('a dearer distance', () => {
  it('is asked for anew when another change overtakes it, from where the entry is by then', async () => {
    const db = withFaults(shop.db, { command: 'TransactWrite', kind: () => change('5k', 2_000_000) });
    await dearer({ ...shop.desk, db });
    await isAt('5k');
    const order = await pendingNow();
    expect(order.lines).toMatchObject([{ kind: 'change', distance: '20k', amount: 1_000_000 }]);
    await pay(order);
    await isAt('20k');
    await isProven();
  });

  it('is held for the difference, and is the entry’s when that is paid', async () => {
    const before = [await counted('10k'), await counted('20k')];
    expect(await changed(() => dearer())).toEqual({});
    await isAt('10k');
    expect(await placesOf()).toContainEqual(['20k', 'other', 'held']);
    const order = await pendingNow();
    expect(order).toMatchObject({
      state: 'held',
      total: 1_000_000,
      lines: [{ kind: 'change', of: name, distance: '20k', amount: 1_000_000 }],
    });
    expect(await changed(() => pay(order))).toEqual({
      stripe: 1_000_000,
      'entry-fees': -750_000,
      'project:school': -250_000,
    });
    await isAt('20k');
    expect(await placesOf()).toHaveLength(1);
    expect(await lineNow()).toMatchObject({ worth: 3_000_000, price: 2_000_000, extras: [order.id] });
    expect(await lineNow()).not.toHaveProperty('pending');
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    const [less, more] = [await counted('10k'), await counted('20k')];
    const figures = (of: number[] = [], from: number[] = []) =>
      of.map((figure, at) => figure - (from[at] ?? 0));
    expect(figures(less, before[0])).toEqual([-1, -2_000_000, -500_000]);
    expect(figures(more, before[1])).toEqual([1, 3_000_000, 750_000]);
    await isProven();
  });

  it('is asked for once, however often and at once, and whatever answer is lost', async () => {
    const lossy = {
      ...shop.desk,
      db: withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' }),
    };
    await expect(dearer(lossy)).rejects.toThrow(ConnectionLost);
    const { id } = await pendingNow();
    await Promise.all(Array.from({ length: 6 }, () => dearer(shop.anotherDesk())));
    expect((await pendingNow()).id).toBe(id);
    expect(await placesOf()).toHaveLength(2);
    const orders = (await contents(shop.db, 'orders')).filter(
      ({ lines }) => lines?.[0]?.of?.entry === name.entry,
    );
    expect(orders).toHaveLength(1);
    expect(await refusalOf(change('5k', 2_000_000))).toMatchObject({ code: 'change_under_way' });
  });

  it('changes nothing when the process dies before the hold, or before the payment is written', async () => {
    const dying = () => withFaults(shop.db, { command: 'TransactWrite', kind: 'fail-before' });
    await expect(dearer({ ...shop.desk, db: dying() })).rejects.toThrow(ConnectionLost);
    expect(await placesOf()).toEqual([['10k', 'own', 'taken']]);
    await dearer();
    await paidAtStripe(await pendingNow());
    await expect(applyAll(shop, { ...shop.till, db: dying() })).rejects.toThrow(ConnectionLost);
    await isAt('10k');
    const lossy = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    await expect(applyAll(shop, { ...shop.till, db: lossy })).rejects.toThrow(ConnectionLost);
    await isAt('20k');
    expect(await changed(() => applyAll(shop))).toEqual({});
    await isAt('20k');
    await isProven();
  });

  it('is free again when it is not paid in time, and can be asked for anew', async () => {
    await dearer();
    const first = await pendingNow();
    shop.world.advance(minutes(60));
    expect(await endHold(shop.till, first.id)).toBe(true);
    expect(await placesOf()).toEqual([['10k', 'own', 'taken']]);
    await dearer();
    const second = await pendingNow();
    expect(second.id).not.toBe(first.id);
    await pay(second);
    await isAt('20k');
  });

  it('ends an unpaid change that is over before it begins another', async () => {
    await dearer();
    const first = await pendingNow();
    shop.world.advance(minutes(60));
    await change('5k', 2_000_000);
    await isAt('5k');
    expect((await orderNow(shop, first.id)).state).toBe('expired');
    expect(await placesOf()).toHaveLength(1);
  });

  it('is given for a late payment while there are places', async () => {
    await dearer();
    const order = await pendingNow();
    await startCheckout(shop.till, order.id);
    const { session } = await orderNow(shop, order.id);
    shop.double.pay(session?.id ?? '');
    // The payment is not told yet, and the order has ended.
    shop.world.advance(minutes(300));
    await applyAll(shop);
    await isAt('20k');
    expect(await placesOf()).toHaveLength(1);
    await isProven();
  });
});

describe('money for a change that cannot be made any more is owed back', () => {
  /** Pays a change after something came between: all of the money goes back. */
  async function goesBack(between: (order: Order) => Promise<unknown>): Promise<void> {
    await dearer();
    const order = await pendingNow();
    await paidAtStripe(order);
    await between(order);
    const ofFees = async () => {
      const { stripe: _, 'refunds-due': _due, ...fees } = await balances(shop);
      return fees;
    };
    const before = await ofFees();
    await applyAll(shop);
    await payDueRefunds(shop.till);
    await applyAll(shop);
    expect(await ofFees()).toEqual(before);
    expect(await balances(shop)).toMatchObject({ 'refunds-due': 0 });
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refunded', payment: { unused: true } });
    expect((await placesOf()).filter(([, owner]) => owner === 'other')).toEqual([]);
    await isProven();
  }

  it('when the entry was cancelled', async () => {
    await goesBack(() => cancelEntry(shop.till, name, { back: money(2_000_000) }));
    expect(await placesOf()).toEqual([]);
  });

  it('when it was handed over', async () => {
    await goesBack(async () => {
      await askTransfer(shop.desk, name, { to: { email: 'friend@example.com', locale: 'kk' } });
      await acceptOffer(shop.desk, { ...name, number: 1 }, participant(numbers + 7));
      await confirmTransfer(shop.desk, { ...name, number: 1 });
    });
    await isAt('10k');
  });

  it('when another change was made after its time', async () => {
    await goesBack(async (order) => {
      // It ended without its payment being known, as with a provider that cannot be asked.
      await endOrder(shop.till, order.id, 'hold_ended', { attempt: 1 });
      await change('5k', 2_000_000);
    });
    await isAt('5k');
  });

  it('when no place of that distance is left', async () => {
    const large = shop;
    shop = await openTestShop(changeableEvent({ places: 1 }));
    name = nameOf(await paidOrderOf(shop, numbers, [sampleEntry(numbers)]));
    await goesBack(async (order) => {
      await endOrder(shop.till, order.id, 'hold_ended', { attempt: 1 });
      await paidOrderOf(shop, numbers + 1, [
        sampleEntry(numbers + 1, { distance: '20k', price: money(3_000_000) }),
      ]);
    });
    await isAt('10k');
    await shop.stop();
    shop = large;
  });

  it('or the change is made first, whoever comes at the same time, and money and places agree', async () => {
    for (let round = 0; round < 4; round += 1) {
      name = nameOf(await paidOrderOf(shop, numbers + 10 + round, [sampleEntry(numbers + 10 + round)]));
      await dearer();
      const order = await pendingNow();
      await paidAtStripe(order);
      await Promise.allSettled([
        applyAll(shop),
        round % 2 === 0
          ? cancelEntry(shop.till, name, { back: money(2_000_000) })
          : applyAll(shop, { ...shop.till }),
      ]);
      await applyAll(shop);
      const { distance, cancelled } = await lineNow();
      expect(await placesOf()).toEqual(cancelled ? [] : [[distance, 'own', 'taken']]);
      await isProven();
    }
  });
});

describe('a cheaper distance', () => {
  it('gives the difference back, of fee and charity alike, and moves what is left', async () => {
    await dearer();
    await pay(await pendingNow());
    const before = [await counted('20k'), await counted('5k')];
    expect(await changed(() => change('5k', 2_000_000))).toEqual({
      'entry-fees': 750_000,
      'project:school': 250_000,
      'refunds-due': -1_000_000,
    });
    await isAt('5k');
    expect(await lineNow()).toMatchObject({ worth: 2_000_000, price: 2_000_000 });
    const figures = (of: number[], from: number[] = []) => of.map((figure, at) => figure - (from[at] ?? 0));
    // What was paid for the dearer distance by itself stays there; all else follows the entry.
    expect(figures(await counted('5k'), before[1])).toEqual([1, 1_000_000, 250_000]);
    expect(figures(await counted('20k'), before[0])).toEqual([-1, -2_000_000, -250_000]);
    expect(
      await changed(async () => {
        await payDueRefunds(shop.till);
        await applyAll(shop);
      }),
    ).toEqual({ 'refunds-due': 1_000_000, stripe: -1_000_000 });
    await isProven();
  });

  it('gives it back once, however often and at once it is asked for, and whatever answer is lost', async () => {
    const from = nameOf(
      await paidOrderOf(shop, numbers + 20, [
        sampleEntry(numbers + 20, { distance: '20k', price: money(3_000_000) }),
      ]),
    );
    name = from;
    const lossy = {
      ...shop.desk,
      db: withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' }),
    };
    const dying = {
      ...shop.desk,
      db: withFaults(shop.db, { command: 'TransactWrite', kind: 'fail-before' }),
    };
    const all = await changed(async () => {
      await expect(change('10k', 2_000_000, dying)).rejects.toThrow(ConnectionLost);
      await expect(change('10k', 2_000_000, lossy)).rejects.toThrow(ConnectionLost);
      await Promise.all(Array.from({ length: 6 }, () => change('10k', 2_000_000, shop.anotherDesk())));
    });
    expect(all['refunds-due']).toBe(-1_000_000);
    await isAt('10k');
    await isProven();
  });

  it('gives back no more than is left of what was paid', async () => {
    const order = await paidOrderOf(shop, numbers + 30, [
      sampleEntry(numbers + 30, { distance: '20k', price: money(3_000_000) }),
    ]);
    name = nameOf(order);
    await refundOrder(shop.till, {
      order: order.id,
      by: 'staff',
      idempotencyKey: 'a-key-of-sixteen-letters',
      amount: money(2_400_000),
      keepEntries: true,
      note: 'Kindness',
    });
    expect((await changed(() => change('10k', 2_000_000)))['refunds-due']).toBe(-600_000);
    await isAt('10k');
    await isProven();
  });
});

describe('an entry whose change was paid', () => {
  beforeEach(async () => {
    await dearer();
    await pay(await pendingNow());
  });

  it('gives back of both payments when it is cancelled, once, whatever answer is lost', async () => {
    const wrong = await refusalOf(cancelEntry(shop.till, name, { back: money(2_000_000) }));
    expect(wrong).toMatchObject({ code: 'refund_changed', detail: { back: money(3_000_000) } });
    const seen = await loadOrderView(shop.desk, shop.desk.keys, name.order);
    expect(seen?.lines[0]).toMatchObject({ cancellation: [{ back: money(3_000_000) }] });
    const lossy = {
      ...shop.till,
      db: withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' }),
    };
    const input = { back: money(3_000_000) };
    const extra = (await lineNow()).extras?.[0] ?? '';
    const all = await changed(async () => {
      await expect(cancelEntry(lossy, name, input)).rejects.toThrow(ConnectionLost);
      await Promise.all(Array.from({ length: 4 }, () => cancelEntry(shop.till, name, input)));
    });
    expect(all).toEqual({ 'entry-fees': 2_250_000, 'project:school': 750_000, 'refunds-due': -3_000_000 });
    await payDueRefunds(shop.till);
    await applyAll(shop);
    expect((await orderNow(shop, extra)).state).toBe('refunded');
    expect((await orderNow(shop, name.order)).state).toBe('refunded');
    expect(await placesOf()).toEqual([]);
    await isProven();
  });

  it('gives back of both payments when staff end it, once, as was shown', async () => {
    const extra = (await lineNow()).extras?.[0] ?? '';
    const wanted = { order: name.order, keepEntries: false, note: 'Illness' };
    expect(await previewRefund(shop.till, wanted)).toMatchObject({
      amount: money(3_000_000),
      ending: [name.entry],
      changes: [{ order: extra, amount: money(1_000_000) }],
    });
    const request = { ...wanted, by: 'staff', idempotencyKey: 'a-key-of-sixteen-letters' };
    const lossy = {
      ...shop.till,
      db: withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' }),
    };
    const all = await changed(async () => {
      await expect(refundOrder(lossy, request)).rejects.toThrow(ConnectionLost);
      await Promise.all(Array.from({ length: 4 }, () => refundOrder(shop.till, request)));
    });
    expect(all).toEqual({ 'entry-fees': 2_250_000, 'project:school': 750_000, 'refunds-due': -3_000_000 });
    await payDueRefunds(shop.till);
    await applyAll(shop);
    expect([(await orderNow(shop, extra)).state, (await orderNow(shop, name.order)).state]).toEqual([
      'refunded',
      'refunded',
    ]);
    await isProven();
  });

  it('keeps what its change cost when staff give money back and leave it', async () => {
    const all = await changed(() =>
      refundOrder(shop.till, {
        order: name.order,
        by: 'staff',
        idempotencyKey: 'a-key-of-sixteen-letters',
        keepEntries: true,
        note: 'Kindness',
      }),
    );
    expect(all['refunds-due']).toBe(-2_000_000);
    await isAt('20k');
  });

  it('that was disputed, and is won after the entry ended, is told to staff with what came back', async () => {
    const extra = (await lineNow()).extras?.[0] ?? '';
    const { payment } = await orderNow(shop, extra);
    const before = (await matterKinds(shop)).filter((kind) => kind === 'dispute_won').length;
    const dispute = shop.double.openDispute(payment?.id ?? '');
    await applyAll(shop);
    await refundOrder(shop.till, {
      order: name.order,
      keepEntries: false,
      note: 'Illness',
      by: 'staff',
      idempotencyKey: 'a-key-of-sixteen-letters',
    });
    shop.double.closeDispute(dispute.id, 'won');
    await applyAll(shop);
    expect((await matterKinds(shop)).filter((kind) => kind === 'dispute_won')).toHaveLength(before + 1);
    await isProven();
  });

  it('may leave both to a project', async () => {
    const input = { back: money(3_000_000), leaveTo: 'trees' };
    expect((await changed(() => cancelEntry(shop.till, name, input)))['project:trees']).toBe(-3_000_000);
    await isProven();
  });
});

it('more changes than one transaction can give back are given back entry by entry', async () => {
  const order = await paidOrderOf(shop, numbers + 40, [sampleEntry(numbers + 40), sampleEntry(numbers + 41)]);
  const names = entryLines(order).map(({ entry }) => ({ order: order.id, entry }));
  for (const [index, of] of names.entries())
    for (let paid = 0; paid < 8; paid += 1) {
      await dearer(shop.desk, of);
      const line = entryLines(await orderNow(shop, order.id))[index];
      await pay(await orderNow(shop, line?.pending?.order ?? ''));
      if (paid < 7) await change('10k', 2_000_000, shop.desk, of);
    }
  const wanted = { order: order.id, by: 'staff', keepEntries: false, note: 'Illness' };
  const all = refundOrder(shop.till, { ...wanted, idempotencyKey: 'a-key-of-sixteen-letters' });
  expect(await refusalOf(all)).toMatchObject({
    code: 'validation_failed',
    detail: { errors: [{ field: 'lines', code: 'too_many' }] },
  });
  for (const line of [0, 1])
    await refundOrder(shop.till, {
      ...wanted,
      lines: [line],
      idempotencyKey: `a-key-of-sixteen-letters-${line}`,
    });
  expect((await orderNow(shop, order.id)).lines).toMatchObject([
    { cancelled: { why: 'staff' } },
    { cancelled: { why: 'staff' } },
  ]);
  await isProven();
});

it('a price that is not the one shown changes nothing, and the answer names it', async () => {
  const wrong = await refusalOf(change('20k', 2_000_000));
  expect(wrong).toMatchObject({
    code: 'price_changed',
    detail: { prices: [{ field: 'price', distance: '20k', price: money(3_000_000) }] },
  });
  await isAt('10k');
  expect(await placesOf()).toHaveLength(1);
});
