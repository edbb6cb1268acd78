import { expect, test } from 'vitest';
import type { PublishedEvent } from '../../shared/catalogue/store.ts';
import { noRecords } from '../../shared/orders/money-records.ts';
import type { Order } from '../../shared/orders/order.ts';
import { orderView } from '../../shared/orders/view.ts';
import { almaty } from '../support/paid-order.ts';
import { storedOrder, unused } from '../support/receipts.ts';
import { testKeys } from '../support/shop.ts';

const viewOf = (order: Order, event: PublishedEvent = almaty) =>
  orderView(
    { order, entries: new Map(), members: [], formerMembers: [], transfers: new Map(), records: noRecords },
    event,
    testKeys,
  );
const sharesOf = (order: Order) =>
  viewOf(order).shares.map(({ project, amount }) => [project, amount.amount] as const);

test('what each project has is less what refunds took of it; of disputes an order does not speak', () => {
  const order = storedOrder();
  expect(sharesOf(order)).toEqual([
    ['child-rehabilitation', 500_000],
    ['city-trees', 500_000],
  ]);
  const lines = order.lines.map((line) =>
    line.kind === 'donation'
      ? { ...line, reversed: { 'project:city-trees': 500_000 } }
      : { ...line, reversed: { 'project:child-rehabilitation': 100_000, 'entry-fees': 300_000 } },
  );
  expect(sharesOf({ ...order, lines })).toEqual([['child-rehabilitation', 400_000]]);
  const disputed = order.lines.map((line) => ({ ...line, disputed: { 'project:city-trees': 500_000 } }));
  expect(sharesOf({ ...order, lines: disputed })).toEqual(sharesOf(order));
  // What has nothing left is still called by its name in the lines.
  expect(viewOf({ ...order, lines }).projects.map(({ id }) => id)).toContain('city-trees');
});

test('a payment that bought nothing gave nothing to a project', () => {
  expect(sharesOf(storedOrder({ state: 'refund_due', ...unused }))).toEqual([]);
});

test('a postponed event has no day until its file has another', () => {
  const calledOff = {
    kind: 'postponed',
    at: '2027-09-01T08:00:00.000Z',
    answerBy: '2027-09-10T08:00:00.000Z',
    unanswered: 'carryOver',
    raceDay: almaty.raceDay,
  } as const;
  expect(viewOf(storedOrder()).event.hasNoDay).toBeUndefined();
  expect(viewOf(storedOrder(), { ...almaty, calledOff }).event.hasNoDay).toBe(true);
  const moved = { ...almaty, calledOff, raceDay: '2027-10-31' };
  expect(viewOf(storedOrder(), moved).event.hasNoDay).toBeUndefined();
  expect(viewOf(storedOrder(), moved).event.calledOff?.kind).toBe('postponed');
});
