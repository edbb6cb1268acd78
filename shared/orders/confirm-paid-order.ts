import { pricesAt } from '../catalogue/prices.ts';
import type { CatalogueDistance, CatalogueEvent } from '../catalogue/schema.ts';
import { readOccupancy } from '../entries/availability.ts';
import { choosePlace } from '../entries/choose-place.ts';
import type { Occupancy } from '../entries/occupancy.ts';
import { freePlace, keepPlace, takePlace } from '../entries/places.ts';
import { unlockRunner } from '../entries/runner-lock.ts';
import { bookParts } from '../ledger/book.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { owedBooking, paidBooking, type ReceivedPayment } from './booking.ts';
import type { EntryLine, OrderLine } from './lines.ts';
import { entryLines, moveOrder, type Order, readOrder } from './order.ts';
import { giveUsesBack } from './promo-uses.ts';
import { refundDue } from './refunds.ts';
import type { Shop } from './shop.ts';
import { isWaiting } from './states.ts';

/** What became of a payment: the order is paid, or the money is owed back; or it is no payment of such an order. */
export type Confirmation = 'paid' | 'refund_due' | 'order_unknown' | 'amount_wrong';

/** Rounds in which a payment may meet other writers of the same order before the message is left to be repeated. */
const mostRounds = 12;

/**
 * Applies a received payment to its order, in one transaction: the order is paid, its places are kept, the ledger
 * has it, the totals and the mail are due. A repetition changes nothing. If a place went to somebody else, another
 * one of the same distance is taken; if there is none, or the order is over or paid already, the money is owed back,
 * in one transaction as well. A payment of another amount or currency than the order's changes nothing.
 */
export async function confirmPaidOrder(
  shop: Shop,
  id: string,
  payment: ReceivedPayment,
): Promise<Confirmation> {
  const { db, world } = shop;
  const lost = new Set<string>();
  const gone: EntryLine[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const order = await readOrder(db, id);
    if (!order) return 'order_unknown';
    if (payment.amount !== order.total || payment.currency !== order.currency) return 'amount_wrong';
    if (order.payment?.id === payment.id) return order.state === 'paid' ? 'paid' : 'refund_due';
    const event = await shop.catalogue.event(order.event);
    if (!event) throw new Error(`The event of order ${id} is not in the catalogue.`);
    const lines = isWaiting(order.state) ? await withPlaces(shop, event, order, lost, gone) : undefined;
    const parts = lines
      ? paidParts(order, lines, payment, event, world.now())
      : owedParts(order, payment, event, world.now(), lost);
    const outcome = await commit(db, world, parts);
    if (outcome.done) return lines ? 'paid' : 'refund_due';
    // The fact is booked: by the same message a moment ago. The order, read again, says how it ended.
    if (outcome.refused.has('ledger'))
      return (await readOrder(db, id))?.state === 'paid' ? 'paid' : 'refund_due';
    for (const line of entryLines({ lines: lines ?? order.lines }))
      if (outcome.refused.has(`place:${line.entry}`)) {
        lost.add(line.entry);
        gone.push(line);
      }
  }
  throw new DatabaseBusy(`The payment of order ${id} met other writers at every try.`);
}

/**
 * The order's lines with a new place for each entry that lost its own.
 * @param gone lines with places that were not to be had: those lost, and those chosen in vain.
 * @returns undefined when there is no place for one of them.
 */
async function withPlaces(
  shop: Shop,
  event: CatalogueEvent,
  order: Order,
  lost: ReadonlySet<string>,
  gone: readonly EntryLine[],
): Promise<OrderLine[] | undefined> {
  const taken = new Map<string, Set<number>>();
  for (const { distance, place } of [...entryLines(order), ...gone])
    taken.set(distance, (taken.get(distance) ?? new Set()).add(place));
  // A place chosen in vain shows that the availability is behind.
  const isBehind = gone.length > lost.size;
  const lines: OrderLine[] = [];
  for (const line of order.lines) {
    if (line.kind !== 'entry' || !lost.has(line.entry)) {
      lines.push(line);
      continue;
    }
    const distance = event.distances.find(({ id }) => id === line.distance);
    const avoided = taken.get(line.distance);
    if (!distance || !avoided) return undefined;
    const place = await freePlaceOf(shop, order.event, distance, avoided, isBehind);
    if (place === undefined) return undefined;
    avoided.add(place);
    // The price is the one that was shown and paid, whatever the new place would cost today.
    lines.push({ ...line, place });
  }
  return lines;
}

/** A place that seems free; before there is none, the places themselves say so. */
async function freePlaceOf(
  { db, world, guide }: Shop,
  event: string,
  { id, capacity, prices }: CatalogueDistance,
  avoided: ReadonlySet<number>,
  isBehind: boolean,
): Promise<number | undefined> {
  const ranges = pricesAt(prices, capacity, world.now());
  const choose = (occupancy: Occupancy) => choosePlace(occupancy, ranges, world.random, avoided)?.n;
  return (
    (isBehind ? undefined : choose(await guide.refreshed(event, id))) ??
    choose(await readOccupancy(db, world, { event, distance: id, capacity }))
  );
}

function paidParts(
  order: Order,
  lines: readonly OrderLine[],
  payment: ReceivedPayment,
  event: CatalogueEvent,
  now: Date,
): Part[] {
  const before = new Map(entryLines(order).map((line) => [line.entry, line.place]));
  const places = entryLines({ lines: [...lines] }).map((line) => {
    const name = `place:${line.entry}`;
    const place = { event: order.event, distance: line.distance, n: line.place };
    return before.get(line.entry) === line.place
      ? keepPlace(name, place, order.id)
      : takePlace(name, place, { order: order.id, entry: line.entry, heldUntil: undefined }, now);
  });
  return [
    moveOrder(order.id, 'paid', {
      set: { payment: { id: payment.id, at: payment.paidAt }, lines },
      remove: ['heldUntil'],
      condition: 'attribute_not_exists(payment)',
    }),
    ...places,
    ...bookParts(paidBooking({ ...order, lines: [...lines] }, payment, event.zone)),
    confirmationDue(order, now),
  ];
}

/** The mail that confirms an order; one an order. */
export function confirmationDue(order: Order, now: Date): Part {
  return mailDue({
    id: `${order.id}#paid`,
    kind: 'order_paid',
    order: order.id,
    to: order.contact.email,
    locale: order.contact.locale,
    createdAt: now.toISOString(),
  });
}

function owedParts(
  order: Order,
  payment: ReceivedPayment,
  event: CatalogueEvent,
  now: Date,
  lost: ReadonlySet<string>,
): Part[] {
  const booked = bookParts(owedBooking(order, payment, event.zone));
  const due = refundDue({
    payment: payment.id,
    order: order.id,
    amount: payment.amount,
    currency: order.currency,
    createdAt: now.toISOString(),
  });
  // A second payment of a paid order, or of one whose money is owed back already, changes nothing about the order.
  if (order.payment) return [due, ...booked];
  const ended = isWaiting(order.state) ? releaseParts(order, lost) : [];
  return [
    moveOrder(order.id, 'paid_without_place', {
      set: { payment: { id: payment.id, at: payment.paidAt } },
      remove: ['heldUntil'],
      condition: 'attribute_not_exists(payment)',
    }),
    ...ended,
    due,
    ...booked,
  ];
}

/**
 * Frees what an order that ends still has: its places but those known to be lost, its runners' locks, and the uses of its
 * code.
 */
export function releaseParts(order: Order, lost: ReadonlySet<string> = new Set()): Part[] {
  const parts = entryLines(order).flatMap((line: EntryLine) => [
    ...(lost.has(line.entry)
      ? []
      : [
          freePlace(
            `place:${line.entry}`,
            { event: order.event, distance: line.distance, n: line.place },
            order.id,
          ),
        ]),
    ...(line.lock === undefined ? [] : [unlockRunner(`lock:${line.entry}`, line.lock, order.id)]),
  ]);
  return [...parts, ...giveUsesBack(order)];
}
