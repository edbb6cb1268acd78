import * as z from 'zod/mini';
import { day, email, eventRef, instant, locale, localText, money, personName, slug } from './basics.ts';
import { distanceView } from './events.ts';

/**
 * - `offered`: a place is theirs to take until `offerUntil`.
 * - `accepted`: it went into an order.
 * - `lapsed`: the offer ended unused.
 */
export const waiterStates = ['waiting', 'offered', 'accepted', 'lapsed', 'left'] as const;

/** Why a distance offers no places: its event is called off, or its entry is closed for good. */
const noOffersReasons = ['cancelled', 'postponed', 'closed'] as const;

/** Who waits for a place; everything else is asked when a place is offered. */
export const waitingInput = z.strictObject({
  runner: z.strictObject({ givenName: personName, familyName: z.optional(personName), birthDate: day }),
  contact: z.strictObject({ email, locale }),
});
export type WaitingInput = z.infer<typeof waitingInput>;

/** A runner on the waiting list of a distance, as they see it. */
export const waiterView = z.object({
  /** The unguessable key of their own page, and of the offer. */
  token: z.string(),
  state: z.enum(waiterStates),
  event: eventRef,
  distance: z.object({ id: slug, name: localText }),
  givenName: z.string(),
  familyName: z.optional(z.string()),
  joinedAt: instant,
  /**
   * That nothing is offered now, and why. Then there is no position and no place, and whose offer was taken back is told
   * as waiting: of a postponed event they are where they were in the queue.
   */
  noOffers: z.optional(z.enum(noOffersReasons)),
  /** While waiting: how many are served before them, and them, from 1. */
  position: z.optional(z.int()),
  /** While a place is offered: which (it is also the bib), until when, what it costs, and where to take it. */
  place: z.optional(z.int()),
  offerUntil: z.optional(instant),
  price: z.optional(money),
  charity: z.optional(distanceView.shape.charity),
  agePrices: z.optional(distanceView.shape.agePrices),
  enterUrl: z.optional(z.string()),
  /** Once accepted: the token of the order. */
  orderToken: z.optional(z.string()),
  locale,
});
export type WaiterView = z.infer<typeof waiterView>;
