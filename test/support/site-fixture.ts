import { allocateFee } from '../../shared/charity/allocate.ts';
import type { Money } from '../../shared/contracts/basics.ts';
import type { DistanceView, EventView, TotalsView } from '../../shared/contracts/events.ts';
import { type OrderView, orderStates } from '../../shared/contracts/orders.ts';
import { type WaiterView, waiterStates } from '../../shared/contracts/waiting.ts';
import { agePricesView } from '../../shared/orders/on-offer.ts';
import { almaty as definition } from './paid-order.ts';

const tenge = (amount: number): Money => ({ amount, currency: 'KZT' });

/** Minutes from a moment, as an instant. */
const after = (now: Date, minutes: number): string =>
  new Date(now.getTime() + minutes * 60_000).toISOString();

/** How each distance of the sample event stands, so that every status is seen. */
const standing: Readonly<Record<string, Pick<DistanceView, 'status' | 'left' | 'held'>>> = {
  marathon: { status: 'open', left: 1234, held: 21 },
  ekiden: { status: 'later', left: 150, held: 0 },
  'half-marathon': { status: 'open', left: 1, held: 3 },
  '10-km': { status: 'sold_out', left: 0, held: 12 },
  '10-km-nordic-walking': { status: 'open', left: 320, held: 2 },
  '3-km-children': { status: 'open', left: 44, held: 0 },
  '10-km-partners': { status: 'by_code', left: 180, held: 0 },
};

/** Views of one event and its orders, as the API would give them at `now`. */
export interface SiteFixture {
  readonly event: EventView;
  readonly totals: TotalsView;
  /** One order per state, its token named `token-<state>`; and `token-donation`, paid, without entries. */
  readonly orders: Map<string, OrderView>;
  /** One waiter for the 10 km per state, its token named `waiter-<state>`. */
  readonly waiters: Map<string, WaiterView>;
}

/** The sample marathon with a full board of statuses, for the tests of pages. */
export function siteFixture(now: Date): SiteFixture {
  const distances = definition.distances.map((distance): DistanceView => {
    const { allocation, prices } = distance;
    const [first, second] = prices;
    const fee = first?.amount ?? 0;
    const stand = standing[distance.id] ?? { status: 'open', left: distance.capacity, held: 0 };
    const ofRunner = allocation.to.chosenBy === 'runner';
    const split = allocateFee(fee, allocation, ofRunner ? definition.projects[0]?.id : undefined);
    const chosen =
      allocation.to.chosenBy === 'runner' ? allocation.to.projects : split.map(({ project }) => project);
    return {
      id: distance.id,
      name: distance.name,
      ...(distance.note && { note: distance.note }),
      kind: distance.kind,
      ...(distance.team && { team: distance.team }),
      startsAt: distance.startsAt,
      minAge: distance.minAge,
      ...(distance.maxAge !== undefined && { maxAge: distance.maxAge }),
      ...stand,
      ...(stand.status === 'sold_out' && { nextReleaseAt: after(now, 17) }),
      waitingList: stand.status === 'sold_out' ? 'open' : 'closed',
      waiting: stand.status === 'sold_out' ? 7 : 0,
      offered: 0,
      opensAt: distance.opensAt ?? definition.registration.opensAt,
      closesAt: distance.closesAt ?? definition.registration.closesAt,
      capacity: distance.capacity,
      asOf: now.toISOString(),
      agePrices: agePricesView(definition, distance, fee),
      ...(stand.status !== 'later' && { price: tenge(fee) }),
      ...(second && {
        nextPrice: {
          price: tenge(second.amount),
          ...(first?.until && { at: first.until }),
          ...(first?.upToPlace && { afterPlaces: Math.min(37, stand.left) }),
        },
      }),
      charity: {
        chosenBy: allocation.to.chosenBy,
        total: tenge(split.reduce((sum, { amount }) => sum + amount, 0)),
        shares: ofRunner ? [] : split.map(({ project, amount }) => ({ project, amount: tenge(amount) })),
        projects: chosen,
      },
    };
  });
  const projects = definition.projects.map(({ id, name, summary, goal }, index) => ({
    id,
    name,
    summary,
    ...(goal !== undefined && index !== 7 && { goal: tenge(goal) }),
    raised: tenge(
      [818_750_050, 1_500_000_000, 0, 91_234_500, 437_500_000, 250_000, 65_500_000, 12_000_000][index] ?? 0,
    ),
  }));
  const { id, name, place, description, organiser, raceDay, zone, currency, donation } = definition;
  const event: EventView = {
    id,
    name,
    place,
    description,
    organiser,
    raceDay,
    zone,
    currency,
    distances,
    projects,
    rulesUrl: 'https://marathon.example/rules',
    donation: {
      smallest: tenge(donation.smallest),
      largest: tenge(donation.largest),
      suggested: donation.suggested.map(tenge),
    },
    ...(definition.feeCover && { feeCover: definition.feeCover }),
  };
  return {
    event,
    totals: totalsOf(event, now),
    orders: ordersOf(event, now),
    waiters: waitersOf(event, now),
  };
}

function waitersOf(event: EventView, now: Date): Map<string, WaiterView> {
  const distance = event.distances.find(({ id }) => id === '10-km');
  if (!distance) throw new Error('The sample has changed.');
  return new Map(
    waiterStates.map((state): [string, WaiterView] => [
      `waiter-${state}`,
      {
        token: `waiter-${state}`,
        state,
        event: { id: event.id, name: event.name, raceDay: event.raceDay, zone: event.zone },
        distance: { id: distance.id, name: distance.name },
        givenName: 'Айгерім',
        familyName: 'Сүлейменова',
        joinedAt: after(now, -600),
        ...(state === 'waiting' && { position: 3 }),
        ...(state === 'offered' && {
          place: 1042,
          offerUntil: after(now, 1400),
          price: tenge(2_000_000),
          charity: distance.charity,
          enterUrl: `https://startline.example/kk/events/${event.id}/enter/10-km?offer=waiter-offered`,
        }),
        ...(state === 'accepted' && { orderToken: 'token-held' }),
        locale: 'kk',
      },
    ]),
  );
}

function totalsOf(event: EventView, now: Date): TotalsView {
  const projects = event.projects.map((project) => {
    const donation = Math.floor(project.raised.amount / 3);
    return {
      project: project.id,
      name: project.name,
      raised: project.raised,
      feeShare: tenge(project.raised.amount - donation),
      donation: tenge(donation),
      assignment: tenge(0),
      refund: tenge(0),
      paidOut: tenge(0),
    };
  });
  return {
    event: event.id,
    asOf: now.toISOString(),
    provenAt: after(now, -3),
    raised: tenge(projects.reduce((sum, { raised }) => sum + raised.amount, 0)),
    paidOut: tenge(0),
    projects,
    entries: 2731,
  };
}

function ordersOf(event: EventView, now: Date): Map<string, OrderView> {
  const [marathon] = event.distances;
  const children = event.distances.at(-1);
  const [first, second, third] = event.projects;
  if (!marathon?.price || !children?.price || !first || !second || !third)
    throw new Error('The sample has changed.');
  const share = (project: string, amount: number) => ({ project, amount: tenge(amount) });
  const base: Omit<OrderView, 'id' | 'token' | 'state' | 'lines'> = {
    event: { id: event.id, name: event.name, raceDay: event.raceDay, zone: event.zone },
    total: tenge(marathon.price.amount + children.price.amount + 500_000),
    shares: [share(first.id, 375_000 + 33_334), share(second.id, 33_333 + 500_000), share(third.id, 33_333)],
    projects: [first, second, third].map(({ id, name }) => ({ id, name })),
    createdAt: after(now, -5),
    locale: 'kk',
  };
  const gift = { kind: 'donation', project: second.id, amount: tenge(500_000) } as const;
  const entryLine = (
    distance: DistanceView,
    runnerName: string,
    hasPlace: boolean,
    isPaid: boolean,
    place: number,
  ) => ({
    kind: 'entry' as const,
    entry: `ent_01JSAMPLE${place}`,
    distance: distance.id,
    distanceName: distance.name,
    startsAt: distance.startsAt,
    ...(hasPlace && { place }),
    runnerName,
    price: distance.price ?? tenge(0),
    shares: [share(first.id, 375_000)],
    ...(isPaid && { ticket: `https://startline.example/t/ent_01JSAMPLE${place}.c2lnbmF0dXJl` }),
  });
  const orders = orderStates.map((state): OrderView => {
    const isPaid = state === 'paid';
    const hasPlace = isPaid || state === 'held' || state === 'paying' || state === 'pending';
    return {
      ...base,
      id: `ord_01JSAMPLE${state}`,
      token: `token-${state}`,
      state,
      lines: [
        entryLine(marathon, 'Айгерім Әбдірахманқызы Сүлейменова', hasPlace, isPaid, 1042),
        entryLine(children, 'Ұлан Сүлейменов', hasPlace, isPaid, 77),
        { ...gift, name: 'Сүлейменовтер отбасы', message: 'Балаларға денсаулық тілейміз!' },
      ],
      ...((state === 'held' || state === 'paying') && { heldUntil: after(now, 32) }),
      ...(isPaid && { paidAt: after(now, -1) }),
    };
  });
  const donation: OrderView = {
    ...base,
    id: 'ord_01JSAMPLEdonation',
    token: 'token-donation',
    state: 'paid',
    lines: [gift],
    total: gift.amount,
    shares: [share(second.id, 500_000)],
    paidAt: after(now, -1),
  };
  return new Map([...orders, donation].map((order) => [order.token, order]));
}
