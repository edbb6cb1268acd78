import { takeOfferedPlace } from '../entries/places.ts';
import { moveWaiter, readWaiter, type Waiter } from '../entries/waiter.ts';
import type { Database, Outcome, Part } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import type { CheckedEntry } from './check-order.ts';
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
