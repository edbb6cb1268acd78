import { afterEach, beforeEach, expect, it } from 'vitest';
import { publish } from '../../shared/catalogue/publish.ts';
import { readStoredEvent } from '../../shared/catalogue/store.ts';
import { answerCallOff, callEventOff } from '../../shared/orders/call-off.ts';
import { changeDistance } from '../../shared/orders/change-distance.ts';
import { entryLines, type Order } from '../../shared/orders/order.ts';
import { tendCallOffs } from '../../shared/orders/tend-call-offs.ts';
import { acceptOffer, askTransfer, confirmTransfer } from '../../shared/orders/transfers.ts';
import { endHold } from '../../shared/payments/end-hold.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { applyAll, minutes, orderNow } from '../support/buying.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import { onNewDay, sampleEntry } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { changeableEvent, participant } from '../support/teams.ts';

const event = { ...changeableEvent(), transferFee: 200_000 };
const answerBy = '2026-12-10T00:00:00.000Z';

let shop: TestShop;
let name: { order: string; entry: string };
beforeEach(async () => {
  shop = await openTestShop(event);
  name = nameOf(await paidOrderOf(shop, 1, [sampleEntry(1)]));
});
afterEach(() => shop.stop());

const later = () => shop.world.advance(6_000);
const lineNow = async () => entryLines(await orderNow(shop, name.order))[0];
const pendingNow = async (): Promise<Order> => orderNow(shop, (await lineNow())?.pending?.order ?? '');

/** What was asked for is not paid in time; then the race is put off, the entry kept, and the race has its new day. */
async function expiredAndPutOff(): Promise<Order> {
  const first = await pendingNow();
  shop.world.advance(minutes(200));
  await endHold(shop.till, first.id);
  expect((await orderNow(shop, first.id)).state).toBe('expired');
  const input = { kind: 'postponed', answerBy, unanswered: 'carryOver', note: 'Smog' } as const;
  await callEventOff(shop, 'test-race', { by: 'dana', input });
  later();
  await tendCallOffs(shop.till);
  await answerCallOff(shop.till, name, { choice: 'carryOver' });
  shop.world.set(answerBy);
  await tendCallOffs(shop.till);
  await publish(shop.db, shop.world, onNewDay(event), { replace: true });
  later();
  expect((await readStoredEvent(shop.db, 'test-race'))?.calledOff?.settledAt).toBeDefined();
  return first;
}

/** The order that waits now is another one, and its payment is taken. */
async function paysAnother(first: Order): Promise<void> {
  const { id } = await pendingNow();
  expect(id).not.toBe(first.id);
  await startCheckout(shop.till, id);
  shop.double.pay((await orderNow(shop, id)).session?.id ?? '');
  await applyAll(shop);
  expect((await orderNow(shop, id)).state).toBe('paid');
}

it('may go to a dearer distance on the new day, though that was asked for before and not paid', async () => {
  const change = () =>
    changeDistance(shop.desk, name, { distance: '20k', price: { amount: 3_000_000, currency: 'KZT' } });
  await change();
  const first = await expiredAndPutOff();
  await change();
  await paysAnother(first);
  expect((await lineNow())?.distance).toBe('20k');
});

it('may be handed over for a fee on the new day, though that was asked for before and not paid', async () => {
  await askTransfer(shop.desk, name, { to: { email: 'friend@example.com', locale: 'kk' } });
  await acceptOffer(shop.desk, { ...name, number: 1 }, participant(7));
  const before = (await lineNow())?.lock;
  await confirmTransfer(shop.desk, { ...name, number: 1 });
  const first = await expiredAndPutOff();
  await confirmTransfer(shop.desk, { ...name, number: 1 });
  await paysAnother(first);
  expect((await lineNow())?.lock).not.toBe(before);
});
