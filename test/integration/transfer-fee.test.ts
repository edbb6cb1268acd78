import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fold } from '../../shared/ledger/fold.ts';
import { verify } from '../../shared/ledger/verify.ts';
import { changeDistance } from '../../shared/orders/change-distance.ts';
import { entryLines, type Order } from '../../shared/orders/order.ts';
import { acceptOffer, askTransfer, cancelOffer, confirmTransfer } from '../../shared/orders/transfers.ts';
import { loadOrderView } from '../../shared/orders/view.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { applyAll, balances, hold, minutes, orderNow, refusalOf } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import { sampleEntry } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { changeableEvent, participant } from '../support/teams.ts';

let shop: TestShop;
let name: { order: string; entry: string; number: number };
let numbers = 0;
beforeAll(async () => {
  shop = await openTestShop({ ...changeableEvent(), transferFee: 200_000 });
});
afterAll(() => shop.stop());
beforeEach(async () => {
  numbers += 100;
  name = { ...nameOf(await paidOrderOf(shop, numbers, [sampleEntry(numbers)])), number: 1 };
  await askTransfer(shop.desk, name, { to: { email: 'friend@example.com', locale: 'kk' } });
  await acceptOffer(shop.desk, name, participant(numbers + 7));
});

async function feeOrder(): Promise<Order> {
  const [line] = entryLines(await orderNow(shop, name.order));
  return orderNow(shop, line?.pending?.order ?? '');
}
async function pay({ id }: Order): Promise<void> {
  await startCheckout(shop.till, id);
  const { session } = await orderNow(shop, id);
  shop.double.pay(session?.id ?? '');
}
const versionNow = async () =>
  (await contents(shop.db, 'orders')).find(({ sk }) => sk === name.entry)?.version;
const isProven = async () => {
  await fold(shop.db, shop.world);
  expect(await verify(shop.db, shop.world)).toMatchObject({ difference: 0, unbalanced: [] });
};

describe('where handing over costs a fee', () => {
  it('confirming asks for it, and its payment hands the entry over, once', async () => {
    const lossy = {
      ...shop.desk,
      db: withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' }),
    };
    await expect(confirmTransfer(lossy, name)).rejects.toThrow(ConnectionLost);
    const order = await feeOrder();
    await Promise.all(Array.from({ length: 4 }, () => confirmTransfer(shop.anotherDesk(), name)));
    expect((await feeOrder()).id).toBe(order.id);
    expect(await versionNow()).toBe(0);
    const seen = await loadOrderView(shop.desk, shop.desk.keys, name.order);
    expect(seen?.lines[0]).toMatchObject({
      transferFee: { amount: 200_000 },
      pending: { kind: 'transferFee', amount: { amount: 200_000 } },
    });
    const before = await balances(shop);
    await pay(order);
    const dying = withFaults(shop.db, { command: 'TransactWrite', kind: 'fail-before' });
    await expect(applyAll(shop, { ...shop.till, db: dying })).rejects.toThrow(ConnectionLost);
    expect(await versionNow()).toBe(0);
    await applyAll(shop);
    await applyAll(shop);
    expect(await versionNow()).toBe(1);
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    const after = await balances(shop);
    expect((after.stripe ?? 0) - (before.stripe ?? 0)).toBe(200_000);
    expect((after['entry-fees'] ?? 0) - (before['entry-fees'] ?? 0)).toBe(-200_000);
    await confirmTransfer(shop.desk, name);
    await isProven();
  });

  it('the fee is owed back when the offer was taken back before it was known', async () => {
    await confirmTransfer(shop.desk, name);
    const order = await feeOrder();
    await pay(order);
    await cancelOffer(shop.desk, name);
    await applyAll(shop);
    await applyAll(shop);
    expect(await versionNow()).toBe(0);
    expect(await orderNow(shop, order.id)).toMatchObject({ state: 'refunded', payment: { unused: true } });
    await isProven();
  });

  it('the fee is owed back when the new runner has entered otherwise', async () => {
    await confirmTransfer(shop.desk, name);
    const order = await feeOrder();
    await pay(order);
    await hold(shop, numbers + 7, { entries: [sampleEntry(numbers + 7)] });
    await applyAll(shop);
    await applyAll(shop);
    expect(await versionNow()).toBe(0);
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    await isProven();
  });

  it('another change waits until the fee is paid or over', async () => {
    await confirmTransfer(shop.desk, name);
    const first = await feeOrder();
    const change = () =>
      changeDistance(shop.desk, name, { distance: '5k', price: { amount: 2_000_000, currency: 'KZT' } });
    expect((await refusalOf(change())).code).toBe('change_under_way');
    shop.world.advance(minutes(60));
    await change();
    expect((await orderNow(shop, first.id)).state).toBe('expired');
  });
});
