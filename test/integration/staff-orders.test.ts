import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadStaffOrder } from '../../shared/orders/staff-order-view.ts';
import { loadOrderView } from '../../shared/orders/view.ts';
import { paidAndDonated, paidOrderOf } from '../support/paying.ts';
import { refundByStaff, settleRefunds, tellAll } from '../support/refunding.ts';
import { sampleEntry } from '../support/sample.ts';
import { openTestShop, type TestShop, testKeys } from '../support/shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop();
});
afterEach(() => shop.stop());

const view = async (order: string) => {
  const found = await loadOrderView(shop.till, testKeys, order);
  if (!found) throw new Error('There is no such order.');
  return found;
};
const kzt = (amount: number) => ({ amount, currency: 'KZT' });

describe('an order in the eyes of its holder', () => {
  it('has no place and no ticket for an entry that has ended, and says what goes back', async () => {
    const order = await paidAndDonated(shop, 1, 500_000);
    const { id } = await refundByStaff(shop, order.id, { lines: [0] });
    const found = await view(order.id);
    expect(found).toMatchObject({
      state: 'paid',
      total: kzt(2_500_000),
      lines: [{ cancelled: true }, { amount: kzt(500_000) }],
      returns: [{ id, what: 'decided', amount: kzt(2_000_000) }],
    });
    expect(found.lines[0]).not.toHaveProperty('ticket');
    expect(found.lines[0]).not.toHaveProperty('place');
  });

  it('does not speak of disputes', async () => {
    const order = await paidOrderOf(shop, 1, [sampleEntry(1)]);
    const shown = async (): Promise<string> =>
      // What a change of distance could give back is less while a dispute has it.
      JSON.stringify(await view(order.id), (name, value: unknown) => (name === 'exchange' ? 0 : value));
    const before = await shown();
    shop.double.openDispute(order.payment?.id ?? '');
    await tellAll(shop, await shop.facts());
    expect(await shown()).toBe(before);
  });
});

describe('an order in the eyes of staff', () => {
  it('is found by its id and by its payment, and says whose it is only to who may know', async () => {
    const order = await paidOrderOf(shop, 1, [sampleEntry(1)]);
    shop.world.advance(150 * 86_400_000);
    const found = await loadStaffOrder(shop.till, order.payment?.id ?? '', true);
    expect(found).toMatchObject({ id: order.id, contact: { email: 'runner1@example.com' } });
    expect(await loadStaffOrder(shop.till, order.id, false)).not.toHaveProperty('contact');
    for (const id of ['pi_none', 'ord_none', 'x'])
      expect(await loadStaffOrder(shop.till, id, true)).toBeUndefined();
  });

  it('shows what was decided, what is due, what was done and what a dispute took', async () => {
    const order = await paidOrderOf(shop, 1, [sampleEntry(1)]);
    const { id } = await refundByStaff(shop, order.id, { amount: 500_000 });
    expect(await loadStaffOrder(shop.till, order.id, false)).toMatchObject({
      left: kzt(1_500_000),
      owed: kzt(500_000),
      decisions: [{ id, amount: kzt(500_000), reason: 'staff', note: 'As agreed.' }],
      due: [{ id, status: 'due', amount: kzt(500_000) }],
      lines: [{ reversed: kzt(500_000), disputed: kzt(0), left: kzt(1_500_000) }],
    });
    await settleRefunds(shop);
    shop.double.openDispute(order.payment?.id ?? '', 1_000_000);
    await tellAll(shop, await shop.facts());
    expect(await loadStaffOrder(shop.till, order.id, false)).toMatchObject({
      left: kzt(500_000),
      owed: kzt(0),
      due: [],
      refunds: [{ amount: kzt(500_000), status: 'succeeded' }],
      disputes: [{ status: 'open', taken: kzt(1_000_000) }],
      lines: [{ reversed: kzt(500_000), disputed: kzt(1_000_000), left: kzt(500_000) }],
    });
  });
});
