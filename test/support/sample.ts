import { type CatalogueEvent, catalogueEvent } from '../../shared/catalogue/schema.ts';
import type { EntryInput, OrderInput, RunnerInput } from '../../shared/contracts/orders.ts';

const text = (en: string) => ({ kk: en, ru: en, en });

/** A small event: a 10 km with a price for the first places, a children's run, and a relay that opens later. */
export function sampleEvent(changes: { places?: number; early?: number; later?: true } = {}): CatalogueEvent {
  const { places = 50, early, later } = changes;
  return catalogueEvent.parse({
    id: 'test-race',
    name: text('Test Race'),
    place: text('Almaty'),
    description: text('A race for tests.'),
    organiser: text('The fund'),
    raceDay: '2027-09-26',
    zone: 'Asia/Almaty',
    currency: 'KZT',
    registration: { opensAt: '2026-10-01T04:00:00.000Z', closesAt: '2027-09-12T19:00:00.000Z' },
    holdMinutes: 40,
    donation: { smallest: 50_000, largest: 90_000_000, suggested: [500_000] },
    projects: [
      { id: 'school', name: text('School'), summary: text('A school.'), goal: 100_000_000 },
      { id: 'hospice', name: text('Hospice'), summary: text('A hospice.') },
      { id: 'trees', name: text('Trees'), summary: text('Trees.') },
    ],
    distances: [
      {
        id: '10k',
        name: text('10 km'),
        kind: 'individual',
        capacity: places,
        startsAt: '2027-09-26T03:00:00.000Z',
        minAge: 15,
        entering: 'open',
        prices: [
          ...(early === undefined
            ? []
            : [{ amount: 1_200_000, until: '2027-03-01T00:00:00.000Z', upToPlace: early }]),
          { amount: 2_000_000 },
        ],
        allocation: {
          version: 1,
          part: { percent: 2500 },
          to: later ? { chosenBy: 'later' } : { chosenBy: 'runner', projects: ['school', 'hospice'] },
        },
      },
      {
        id: 'children',
        name: text('Children'),
        kind: 'individual',
        capacity: places,
        startsAt: '2027-09-25T03:00:00.000Z',
        minAge: 10,
        maxAge: 14,
        entering: 'open',
        prices: [{ amount: 500_001 }],
        allocation: {
          version: 1,
          part: { fixed: 100_001 },
          to: { chosenBy: 'weights', weights: { school: 1, hospice: 1, trees: 1 } },
        },
      },
      {
        id: 'relay',
        name: text('Relay'),
        kind: 'team',
        capacity: 10,
        startsAt: '2027-09-26T03:00:00.000Z',
        minAge: 16,
        entering: 'later',
        opensAt: '2027-04-01T04:00:00.000Z',
        prices: [{ amount: 9_000_000 }],
        allocation: { version: 1, part: { percent: 2500 }, to: { chosenBy: 'runner', projects: ['school'] } },
      },
    ],
  });
}

/** The sample event, or one made of it, two weeks later. */
export function onNewDay(event: CatalogueEvent): CatalogueEvent {
  const twoWeeks = 14 * 86_400_000;
  return {
    ...event,
    raceDay: '2027-10-10',
    distances: event.distances.map((distance) => ({
      ...distance,
      startsAt: new Date(Date.parse(distance.startsAt) + twoWeeks).toISOString(),
    })),
  };
}

/** A runner whose name tells the number. */
export function sampleRunner(number: number, changes: Partial<RunnerInput> = {}): RunnerInput {
  const letters = Array.from(String(number))
    .map((digit) => 'абвгдежзик'[Number(digit)])
    .join('');
  return {
    givenName: `Әлия-${letters}`,
    familyName: 'Нұрланқызы',
    birthDate: '1993-05-17',
    sex: 'female',
    country: 'KZ',
    email: `runner${number}@example.com`,
    phone: '+7 701 234 56 78',
    emergencyContact: { name: 'Ерлан', phone: '+7 701 234 56 79' },
    ...changes,
  };
}

type SampleEntry = Omit<EntryInput, 'runner'> & { runner: RunnerInput };

export function sampleEntry(number: number, changes: Partial<SampleEntry> = {}): SampleEntry {
  return {
    distance: '10k',
    price: { amount: 2_000_000, currency: 'KZT' },
    project: 'school',
    runner: sampleRunner(number),
    consents: { rules: true, personalData: true },
    ...changes,
  };
}

/** An order of one entry on the 10 km. */
export function sampleOrder(number: number, changes: Partial<OrderInput> = {}): OrderInput {
  return {
    contact: { email: `runner${number}@example.com`, locale: 'ru' },
    entries: [sampleEntry(number)],
    donations: [],
    ...changes,
  };
}
