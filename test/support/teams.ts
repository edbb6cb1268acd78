import { type CatalogueEvent, catalogueEvent, type TeamRule } from '../../shared/catalogue/schema.ts';
import type { ParticipantInput } from '../../shared/contracts/changes.ts';
import type { EntryInput, RunnerInput } from '../../shared/contracts/orders.ts';
import { sampleEvent, sampleRunner } from './sample.ts';

const text = (en: string) => ({ kk: en, ru: en, en });

/**
 * The sample event with an open relay for teams of 2 to 3, at least one of them a woman; a 5 km that costs what the
 * 10 km does, with another charity share; and a 20 km that costs more.
 */
export function changeableEvent(
  changes: { event?: CatalogueEvent; places?: number; rule?: Partial<TeamRule> } = {},
): CatalogueEvent {
  const event = changes.event ?? sampleEvent();
  const [tenK, children, relay] = event.distances;
  if (!tenK || !children || !relay) throw new Error('The sample has changed.');
  const places = changes.places ?? 50;
  return catalogueEvent.parse({
    ...event,
    distances: [
      tenK,
      children,
      {
        ...relay,
        capacity: 100,
        entering: 'open',
        opensAt: event.registration.opensAt,
        team: {
          smallest: 2,
          largest: 3,
          leastWomen: 1,
          completeBy: '2027-09-20T00:00:00.000Z',
          ...changes.rule,
        },
      },
      {
        ...tenK,
        id: '5k',
        name: text('5 km'),
        capacity: places,
        allocation: { ...tenK.allocation, part: { fixed: 100_000 } },
      },
      {
        ...tenK,
        id: '20k',
        name: text('20 km'),
        capacity: places,
        prices: [{ amount: 3_000_000 }],
        minAge: 18,
      },
    ],
  });
}

/** A team's entry on the relay. */
export function teamEntry(name = 'Жетісу', changes: Partial<EntryInput> = {}): EntryInput {
  return {
    distance: 'relay',
    price: { amount: 9_000_000, currency: 'KZT' },
    project: 'school',
    team: {
      name,
      captain: {
        givenName: 'Дана',
        familyName: 'Ахметова',
        email: 'captain@example.com',
        phone: '8 701 234 56 78',
      },
    },
    consents: { rules: true, personalData: true },
    ...changes,
  };
}

/** What somebody sends who joins a team or accepts an entry. */
export function participant(number: number, changes: Partial<RunnerInput> = {}): ParticipantInput {
  return {
    runner: sampleRunner(number, changes),
    consents: { rules: true, personalData: true },
    locale: 'kk',
  };
}
