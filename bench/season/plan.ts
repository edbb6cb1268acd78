import type { CatalogueEvent, TeamRule } from '../../shared/catalogue/schema.ts';
import type { OrderInput, RunnerInput } from '../../shared/contracts/orders.ts';
import { type Chance, chanceOf } from './chance.ts';
import { entriesByDistance, seasonEvent, soldOutDistance } from './event.ts';
import { population } from './people.ts';

/** Somebody who wants to run, or a team. */
export interface Participant {
  readonly distance: string;
  /** For the charity part, where the runner chooses. */
  readonly project?: string;
  readonly runner?: RunnerInput;
  readonly team?: { readonly name: string; readonly members: readonly RunnerInput[] };
  /** Whether they take a place that is offered to them from the waiting list. */
  readonly takesOffer: boolean;
}

/** What somebody buys at once, and what becomes of it. */
export interface Purchase {
  readonly key: string;
  readonly contact: OrderInput['contact'];
  readonly participants: readonly Participant[];
  readonly donations: OrderInput['donations'];
  /** Whether it is paid at once, after a card was declined, or left unpaid and bought again another day. */
  readonly payment: 'at once' | 'after a decline' | 'another day';
  /** The share of what was paid that staff give back later, in percent. */
  readonly refunded?: number;
  /** Who runs in their place, from some day on. */
  readonly handedTo?: RunnerInput;
}

/** What happens at one moment of the season. */
export interface Moment {
  readonly at: string;
  readonly purchases: readonly Purchase[];
}

/** All that people want to do, from the opening to the close. */
export interface SeasonPlan {
  readonly event: CatalogueEvent;
  readonly moments: readonly Moment[];
}

/** How many more want to run on the distance that sells out than it has places. */
const overdemand = 1.045;
/** Of 1,000 entries: given back whole, given back in part, handed to somebody else. */
const refundedOf1000 = 4;
const partlyRefundedOf1000 = 2;
const handedOverOf1000 = 12;
/** In a small season a few of each all the same. */
const atLeast = 4;

/** The season of a seed: the same one for the same seed and number of entries. */
export function planSeason(seed: number, entries: number): SeasonPlan {
  const chance = chanceOf(seed);
  const event = seasonEvent(entries);
  const newRunner = population(chance, event.raceDay);
  const share = (of1000: number): number => Math.max(of1000 / 1000, atLeast / entries);
  const rates = { partlyRefunded: share(partlyRefundedOf1000), handedOver: share(handedOverOf1000) };
  const wanting: Participant[] = [];
  const refunding: Participant[] = [];
  for (const [distance, count] of entriesByDistance(entries)) {
    const definition = event.distances.find(({ id }) => id === distance);
    if (!definition) throw new Error(`The event has no ${distance}.`);
    const { to } = definition.allocation;
    const participant = (): Participant => ({
      distance,
      ...(to.chosenBy === 'runner' && { project: chance.pick(to.projects) }),
      ...(definition.team
        ? { team: newTeam(chance, definition.team, () => newRunner(distance)) }
        : { runner: newRunner(distance) }),
      takesOffer: chance.happens(0.85),
    });
    // A place that is given back is sold once more, so that as many run in the end.
    const refunds = Math.ceil((count * refundedOf1000) / 1000);
    const demand = distance === soldOutDistance ? Math.ceil(count * overdemand) : count;
    for (let index = 0; index < demand; index += 1) wanting.push(participant());
    for (let index = 0; index < refunds; index += 1) refunding.push(participant());
  }
  const grouped = [
    ...refunding.map((participant) => ({ group: [participant], refunded: 100 })),
    ...groups(chance, chance.shuffled(wanting)).map((group) => ({ group, refunded: undefined })),
  ];
  const moments = momentsOf(event, entries);
  const purchases: Purchase[][] = moments.map(() => []);
  for (const [index, { group, refunded }] of grouped.entries()) {
    const purchase = newPurchase(chance, event, `season-${seed}-${String(index).padStart(8, '0')}`, group, {
      refunded: refunded ?? (chance.happens(rates.partlyRefunded) ? chance.pick([10, 25, 50]) : undefined),
      handedTo: chance.happens(rates.handedOver) ? newRunner : undefined,
    });
    const closes = closeOf(event, group);
    // In order of time, so that an index among those before the close is one among all.
    const open = moments.filter(({ at }) => at < closes);
    purchases[weighted(chance, open)]?.push(purchase);
  }
  return {
    event,
    moments: moments.map(({ at }, index) => ({ at, purchases: purchases[index] ?? [] })),
  };
}

function newTeam(chance: Chance, rule: TeamRule, newRunner: () => RunnerInput) {
  const missing = chance.happens(0.05) ? 1 : 0;
  return {
    name: `${chance.word('Жетісу Алатау Көктөбе Медеу Тұлпар Барыс Сұңқар Арыстан')} ${1 + Math.floor(chance.number() * 90)}`,
    members: Array.from({ length: rule.smallest - missing }, newRunner),
  };
}

/** People who enter together: mostly one, families, and clubs of up to ten. Teams buy by themselves. */
function groups(chance: Chance, participants: readonly Participant[]): Participant[][] {
  const made: Participant[][] = participants.filter(({ team }) => team).map((team) => [team]);
  const runners = participants.filter(({ team }) => !team);
  for (let start = 0; start < runners.length; ) {
    const kind = chance.number();
    const size =
      kind < 0.66
        ? 1
        : kind < 0.9
          ? 2 + Math.floor(chance.number() * 3)
          : 5 + Math.floor(chance.number() * 6);
    made.push(runners.slice(start, start + size));
    start += size;
  }
  return made;
}

function newPurchase(
  chance: Chance,
  event: CatalogueEvent,
  key: string,
  participants: readonly Participant[],
  {
    refunded,
    handedTo,
  }: { refunded: number | undefined; handedTo: ((distance: string) => RunnerInput) | undefined },
): Purchase {
  const [first] = participants;
  const email = first?.runner?.email ?? first?.team?.members[0]?.email ?? 'club@example.com';
  const kind = chance.number();
  const single = participants.length === 1 && first?.runner !== undefined;
  return {
    key,
    contact: { email, locale: chance.pick(['kk', 'ru', 'ru', 'en']) },
    participants,
    donations: chance.happens(0.12)
      ? [
          {
            project: chance.pick(event.projects).id,
            amount: { amount: chance.pick([200_000, 300_000, 500_000, 1_000_000]), currency: event.currency },
            ...(chance.happens(0.5) && first?.runner && { name: first.runner.givenName }),
          },
        ]
      : [],
    payment: kind < 0.93 ? 'at once' : kind < 0.96 ? 'after a decline' : 'another day',
    ...(refunded !== undefined && { refunded }),
    ...(single && refunded === undefined && handedTo && { handedTo: handedTo(first.distance) }),
  };
}

const hour = 3_600_000;
const day = 24 * hour;

/** When the first of the distances closes that a group wants. */
function closeOf({ distances, registration }: CatalogueEvent, group: readonly Participant[]): string {
  const closes = group.flatMap(({ distance }) => distances.find(({ id }) => id === distance)?.closesAt ?? []);
  return closes.sort()[0] ?? registration.closesAt;
}

/** When people buy: mostly on the first day, before prices rise, and towards the close; less often where few buy. */
function momentsOf(event: CatalogueEvent, entries: number): { at: string; weight: number }[] {
  const opens = Date.parse(event.registration.opensAt);
  const closes = Date.parse(event.registration.closesAt);
  const steps = new Set(
    event.distances.flatMap(({ prices }) =>
      prices.flatMap(({ until }) => (until ? [Date.parse(until)] : [])),
    ),
  );
  const moments = [0.1, 2, 5, 10].map((hours) => ({ time: opens + hours * hour, weight: 8 }));
  const gap = Math.max(3 * day, (closes - opens) / Math.max(6, entries / 100));
  for (let time = opens + gap; time < closes - 2 * day; time += gap)
    moments.push({ time, weight: time > closes - 30 * day ? 2 : 1 });
  for (const step of steps) moments.push({ time: step - 6 * hour, weight: 7 });
  return moments
    .sort((one, other) => one.time - other.time)
    .map(({ time, weight }) => ({ at: new Date(time).toISOString(), weight }));
}

function weighted(chance: Chance, moments: readonly { weight: number }[]): number {
  let left = chance.number() * moments.reduce((sum, { weight }) => sum + weight, 0);
  return Math.max(
    0,
    moments.findIndex(({ weight }) => {
      left -= weight;
      return left < 0;
    }),
  );
}
