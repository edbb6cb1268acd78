import { eventRef, openCallOff } from '../catalogue/call-off.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import { amountOf, breakdownOf, reductionsOf } from '../contracts/breakdown.ts';
import type { EntryLineView, OrderInput, OrderView } from '../contracts/orders.ts';
import { enteredAs } from '../entries/entry.ts';
import { changesOf } from './entry-changes.ts';
import { type EntryLine, isLeft, type OrderLine } from './lines.ts';
import { noRecords } from './money-records.ts';
import { distanceName, nameOf } from './names.ts';
import { entryLines, type Order, readOrder, readOrderWithEntries, type WholeOrder } from './order.ts';
import { payableUntil, paymentView } from './payment-view.ts';
import { givenShares, orderReturns, returnedOf } from './returns.ts';
import type { Shop } from './shop.ts';
import { isWaiting } from './states.ts';
import { type Keys, orderToken, ticketOf } from './tokens.ts';

/**
 * An order as its holder sees it.
 * @returns undefined when there is no such order.
 */
export async function loadOrderView(
  shop: Pick<Shop, 'db' | 'catalogue'>,
  keys: Keys,
  id: string,
): Promise<OrderView | undefined> {
  const found = await readOrderWithEntries(shop.db, id);
  const event = found && (await shop.catalogue.event(found.order.event));
  return found && event && orderView({ ...found, changes: await changeOrders(shop, found) }, event, keys);
}

/** The orders with which changes of its entries are or were paid. */
async function changeOrders(shop: Pick<Shop, 'db'>, { order }: WholeOrder): Promise<Order[]> {
  const ids = entryLines(order).flatMap(({ pending, extras = [] }) => [
    ...extras,
    ...(pending ? [pending.order] : []),
  ]);
  const found = await Promise.all(ids.map((id) => readOrder(shop.db, id)));
  return found.flatMap((one) => (one ? [one] : []));
}

/**
 * An order as its holder sees it, from the request that it was placed with: nothing is read back, unless it is paid
 * by now and may have changed since.
 * @returns undefined when its event is no longer there.
 */
export async function placedOrderView(
  shop: Pick<Shop, 'db' | 'catalogue'>,
  keys: Keys,
  order: Order,
  input: OrderInput,
): Promise<OrderView | undefined> {
  if (order.state === 'paid') return loadOrderView(shop, keys, order.id);
  const event = await shop.catalogue.event(order.event);
  const entries = new Map(
    entryLines(order).flatMap(({ entry: id, distance }, index) => {
      const { runner, team } = input.entries[index] ?? {};
      const entered = { id, event: order.event, distance, consentedAt: order.createdAt };
      if (team) return [[id, enteredAs({ ...entered, team })] as const];
      return runner ? [[id, enteredAs({ ...entered, runner })] as const] : [];
    }),
  );
  return (
    event &&
    orderView(
      { order, entries, members: [], formerMembers: [], transfers: new Map(), records: noRecords },
      event,
      keys,
    )
  );
}

/** The view of an order from its parts. Places are shown while the order has them, tickets once it is paid. */
export function orderView(whole: WholeOrder, event: PublishedEvent, keys: Keys): OrderView {
  const { order } = whole;
  const calledOff = openCallOff(event, order);
  const amount = (minor: number) => ({ amount: minor, currency: order.currency });
  const { total } = breakdownOf(order.lines.filter((line) => !isLeft(line)));
  const shares = givenShares(order);
  const named = new Set(breakdownOf<string>(order.lines).shares.map(({ project }) => project));
  const returns = orderReturns(whole);
  return {
    id: order.id,
    token: orderToken(keys, order.id),
    state: order.state,
    event: { ...eventRef(event), ...(calledOff && { calledOff }) },
    lines: order.lines.filter((line) => !isLeft(line)).map((line) => lineView(line, whole, event, keys)),
    total: amount(total),
    shares: shares.flatMap(({ project, given, returned }) =>
      given > returned ? [{ project, amount: amount(given - returned) }] : [],
    ),
    projects: event.projects.filter(({ id }) => named.has(id)).map(({ id, name }) => ({ id, name })),
    createdAt: order.createdAt,
    ...(isWaiting(order.state) && order.heldUntil && { heldUntil: payableUntil(order, order.heldUntil) }),
    ...(order.payment && order.state === 'paid' && { paidAt: order.payment.at }),
    ...(returns.length > 0 && { returns, kept: amount(returnedOf(order).kept) }),
    ...paymentView(whole, event),
    locale: order.contact.locale,
  };
}

function lineView(
  line: OrderLine,
  whole: WholeOrder,
  event: PublishedEvent,
  keys: Keys,
): OrderView['lines'][number] {
  const { currency } = whole.order;
  const amount = { amount: amountOf(line), currency };
  switch (line.kind) {
    case 'entry':
      return entryLineView(line, whole, event, keys);
    case 'donation':
      return { ...line, amount };
    case 'feeCover':
      return { kind: line.kind, amount };
    case 'change':
    case 'transferFee':
      return {
        kind: line.kind,
        of: orderToken(keys, line.of.order),
        distance: line.distance,
        distanceName: distanceName(event, line),
        amount,
      };
  }
}

function entryLineView(line: EntryLine, whole: WholeOrder, event: PublishedEvent, keys: Keys): EntryLineView {
  const { order, entries } = whole;
  const amount = (minor: number) => ({ amount: minor, currency: order.currency });
  const isLive = line.cancelled === undefined;
  const paid = order.state === 'paid' && isLive;
  const distance = event.distances.find(({ id }) => id === line.distance);
  const entry = entries.get(line.entry);
  const reductions = reductionsOf(line).map((reduction) => ({
    why: reduction.why,
    amount: amount(reduction.amount),
  }));
  const isHandedOver = entry !== undefined && 'runner' in entry && entry.version > 0;
  return {
    kind: 'entry',
    entry: line.entry,
    distance: line.distance,
    distanceName: distanceName(event, line),
    startsAt: distance?.startsAt ?? `${event.raceDay}T00:00:00.000Z`,
    ...((paid || isWaiting(order.state)) && { place: line.place }),
    ...(!isLive && { cancelled: true as const }),
    runnerName: entry ? nameOf(entry) : '',
    price: amount(line.price),
    ...(reductions.length > 0 && { listPrice: amount(line.listPrice ?? line.price), reductions }),
    shares: line.shares.map((share) => ({ project: share.project, amount: amount(share.amount) })),
    ...(paid && !isHandedOver && { ticket: ticketOf(keys, event.id, line.entry, line.place, 0) }),
    ...(paid && entry && changesOf(whole, event, line, entry, keys)),
  };
}
