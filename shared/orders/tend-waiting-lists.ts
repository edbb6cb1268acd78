import { isCalledOff } from '../catalogue/call-off.ts';
import type { CatalogueDistance, CatalogueEvent } from '../catalogue/schema.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import { readAvailability, readOccupancy, recount } from '../entries/availability.ts';
import { markPlaces } from '../entries/mark-places.ts';
import { blockSize, offerPlace, readBlock, stateOf, withdrawOffer } from '../entries/places.ts';
import {
  leaveQueue,
  moveWaiter,
  readQueue,
  readWaiter,
  requeueParts,
  type Waiter,
} from '../entries/waiter.ts';
import { countWaiting, type ListMode, moveList, readList } from '../entries/waiting-list.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit } from '../platform/database.ts';
import { registrationWindow } from './check-order.ts';
import { offerNow, takesEntries } from './offers.ts';
import type { Shop } from './shop.ts';

/** What a round of tending did. */
export interface Tended {
  offered: number;
  lapsed: number;
  /** Offers that were taken back, since they could not be taken any more. */
  withdrawn: number;
  opened: number;
  closed: number;
}

const hour = 3_600_000;
const day = 24 * hour;

/**
 * Tends the waiting list of every distance: ends offers that are over, opens a list where everything is sold out,
 * offers places that came free to those who came first, and closes a list when nobody waits and a place is free. It
 * may stop anywhere and start again. Where an event is called off, or a distance takes no entries, it only ends offers:
 * who could not take theirs to its end waits again where they were, and is served first if entries come back.
 */
export async function tendWaitingLists(shop: Shop): Promise<Tended> {
  const tended: Tended = { offered: 0, lapsed: 0, withdrawn: 0, opened: 0, closed: 0 };
  for (const event of await shop.catalogue.events())
    for (const distance of event.distances)
      if (distance.kind === 'individual') await tend(shop, event, distance, tended);
  return tended;
}

async function tend(
  shop: Shop,
  event: PublishedEvent,
  distance: CatalogueDistance,
  tended: Tended,
): Promise<void> {
  const { db, world } = shop;
  const list = { event: event.id, distance: distance.id };
  const withdrawn = await endOffers(shop, event, distance, tended);
  if (withdrawn > 0) await countWaiting(db, world, list, (await readQueue(db, list)).length);
  if (isCalledOff(event) || !takesEntries(event, distance, world.now())) return;
  const before = await readList(db, list);
  let queue = await readQueue(db, list);
  const where = { ...list, capacity: distance.capacity };
  const mode = await open(shop, where, before.mode, queue.length, tended);
  if (mode === 'open') {
    const unused = await serve(shop, event, distance, queue, tended);
    queue = await readQueue(db, list);
    if (unused && queue.length === 0 && (await moveList(db, world, list, 'open', 'closing')))
      await close(shop, where, tended);
  } else if (mode === 'closing') await close(shop, where, tended);
  if (queue.length !== before.waiting) await countWaiting(db, world, list, queue.length);
}

interface Distance {
  readonly event: string;
  readonly distance: string;
  readonly capacity: number;
}

/**
 * Opens the list of a distance that is sold out, or for which somebody still waits: every place is marked, so that
 * what comes free is nobody's but the list's. An open list marks what a raised capacity added unmarked.
 * @returns the mode the list is in now.
 */
async function open(
  { db, world }: Shop,
  where: Distance,
  mode: ListMode,
  waiting: number,
  tended: Tended,
): Promise<ListMode> {
  if (mode === 'closing' && waiting === 0) return mode;
  const { occupancy } = await readAvailability(db, where.event, where.distance, { strong: true });
  const seemsFull = occupancy.countFree(1, where.capacity) === 0;
  if (mode === 'open' && seemsFull) return mode;
  if (mode === 'closed') {
    if (waiting === 0 && !(seemsFull && (await isSoldOut()))) {
      // A capacity that was raised while the list closed has left places that it keeps for nobody.
      const keeps = occupancy.blocksWith('reserved').length > 0;
      return keeps && (await moveList(db, world, where, 'closed', 'closing')) ? 'closing' : mode;
    }
    if (!(await moveList(db, world, where, 'closed', 'opening'))) return mode;
    tended.opened += 1;
  }
  const blocks = await markPlaces(db, world, { ...where, from: 1, to: where.capacity }, (place) =>
    place?.onFree === undefined ? 'list' : 'same',
  );
  await recount(db, world, { ...where, blocks });
  if (mode !== 'open') await moveList(db, world, where, mode === 'closed' ? 'opening' : mode, 'open');
  return 'open';

  async function isSoldOut(): Promise<boolean> {
    return (await readOccupancy(db, world, where)).countFree(1, where.capacity) === 0;
  }
}

/**
 * Offers each reserved place to the first who waits.
 * @returns whether a place was left over.
 */
async function serve(
  { db, world }: Shop,
  event: CatalogueEvent,
  distance: CatalogueDistance,
  queue: readonly string[],
  tended: Tended,
): Promise<boolean> {
  const where = { event: event.id, distance: distance.id };
  const { occupancy } = await readAvailability(db, where.event, where.distance, { strong: true });
  const blocks = occupancy.blocksWith('reserved');
  const waiting = [...queue];
  let unused = false;
  for (const block of blocks) {
    const places = await readBlock(db, { ...where, block }, { strong: true });
    const reserved = places.filter((place) => stateOf(place) === 'reserved' && place.n <= distance.capacity);
    for (const { n } of reserved) {
      const outcome = await offer(n);
      if (outcome === 'offered') tended.offered += 1;
      unused ||= outcome === 'unused';
    }
  }
  await recount(db, world, { ...where, blocks });
  return unused;

  /** Offers a place to the first who still waits. */
  async function offer(n: number): Promise<'offered' | 'unused' | 'gone'> {
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
      const waiter = await readWaiter(db, first);
      if (waiter?.state !== 'waiting') continue;
      const until = offerEnd(event, distance, world.now());
      const outcome = await commit(db, world, [
        offerPlace('place', { ...where, n }, waiter.id, until),
        leaveQueue(waiter),
        moveWaiter('waiter', waiter, 'offered', { place: n, offerUntil: until }),
        // Somebody may be offered a place again who was in the queue all the time.
        mailAbout(waiter, 'waiting_offer', `offer#${world.now().toISOString()}`, world.now()),
      ]);
      if (outcome.done) return 'offered';
      if (outcome.refused.has('place')) {
        waiting.unshift(first);
        return 'gone';
      }
    }
    return 'unused';
  }
}

/** When an offer made now ends: soon enough to be passed on before the distance closes, and never after that. */
export function offerEnd(event: CatalogueEvent, distance: CatalogueDistance, now: Date): string {
  const { offerHours, lateOfferHours, lateDays } = event.waitingList;
  const closesAt = Date.parse(registrationWindow(event, distance).closesAt);
  const isLate = closesAt - now.getTime() < lateDays * day;
  const end = now.getTime() + (isLate ? lateOfferHours : offerHours) * hour;
  return new Date(Math.min(end, closesAt)).toISOString();
}

/**
 * Ends the offers of a distance that nobody took in time, and takes back those that nobody can take; their places are
 * reserved again.
 * @returns how many were taken back.
 */
async function endOffers(
  { db, world }: Shop,
  event: PublishedEvent,
  distance: CatalogueDistance,
  tended: Tended,
): Promise<number> {
  const where = { event: event.id, distance: distance.id };
  let withdrawn = 0;
  const { occupancy } = await readAvailability(db, where.event, where.distance, { strong: true });
  const blocks = occupancy.blocksWith('offered');
  const now = world.now();
  const changed = new Set<number>();
  for (const block of blocks)
    for (const place of await readBlock(db, { ...where, block }, { strong: true })) {
      const { n, offeredTo, offerUntil } = place;
      if (offeredTo === undefined || offerUntil === undefined) continue;
      const stands = offerNow(event, distance, offerUntil, now);
      if (stands === 'open') continue;
      const waiter = await readWaiter(db, offeredTo);
      if (waiter?.state !== 'offered' || waiter.place !== n) continue;
      const outcome = await commit(
        db,
        world,
        stands === 'stopped'
          ? [withdrawOffer('place', { ...where, n }, waiter.id), ...requeueParts(waiter)]
          : [
              withdrawOffer('place', { ...where, n }, waiter.id, now),
              moveWaiter('waiter', waiter, 'lapsed'),
              mailAbout(waiter, 'waiting_lapsed', `lapsed#${waiter.joinedAt}`, now),
            ],
      );
      if (!outcome.done) continue;
      if (stands === 'stopped') withdrawn += 1;
      else tended.lapsed += 1;
      changed.add(block);
    }
  await recount(db, world, { ...where, blocks: changed });
  tended.withdrawn += withdrawn;
  return withdrawn;
}

/**
 * Closes a list that nobody waits on: its places are anyone's again. Whoever was joining while it began to close keeps
 * it open, or opens it again. It retires nothing, also beyond the capacity as this process knows it: staff may be
 * adding just those places, and nobody sells a number that the catalogue does not have.
 */
async function close({ db, world }: Shop, where: Distance, tended: Tended): Promise<void> {
  if ((await readQueue(db, where)).length > 0) {
    await moveList(db, world, where, 'closing', 'open');
    return;
  }
  const { occupancy } = await readAvailability(db, where.event, where.distance, { strong: true });
  const last = Math.max(-1, ...occupancy.blocksWith('reserved'));
  const to = Math.max(where.capacity, (last + 1) * blockSize);
  const blocks = await markPlaces(db, world, { ...where, from: 1, to }, (place) =>
    place?.onFree === 'list' ? 'anyone' : 'same',
  );
  await recount(db, world, { ...where, blocks });
  await moveList(db, world, where, 'closing', 'closed');
  tended.closed += 1;
}

function mailAbout(waiter: Waiter, kind: 'waiting_offer' | 'waiting_lapsed', fact: string, now: Date) {
  return mailDue({
    id: `${waiter.id}#${fact}`,
    kind,
    waiter: waiter.id,
    to: waiter.email,
    locale: waiter.locale,
    createdAt: now.toISOString(),
  });
}
