import { isCalledOff } from '../catalogue/call-off.ts';
import type { CatalogueDistance, CatalogueEvent } from '../catalogue/schema.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import type { WaiterView } from '../contracts/waiting.ts';
import { takeOfferedPlace } from '../entries/places.ts';
import { moveWaiter, readWaiter, type Waiter } from '../entries/waiter.ts';
import type { Database, Outcome, Part } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { type CheckedEntry, registrationWindow } from './check-order.ts';
import type { EntryLine } from './lines.ts';
import type { Order } from './order.ts';

/** A waiter with the place that is offered to them. */
export type Offer = Waiter & { readonly place: number; readonly offerUntil: string };

/**
 * The offers that entries of an order take, by the entry's index.
 * @throws Refusal `offer_over` when one has ended, was used or given up.
 */
export async function readOffers(
  db: Database,
  checked: readonly CheckedEntry[],
  now: Date,
): Promise<Map<number, Offer>> {
  const offers = new Map<number, Offer>();
  for (const [index, { waiter }] of checked.entries()) {
    if (waiter === undefined) continue;
    const found = await readWaiter(db, waiter);
    if (!found || !hasOffer(found, now)) throw offerOver(index);
    offers.set(index, found);
  }
  return offers;
}

/** Whether a waiter may take a place now. */
export function hasOffer(waiter: Waiter, now: Date): waiter is Offer {
  const { state, place, offerUntil } = waiter;
  return (
    state === 'offered' && place !== undefined && offerUntil !== undefined && offerUntil > now.toISOString()
  );
}

/** Whether a distance takes entries of anybody now, as far as its own times say. */
export function takesEntries(event: CatalogueEvent, distance: CatalogueDistance, now: Date): boolean {
  const { opensAt, closesAt } = registrationWindow(event, distance);
  const time = now.getTime();
  return distance.entering === 'open' && time >= Date.parse(opensAt) && time < Date.parse(closesAt);
}

/** Why a distance offers no places any more, or none for the time being; undefined while it may. */
export function noOffers(
  event: PublishedEvent,
  distance: CatalogueDistance,
  now: Date,
): WaiterView['noOffers'] {
  if (event.calledOff && isCalledOff(event)) return event.calledOff.kind;
  return now.getTime() >= Date.parse(registrationWindow(event, distance).closesAt) ? 'closed' : undefined;
}

/**
 * How the offer of a place stands:
 * - `open`: it can be taken;
 * - `over`: it was not taken in time;
 * - `stopped`: before its time was over the event was called off, or the distance took no entries any more.
 */
export function offerNow(
  event: PublishedEvent,
  distance: CatalogueDistance,
  offerUntil: string,
  now: Date,
): 'open' | 'over' | 'stopped' {
  const stopped = stoppedAt(event, distance, now);
  if (stopped !== undefined && offerUntil > stopped) return 'stopped';
  return offerUntil <= now.toISOString() ? 'over' : 'open';
}

/** Since when no offer can be taken, where none can be now. */
function stoppedAt(event: PublishedEvent, distance: CatalogueDistance, now: Date): string | undefined {
  if (event.calledOff && isCalledOff(event)) return event.calledOff.at;
  if (takesEntries(event, distance, now)) return undefined;
  const closesAt = Date.parse(registrationWindow(event, distance).closesAt);
  return new Date(Math.min(closesAt, now.getTime())).toISOString();
}

/** Takes the offered place for an entry and closes the offer (parts `place:…` and `waiter:…`). */
export function acceptParts(index: number, offer: Offer, order: Order, line: EntryLine, now: Date): Part[] {
  return [
    takeOfferedPlace(
      `place:${index}`,
      { event: order.event, distance: line.distance, n: offer.place },
      { order: order.id, entry: line.entry, heldUntil: order.heldUntil, waiter: offer.id },
      now,
    ),
    moveWaiter(`waiter:${index}`, offer, 'accepted', { order: order.id }),
  ];
}

/** @throws Refusal `offer_over` when a transaction failed because an offer had ended. */
export function refuseIfOver(
  offers: ReadonlyMap<number, Offer>,
  outcome: Extract<Outcome, { done: false }>,
): void {
  for (const index of offers.keys())
    if (outcome.refused.has(`place:${index}`) || outcome.refused.has(`waiter:${index}`))
      throw offerOver(index);
}

function offerOver(index: number): Refusal {
  return new Refusal('offer_over', { field: `entries.${index}.offer` });
}
