import { isCalledOff } from '../catalogue/call-off.ts';
import { pricesAt } from '../catalogue/prices.ts';
import type { CatalogueDistance, CatalogueEvent } from '../catalogue/schema.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import { readOccupancy } from '../entries/availability.ts';
import { choosePlace } from '../entries/choose-place.ts';
import type { Occupancy } from '../entries/occupancy.ts';
import { freePlace, keepPlace, takePlace } from '../entries/places.ts';
import { lockRunner, unlockRunner } from '../entries/runner-lock.ts';
import { bookParts } from '../ledger/book.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { raiseMatter } from '../staff/matters.ts';
import { owedBooking, paidBooking, paidFact, type ReceivedPayment } from './booking.ts';
import { paidChangeParts } from './change-order.ts';
import { refundId } from './give-back.ts';
import { paidFeeParts } from './hand-over.ts';
import type { EntryLine, OrderLine } from './lines.ts';
import { changeLine, entryLines, moveOrder, type Order, placedBy, placedLines, readOrder } from './order.ts';
import { changeMoney } from './order-money.ts';
import { giveUsesBack, takeUses, useName, withOtherUses } from './promo-uses.ts';
import { refundDue } from './refund-items.ts';
import type { Shop } from './shop.ts';
import { follows, isWaiting } from './states.ts';
import { keepInSuspense } from './suspense.ts';
import type { Keys } from './tokens.ts';

/**
 * What became of a payment: the order is paid, or the money is owed back, or it waits in suspense since it does not fit;
 * or it cannot be booked at all, as no order is known or its money is another.
 */
export type Confirmation = 'paid' | 'refund_due' | 'suspense' | 'order_unknown' | 'currency_wrong';

/** Rounds in which a payment may meet other writers of the same order before the message is left to be repeated. */
const mostRounds = 12;

/**
 * Applies a received payment to its order, in one transaction: the order is paid, its places are kept, the ledger
 * has it, the totals and the mail are due. A repetition changes nothing. If a place went to somebody else, another
 * one of the same distance is taken, also for an order that had expired, and so is another use of its code; if there is
 * none, or the runner has entered otherwise, or its event was called off before, or the order is paid already, the money
 * is owed back, in one transaction as well. A payment of another amount than the order's, or made for another
 * reference, confirms nothing and waits in suspense.
 * @param fits false when the payment names another order besides this one.
 */
export async function confirmPaidOrder(
  shop: Shop & { readonly keys: Keys },
  id: string,
  payment: ReceivedPayment,
  { fits = true }: { readonly fits?: boolean } = {},
): Promise<Confirmation> {
  const { db, world } = shop;
  const lost = new Set<string>();
  const gone: Pick<EntryLine, 'distance' | 'place'>[] = [];
  let isFree = true;
  let hasUses = true;
  for (let round = 0; round < mostRounds; round += 1) {
    const order = await readOrder(db, id);
    if (!order) return 'order_unknown';
    if (payment.currency !== order.currency) return 'currency_wrong';
    if (order.payment?.id === payment.id) return order.state === 'paid' ? 'paid' : 'refund_due';
    const event = await shop.catalogue.event(order.event);
    if (!event) throw new Error(`The event of order ${id} is not in the catalogue.`);
    const why = !fits ? 'reference' : payment.amount === order.total ? undefined : 'amount';
    if (why) return await keepInSuspense(shop, order, payment, event, why);
    const lines =
      isFree && follows(order.state, 'paid') && !cameTooLate(event, order, payment)
        ? await claimable(shop, event, order, { lost, gone, hasUses })
        : undefined;
    const paid = lines && (await paidParts(shop, order, lines, payment, event, world.now()));
    const outcome = await commit(db, world, paid ?? owedParts(order, payment, event, world.now(), lost));
    if (outcome.done) return paid ? 'paid' : 'refund_due';
    // The fact is booked: by the same message a moment ago. The order, read again, says how it ended.
    if (outcome.refused.has('ledger'))
      return (await readOrder(db, id))?.state === 'paid' ? 'paid' : 'refund_due';
    if (outcome.refused.has(useName)) hasUses = false;
    const fee = order.lines.find((line) => line.kind === 'transferFee');
    if (fee && outcome.refused.has(`lock:${fee.of.entry}`)) isFree = false;
    for (const line of placedLines({ lines: lines ?? order.lines })) {
      if (outcome.refused.has(`lock:${line.entry}`)) isFree = false;
      if (outcome.refused.has(`place:${line.entry}`)) {
        lost.add(line.entry);
        gone.push(line);
      }
    }
  }
  throw new DatabaseBusy(`The payment of order ${id} met other writers at every try.`);
}

/**
 * Whether the money for entries of an event that is called off goes back at once: it was paid, or is told of, too late, or
 * for an order that had ended, whose runners would need new places.
 */
function cameTooLate(event: PublishedEvent, order: Order, { paidAt }: ReceivedPayment): boolean {
  const { calledOff } = event;
  if (!calledOff || !isCalledOff(event) || entryLines(order).length === 0) return false;
  return calledOff.settledAt !== undefined || paidAt > calledOff.at || !isWaiting(order.state);
}

/** What earlier tries have found to be somebody else's. */
interface Missed {
  readonly lost: ReadonlySet<string>;
  readonly gone: readonly Pick<EntryLine, 'distance' | 'place'>[];
  readonly hasUses: boolean;
}

/**
 * The order's lines with what they can claim in place of what others have by now.
 * @returns undefined when there is no place, or no use of its code, for one of them.
 */
async function claimable(
  shop: Shop,
  event: CatalogueEvent,
  order: Order,
  { lost, gone, hasUses }: Missed,
): Promise<OrderLine[] | undefined> {
  // While an order waits for its payment its own uses are with it.
  const lines = hasUses || isWaiting(order.state) ? order.lines : await withOtherUses(shop, order);
  return lines && (await withPlaces(shop, event, { ...order, lines }, lost, gone));
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
  gone: readonly Pick<EntryLine, 'distance' | 'place'>[],
): Promise<OrderLine[] | undefined> {
  const taken = new Map<string, Set<number>>();
  for (const { distance, place } of [...placedLines(order), ...gone])
    taken.set(distance, (taken.get(distance) ?? new Set()).add(place));
  // A place chosen in vain shows that the availability is behind.
  const isBehind = gone.length > lost.size;
  const lines: OrderLine[] = [];
  for (const line of order.lines) {
    const placed = placedBy(line);
    if (!placed || !lost.has(placed.entry)) {
      lines.push(line);
      continue;
    }
    const distance = event.distances.find(({ id }) => id === placed.distance);
    const avoided = taken.get(placed.distance);
    if (!distance || !avoided) return undefined;
    const place = await freePlaceOf(shop, order.event, distance, avoided, isBehind);
    if (place === undefined) return undefined;
    avoided.add(place);
    // The price is the one that was shown and paid, whatever the new place would cost today.
    lines.push(line.kind === 'entry' || line.kind === 'change' ? { ...line, place } : line);
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

/** @returns undefined when the order is for the change or transfer of an entry, and that cannot be made any more. */
async function paidParts(
  shop: Shop & { readonly keys: Keys },
  order: Order,
  lines: readonly OrderLine[],
  payment: ReceivedPayment,
  event: CatalogueEvent,
  now: Date,
): Promise<Part[] | undefined> {
  const change = changeLine({ lines: [...lines] });
  const fee = lines.find((line) => line.kind === 'transferFee');
  const done = change
    ? await paidChangeParts(shop, order, change, payment, now)
    : fee
      ? await paidFeeParts(shop, order, fee, payment, now)
      : enteredParts(order, lines, payment, event, now);
  return (
    done && [
      moveOrder(order.id, 'paid', {
        from: order.state,
        set: { payment: { id: payment.id, at: payment.paidAt }, lines },
        remove: ['heldUntil'],
        condition: 'attribute_not_exists(payment)',
      }),
      ...done,
      confirmationDue(order, now),
    ]
  );
}

/** What the payment of entries and gifts does besides making its order paid. */
function enteredParts(
  order: Order,
  lines: readonly OrderLine[],
  payment: ReceivedPayment,
  event: CatalogueEvent,
  now: Date,
): Part[] {
  // An order that expired has given back its places, locks and uses of a code: it takes them again, or none.
  const holds = isWaiting(order.state);
  const before = new Map(entryLines(order).map((line) => [line.entry, line.place]));
  const claims = entryLines({ lines: [...lines] }).flatMap(({ entry, distance, place: n, lock }) => {
    const name = `place:${entry}`;
    const place = { event: order.event, distance, n };
    return [
      holds && before.get(entry) === n
        ? keepPlace(name, place, order.id)
        : takePlace(name, place, { order: order.id, entry, heldUntil: undefined }, now),
      ...(holds || lock === undefined ? [] : [lockRunner(`lock:${entry}`, lock, order.id)]),
    ];
  });
  return [
    ...claims,
    ...(holds ? [] : takeUses({ ...order, lines: [...lines] })),
    ...bookParts(paidBooking({ ...order, lines: [...lines] }, payment, event.zone)),
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
  const { amount } = payment;
  const owed = (order.owed ?? 0) + amount;
  const fact = paidFact(payment.id);
  const createdAt = now.toISOString();
  const common = [
    ...bookParts(owedBooking(order, payment, event.zone)),
    refundDue({
      id: refundId(fact),
      payment: payment.id,
      order: order.id,
      amount,
      currency: order.currency,
      createdAt,
      reason: order.payment ? 'paid_twice' : 'no_place',
    }),
    raiseMatter({
      kind: order.payment ? 'paid_twice' : 'paid_without_place',
      fact,
      raisedAt: createdAt,
      about: { event: order.event, order: order.id, payment: payment.id },
      amount: { amount, currency: order.currency },
    }),
    mailDue({
      id: `${order.id}#owed#${payment.id}`,
      kind: 'refund_decided',
      refund: refundId(fact),
      order: order.id,
      to: order.contact.email,
      locale: order.contact.locale,
      createdAt,
    }),
  ];
  if (order.payment) return [changeMoney(order, 'paid_again', { owed }), ...common];
  return [
    changeMoney(order, 'paid_without_place', {
      owed,
      set: { payment: { id: payment.id, at: payment.paidAt, unused: true } },
      remove: ['heldUntil'],
    }),
    ...(isWaiting(order.state) ? releaseParts(order, lost) : []),
    ...common,
  ];
}

/**
 * Frees what an order that ends still has: its places but those known to be lost, its runners' locks, and the uses of its
 * code.
 */
export function releaseParts(order: Order, lost: ReadonlySet<string> = new Set()): Part[] {
  const parts = placedLines(order).flatMap((line) => [
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
