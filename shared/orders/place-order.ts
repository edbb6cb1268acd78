import { createHash } from 'node:crypto';
import type { Fee } from '../catalogue/fees.ts';
import { priceOfPlace, pricesAt } from '../catalogue/prices.ts';
import { readPromoCode } from '../catalogue/promo-codes.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { EntryInput, OrderInput } from '../contracts/orders.ts';
import { choosePlace } from '../entries/choose-place.ts';
import { newEntry } from '../entries/entry.ts';
import { type BlockCount, countBlock, type Occupancy } from '../entries/occupancy.ts';
import { blockOf, isRetakable, readBlock, retakableBefore, takePlace } from '../entries/places.ts';
import { lockRunner } from '../entries/runner-lock.ts';
import { type Slot, takeSlot } from '../entries/slots.ts';
import { bookParts } from '../ledger/book.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import { freeBooking } from './booking.ts';
import { type CheckedEntry, checkOrder, feeOfEntry } from './check-order.ts';
import { composeOrder } from './compose-order.ts';
import { confirmationDue } from './confirm-paid-order.ts';
import { chooseSlots } from './hold-limits.ts';
import { makeWay } from './make-way.ts';
import { acceptParts, type Offer, readOffers, refuseIfOver } from './offers.ts';
import { newOrder, type Order, readOrder } from './order.ts';
import { chooseUses, takeUses, useName } from './promo-uses.ts';
import type { Shop } from './shop.ts';
import type { Keys } from './tokens.ts';

/** A request to hold places for an order. */
export interface OrderRequest {
  readonly event: string;
  readonly idempotencyKey: string;
  readonly input: OrderInput;
  /** The network address it came from, where that is known. */
  readonly client?: string | undefined;
}

/** What ordering needs besides the shop. */
export interface OrderDesk extends Shop {
  readonly keys: Keys;
  /**
   * Ends the hold of another order if it is over, after asking the payment provider; says whether the order is no
   * longer waiting.
   */
  readonly endOverdueHold: (order: string) => Promise<boolean>;
}

/** Places tried for one order before it is told to come back: each try lost means somebody else got a place. */
const mostTries = 40;

/**
 * Holds a place for every entry of an order and records the order, in one transaction: all of it or nothing. An order
 * that costs nothing is confirmed by it at once: the places are kept, it is booked, and the mail is due.
 * Repeating a request with its Idempotency-Key finds the order that the first one made.
 * @throws Refusal with the codes that the route `createOrder` names.
 */
export async function placeOrder(desk: OrderDesk, request: OrderRequest): Promise<Order> {
  const id = derivedId('ord', request.event, request.idempotencyKey);
  const fingerprint = createHash('sha256').update(JSON.stringify(request.input)).digest('base64url');
  try {
    return await hold(desk, id, fingerprint, request);
  } catch (error) {
    // What stands in the way may be the first answer to this very request, which the client never saw. It has waited
    // for that answer before it asked again, so the reading may be a moment old, at half the cost of every refusal.
    const earlier =
      error instanceof Refusal &&
      error.code !== 'idempotency_key_reused' &&
      (await readOrder(desk.db, id, { strong: false }));
    if (earlier) return sameRequest(earlier, fingerprint);
    throw error;
  }
}

function sameRequest(order: Order, fingerprint: string): Order {
  if (order.fingerprint !== fingerprint) throw new Refusal('idempotency_key_reused');
  return order;
}

async function hold(desk: OrderDesk, id: string, fingerprint: string, request: OrderRequest): Promise<Order> {
  const { db, world } = desk;
  const event = await desk.catalogue.event(request.event);
  if (!event) throw new Refusal('event_unknown');
  const { code: typed } = request.input;
  const code = typed === undefined ? undefined : await readPromoCode(db, event.id, typed);
  const checked = checkOrder(event, request.input, desk.keys, world.now(), code);
  const offers = await readOffers(db, checked, world.now());
  const places = new PlaceSearch(desk, event, checked, offers);
  let slots = await chooseSlots(desk, event, request, { refused: false });
  let uses = await chooseUses(desk, event, checked, request.input.contact.email);
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const now = world.now();
    const chosen = await places.choose(now);
    const order = composeOrder({ id, fingerprint, input: request.input, event, checked, chosen, uses, now });
    const outcome = await commit(db, world, holdParts(order, event, checked, offers, slots, now));
    if (outcome.done) {
      await places.took(chosen);
      return order;
    }
    if (outcome.refused.has('order')) {
      const earlier = await readOrder(db, id);
      if (earlier) return sameRequest(earlier, fingerprint);
    }
    const locked = checked.findIndex((_, index) => outcome.refused.has(`lock:${index}`));
    if (locked >= 0) await makeWay(desk, checked[locked]?.lock, `entries.${locked}.runner`);
    refuseIfOver(offers, outcome);
    if (slots.some((_, index) => outcome.refused.has(`slot:${index}`)))
      slots = await chooseSlots(desk, event, request, { refused: true });
    if (outcome.refused.has(useName))
      uses = await chooseUses(desk, event, checked, request.input.contact.email);
    await places.lost(chosen.filter((_, index) => outcome.refused.has(`place:${index}`)));
  }
  throw new DatabaseBusy('Every place tried was taken by somebody else.');
}

/** A place and what it costs the entry. */
export interface Chosen extends Fee {
  readonly distance: string;
  readonly n: number;
}

/** A place to look for, at the price that was shown for the runner's age and with the code. */
interface WantedPlace extends Pick<CheckedEntry, 'distance' | 'age' | 'code'> {
  readonly input: Pick<EntryInput, 'price'>;
}

/** Looks for places that seem free, learning from every one that was not. */
export class PlaceSearch {
  readonly #desk: OrderDesk;
  readonly #event: CatalogueEvent;
  readonly #entries: readonly WantedPlace[];
  readonly #offers: ReadonlyMap<number, Offer>;
  /** What this search has read itself, or met: newer than the availability item, so it corrects every reading of it. */
  readonly #blocks = new Map<string, { distance: string; block: number; count: BlockCount }>();
  readonly #occupied: Chosen[] = [];

  constructor(
    desk: OrderDesk,
    event: CatalogueEvent,
    entries: readonly WantedPlace[],
    offers: ReadonlyMap<number, Offer> = new Map(),
  ) {
    this.#desk = desk;
    this.#event = event;
    this.#entries = entries;
    this.#offers = offers;
  }

  /**
   * A place for each entry, at the price that was shown.
   * @throws Refusal `sold_out` or `price_changed`.
   */
  async choose(now: Date): Promise<Chosen[]> {
    const { guide, world } = this.#desk;
    const taken = new Map<string, Set<number>>();
    const chosen: Chosen[] = [];
    for (const [index, entry] of this.#entries.entries()) {
      const { distance, input } = entry;
      const priceOf = ({ amount }: { amount: number }): number => feeOfEntry(entry, amount).price;
      const offered = this.#offers.get(index)?.place;
      if (offered !== undefined) {
        const amount = priceOfPlace(distance.prices, offered, now);
        chosen.push({ distance: distance.id, n: offered, ...feeOfEntry(entry, amount) });
        continue;
      }
      const already = taken.get(distance.id) ?? new Set();
      taken.set(distance.id, already);
      const ranges = pricesAt(distance.prices, distance.capacity, now);
      const known = await guide.occupancy(this.#event.id, distance.id);
      let choice = choosePlace(known, ranges, world.random, already);
      if (!choice || priceOf(choice) !== input.price.amount) {
        // Before anybody is sent away, the freshest reading must say the same.
        const fresh = this.#corrected(distance.id, await guide.refreshed(this.#event.id, distance.id));
        choice = choosePlace(fresh, ranges, world.random, already);
        // A cheaper place that seems free may just have gone: only a place that is there changes the price downwards.
        while (
          choice &&
          priceOf(choice) < input.price.amount &&
          (await this.#read(distance.id, blockOf(choice.n)))
        )
          choice = choosePlace(this.#corrected(distance.id, fresh), ranges, world.random, already);
        if (!choice) {
          // Holds that nobody could end, with their grace over, count as held; only the places themselves tell.
          const retakable = fresh.blocksWithHoldsOver(retakableBefore(now));
          for (const block of retakable) await this.#read(distance.id, block);
          choice = choosePlace(this.#corrected(distance.id, fresh), ranges, world.random, already);
        }
        if (!choice) throw soldOut(distance.id, `entries.${index}`, fresh);
      }
      already.add(choice.n);
      chosen.push({ distance: distance.id, n: choice.n, ...feeOfEntry(entry, choice.amount) });
    }
    const { currency } = this.#event;
    if (chosen.some(({ price }, index) => price !== this.#entries[index]?.input.price.amount))
      throw new Refusal('price_changed', {
        prices: chosen.map(({ distance, price }, index) => ({
          field: `entries.${index}.price`,
          distance,
          price: { amount: price, currency },
        })),
      });
    return chosen;
  }

  /** Notes places that this process just took, so that its next sign-up does not try them. */
  async took(chosen: readonly Chosen[]): Promise<void> {
    for (const { distance, n } of chosen)
      (await this.#desk.guide.occupancy(this.#event.id, distance)).occupy(n);
  }

  /**
   * Notes places that were not free after all, and reads their blocks to learn of the others there: anew each time, since
   * what was read before is what has misled. (A refused transaction costs more than such a reading.)
   */
  async lost(chosen: readonly Chosen[]): Promise<void> {
    for (const place of chosen) {
      const { distance, n } = place;
      this.#occupied.push(place);
      this.#blocks.delete(keyOf(distance, blockOf(n)));
      await this.#read(distance, blockOf(n));
      this.#corrected(distance, await this.#desk.guide.occupancy(this.#event.id, distance));
    }
  }

  /** Reads a block, strongly; false when this search has read it before, and nothing of it was lost since. */
  async #read(distance: string, block: number): Promise<boolean> {
    if (this.#blocks.has(keyOf(distance, block))) return false;
    const { db, world } = this.#desk;
    const now = world.now();
    const places = await readBlock(db, { event: this.#event.id, distance, block }, { strong: true });
    const count = countBlock(places.filter((found) => !isRetakable(found, now)));
    this.#blocks.set(keyOf(distance, block), { distance, block, count });
    return true;
  }

  #corrected(distance: string, occupancy: Occupancy): Occupancy {
    for (const known of this.#blocks.values())
      if (known.distance === distance) occupancy.replace(known.block, known.count);
    for (const place of this.#occupied) if (place.distance === distance) occupancy.occupy(place.n);
    return occupancy;
  }
}

const keyOf = (distance: string, block: number): string => `${distance}#${block}`;

function soldOut(distance: string, field: string, occupancy: Occupancy): Refusal {
  const { earliest } = occupancy.counts();
  return new Refusal('sold_out', { distance, field, ...(earliest && { nextReleaseAt: earliest }) });
}

function holdParts(
  order: Order,
  event: CatalogueEvent,
  checked: readonly CheckedEntry[],
  offers: ReadonlyMap<number, Offer>,
  slots: readonly Slot[],
  now: Date,
): Part[] {
  const lines = order.lines.filter((line) => line.kind === 'entry');
  return [
    newOrder(order),
    ...lines.flatMap((line, index) => {
      const entrant = checked[index]?.entrant;
      if (!entrant) return [];
      const { entry, distance, place, lock } = line;
      const offer = offers.get(index);
      return [
        newEntry(`entry:${index}`, order.id, {
          id: entry,
          event: order.event,
          distance,
          ...entrant,
          consentedAt: order.createdAt,
        }),
        ...(lock === undefined ? [] : [lockRunner(`lock:${index}`, lock, order.id)]),
        ...(offer
          ? acceptParts(index, offer, order, line, now)
          : [
              takePlace(
                `place:${index}`,
                { event: order.event, distance, n: place },
                { order: order.id, entry, heldUntil: order.heldUntil },
                now,
              ),
            ]),
      ];
    }),
    ...slots.map((slot, index) =>
      takeSlot(`slot:${index}`, slot, order.id, order.heldUntil ?? order.createdAt),
    ),
    ...takeUses(order),
    ...(order.state === 'paid'
      ? [...bookParts(freeBooking(order, event.zone)), confirmationDue(order, now)]
      : []),
  ];
}
