import { isCalledOff } from '../catalogue/call-off.ts';
import { priceForAge } from '../catalogue/fees.ts';
import { priceNow } from '../catalogue/prices.ts';
import type { AllocationRule, CatalogueDistance, CatalogueEvent } from '../catalogue/schema.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import { allocateFee, charityPart } from '../charity/allocate.ts';
import { raisedByProject } from '../charity/raised.ts';
import type { DistanceView, EventSummary, EventView } from '../contracts/events.ts';
import { type Availability, readAvailabilities } from '../entries/availability.ts';
import { readLists, type WaitingList } from '../entries/waiting-list.ts';
import { readTotals } from '../ledger/totals.ts';
import { registrationWindow } from './check-order.ts';
import type { Shop } from './shop.ts';

/** An event in a list. */
export function eventSummary(event: PublishedEvent): EventSummary {
  const { id, name, place, raceDay, zone, calledOff } = event;
  return {
    id,
    name,
    place,
    raceDay,
    zone,
    ...(calledOff && isCalledOff(event) && { calledOff: calledOff.kind }),
  };
}

/**
 * What can be bought now: distances with prices and places left, projects with what they have raised.
 * @returns undefined when there is no such event.
 */
export async function eventOnOffer(
  shop: Pick<Shop, 'db' | 'catalogue' | 'world'>,
  id: string,
): Promise<EventView | undefined> {
  const event = await shop.catalogue.event(id);
  if (!event) return undefined;
  const ids = event.distances.map((distance) => distance.id);
  const [availabilities, totals, lists] = await Promise.all([
    readAvailabilities(shop.db, id, ids),
    readTotals(shop.db, id),
    readLists(shop.db, id),
  ]);
  const raised = raisedByProject(event, totals);
  const amount = (minor: number) => ({ amount: minor, currency: event.currency });
  const now = shop.world.now();
  return {
    ...eventSummary(event),
    description: event.description,
    organiser: event.organiser,
    ...(event.rulesUrl && { rulesUrl: event.rulesUrl }),
    currency: event.currency,
    distances: event.distances.map((distance) =>
      distanceView(event, distance, availabilities.get(distance.id), lists.get(distance.id), now),
    ),
    projects: event.projects.map(({ id: project, name, summary, goal }) => ({
      id: project,
      name,
      summary,
      ...(goal !== undefined && { goal: amount(goal) }),
      raised: amount(raised.get(project)?.raised ?? 0),
    })),
    donation: {
      smallest: amount(event.donation.smallest),
      largest: amount(event.donation.largest),
      suggested: event.donation.suggested.map(amount),
    },
    ...(event.feeCover && { feeCover: event.feeCover }),
  };
}

function distanceView(
  event: PublishedEvent,
  distance: CatalogueDistance,
  availability: Availability | undefined,
  list: WaitingList | undefined,
  now: Date,
): DistanceView {
  const { capacity } = distance;
  const amount = (minor: number) => ({ amount: minor, currency: event.currency });
  const occupancy = availability?.occupancy;
  const free = (from: number, to: number) => occupancy?.countFree(from, to) ?? to - from + 1;
  const left = free(1, capacity);
  const price = priceNow(distance.prices, capacity, now, free);
  const { opensAt, closesAt } = registrationWindow(event, distance);
  const counts = occupancy?.counts();
  // A place that comes free while people wait goes to them.
  const earliest = list?.mode === 'open' ? undefined : counts?.earliest;
  return {
    id: distance.id,
    name: distance.name,
    ...(distance.note && { note: distance.note }),
    kind: distance.kind,
    ...(distance.team && { team: distance.team }),
    startsAt: distance.startsAt,
    minAge: distance.minAge,
    ...(distance.maxAge !== undefined && { maxAge: distance.maxAge }),
    status: status(),
    opensAt,
    closesAt,
    capacity,
    left,
    held: counts?.held ?? 0,
    ...(left === 0 && earliest !== undefined && { nextReleaseAt: earliest }),
    asOf: availability?.asOf ?? now.toISOString(),
    ...(price && { price: amount(price.amount) }),
    ...(price?.next && {
      nextPrice: {
        price: amount(price.next.amount),
        ...(price.next.at && { at: price.next.at }),
        ...(price.next.afterPlaces !== undefined && { afterPlaces: price.next.afterPlaces }),
      },
    }),
    charity: charityView(event, distance, price?.amount),
    agePrices: price ? agePricesView(event, distance, price.amount) : [],
    waitingList: list?.mode === 'open' && distance.entering === 'open' ? 'open' : 'closed',
    waiting: list?.waiting ?? 0,
    offered: counts?.offered ?? 0,
  };

  function status(): DistanceView['status'] {
    if (isCalledOff(event)) return 'closed';
    if (distance.entering === 'later') return 'later';
    if (now.getTime() < Date.parse(opensAt)) return 'not_open';
    if (now.getTime() >= Date.parse(closesAt)) return 'closed';
    if (left === 0) return 'sold_out';
    return distance.entering === 'byCode' ? 'by_code' : 'open';
  }
}

/** What runners of some ages pay on a place. @param listPrice its price, in minor units. */
export function agePricesView(
  event: CatalogueEvent,
  distance: CatalogueDistance,
  listPrice: number,
): DistanceView['agePrices'] {
  return (distance.agePrices ?? []).map((group) => {
    const { minAge, maxAge } = group;
    const amount = priceForAge(listPrice, minAge ?? maxAge ?? 0, [group]);
    return {
      ...(minAge !== undefined && { minAge }),
      ...(maxAge !== undefined && { maxAge }),
      price: { amount, currency: event.currency },
      charity: charityView(event, distance, amount),
    };
  });
}

/** What of a price goes to charity, and to whom. @param price minor units; undefined where there is no price now. */
export function charityView(
  event: CatalogueEvent,
  { allocation }: CatalogueDistance,
  price: number | undefined,
): DistanceView['charity'] {
  const { to, part } = allocation;
  const amount = (minor: number) => ({ amount: minor, currency: event.currency });
  return {
    chosenBy: to.chosenBy,
    ...(price !== undefined && { total: amount(charityPart(price, part)) }),
    shares:
      price === undefined
        ? []
        : allocateFee(price, allocation).map((share) => ({
            project: share.project,
            amount: amount(share.amount),
          })),
    projects: eligible(to),
  };
}

/** The projects that a rule may give to. */
function eligible(to: AllocationRule['to']): string[] {
  switch (to.chosenBy) {
    case 'runner':
      return to.projects;
    case 'weights':
      return Object.keys(to.weights);
    case 'later':
      return [];
  }
}
