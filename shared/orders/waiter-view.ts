import { eventRef } from '../catalogue/call-off.ts';
import { priceOfPlace } from '../catalogue/prices.ts';
import type { CatalogueDistance } from '../catalogue/schema.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import type { WaiterView } from '../contracts/waiting.ts';
import { positionOf, readWaiter, type Waiter } from '../entries/waiter.ts';
import { hasOffer, noOffers, offerNow } from './offers.ts';
import { agePricesView, charityView } from './on-offer.ts';
import type { Shop } from './shop.ts';
import { type Keys, orderToken, waiterToken } from './tokens.ts';

/**
 * Somebody on a waiting list as they see themselves: an offer that is over, or cannot be taken any more, is told so from
 * that moment on, whether or not housekeeping has ended it.
 * @param publicUrl the site's address, without a slash at the end.
 * @returns undefined when there is no such waiter.
 */
export async function loadWaiterView(
  { db, catalogue, world }: Pick<Shop, 'db' | 'catalogue' | 'world'>,
  keys: Keys,
  publicUrl: string,
  id: string,
): Promise<WaiterView | undefined> {
  const waiter = await readWaiter(db, id);
  const event = waiter && (await catalogue.event(waiter.event));
  const distance = event?.distances.find((found) => found.id === waiter?.distance);
  if (!waiter || !event || !distance) return undefined;
  const now = world.now();
  const { givenName, familyName, joinedAt, locale, order } = waiter;
  const state = stateNow(event, distance, waiter, now);
  const rests = noOffers(event, distance, now);
  const token = waiterToken(keys, id);
  return {
    token,
    state,
    event: eventRef(event),
    distance: { id: distance.id, name: distance.name },
    givenName,
    ...(familyName !== undefined && { familyName }),
    joinedAt,
    ...(rests && { noOffers: rests }),
    ...(state === 'waiting' && !rests && { position: await positionOf(db, waiter) }),
    ...(state === 'offered' && hasOffer(waiter, now) && offer(waiter.place, waiter.offerUntil)),
    ...(state === 'accepted' && order !== undefined && { orderToken: orderToken(keys, order) }),
    locale,
  };

  function offer(place: number, offerUntil: string) {
    if (!event || !distance) return {};
    const price = priceOfPlace(distance.prices, place, now);
    return {
      place,
      offerUntil,
      price: { amount: price, currency: event.currency },
      charity: charityView(event, distance, price),
      agePrices: agePricesView(event, distance, price),
      enterUrl: `${publicUrl}/${locale}/events/${event.id}/enter/${distance.id}?offer=${token}`,
    };
  }
}

const ofOffer = { open: 'offered', over: 'lapsed', stopped: 'waiting' } as const;

function stateNow(
  event: PublishedEvent,
  distance: CatalogueDistance,
  { state, offerUntil = '' }: Waiter,
  now: Date,
): WaiterView['state'] {
  return state === 'offered' ? ofOffer[offerNow(event, distance, offerUntil, now)] : state;
}
