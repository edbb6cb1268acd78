import { describe, expect, test } from 'vitest';
import { type CatalogueEvent, catalogueEvent } from '../../shared/catalogue/schema.ts';
import { ageOn } from '../../shared/catalogue/time.ts';
import { almaty } from '../support/paid-order.ts';
import { sampleEvent } from '../support/sample.ts';

/** The faults found after a change to the sample event, as `path: message`. */
function faults(change: (event: CatalogueEvent) => unknown): string[] {
  const event = sampleEvent({ places: 50, early: 10 });
  change(event);
  const result = catalogueEvent.safeParse(event);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

type Distance = CatalogueEvent['distances'][number];

const onDistance = (id: string, change: (distance: Distance) => unknown) =>
  faults((event) => {
    const index = event.distances.findIndex((distance) => distance.id === id);
    const distance = event.distances[index];
    if (!distance) throw new Error(`no distance ${id}`);
    change(distance);
  });
const on10k = (change: (distance: Distance) => unknown) => onDistance('10k', change);
const onChildren = (change: (distance: Distance) => unknown) => onDistance('children', change);
const withPrices = (prices: Distance['prices']) => on10k((distance) => Object.assign(distance, { prices }));

test('the samples have no faults, and reading one again changes nothing', () => {
  expect(faults(() => {})).toEqual([]);
  expect(catalogueEvent.parse(almaty)).toEqual(almaty);
});

describe('the sample race', () => {
  test('takes place on a Sunday and takes entries in November 2026', () => {
    expect(new Date(almaty.raceDay).getUTCDay()).toBe(0);
    expect(Date.parse(almaty.registration.opensAt)).toBeLessThan(Date.parse('2026-11-24'));
    expect(Date.parse(almaty.registration.closesAt)).toBeGreaterThan(Date.parse('2026-11-24'));
  });

  test('has children of 10 to 14 years in two groups', () => {
    const children = almaty.distances.find(({ id }) => id === '3-km-children');
    expect(children?.ageGroups).toEqual([
      { minAge: 10, maxAge: 12 },
      { minAge: 13, maxAge: 14 },
    ]);
    expect(ageOn(almaty.raceDay, '2017-09-26')).toBe(children?.minAge);
  });
});

describe('a file is refused, with the path of the fault,', () => {
  test('when it has more projects than one transaction can take money back from', () => {
    const withProjects = (count: number) =>
      faults(({ projects }) => {
        const copies = Array.from({ length: count }, (_, index) =>
          projects.slice(0, 1).map((project) => ({ ...project, id: `more-${index}` })),
        );
        projects.push(...copies.flat().slice(projects.length));
      });
    expect(withProjects(20)).toEqual([]);
    expect(withProjects(21)).toMatchObject([expect.stringMatching(/^projects: /)]);
  });

  test('when an id is used twice', () => {
    expect(faults(({ projects }) => projects.push(...projects.slice(2)))).toEqual([
      'projects.3.id: is used twice',
    ]);
    expect(onDistance('relay', (relay) => Object.assign(relay, { id: '10k' }))).toEqual([
      'distances.2.id: is used twice',
    ]);
  });

  test('when registration closes before it opens', () => {
    expect(
      faults(({ registration }) => Object.assign(registration, { opensAt: registration.closesAt })),
    ).toEqual(['registration.closesAt: must be after opensAt']);
  });

  test("when a distance's own window does not fit the event's", () => {
    expect(on10k((distance) => Object.assign(distance, { closesAt: '2026-09-01T00:00:00.000Z' }))).toEqual([
      expect.stringMatching(
        /^distances\.0\.closesAt: the distance would close \(2026-09-01.*before it opens/,
      ),
    ]);
    expect(on10k((distance) => Object.assign(distance, { opensAt: '2027-09-13T00:00:00.000Z' }))).toEqual([
      expect.stringMatching(/^distances\.0\.opensAt: the distance would close/),
    ]);
  });

  test('when a distance starts far from race day, as its own zone counts days', () => {
    const startingAt = (startsAt: string) => onChildren((distance) => Object.assign(distance, { startsAt }));
    expect(startingAt('2027-09-22T19:00:00.000Z')).toEqual([]);
    expect(startingAt('2027-09-22T18:59:59.000Z')).toEqual([
      'distances.1.startsAt: is on 2027-09-22 in Asia/Almaty, more than 3 days from raceDay',
    ]);
    expect(startingAt('2027-09-29T18:59:59.000Z')).toEqual([]);
    expect(startingAt('2027-09-29T19:00:00.000Z')).toHaveLength(1);
  });

  test('when ages or age groups contradict each other', () => {
    expect(onChildren((distance) => Object.assign(distance, { maxAge: 9 }))).toEqual([
      'distances.1.maxAge: must not be below minAge',
    ]);
    const withGroups = (...ages: [number, number][]) =>
      onChildren((distance) =>
        Object.assign(distance, { ageGroups: ages.map(([minAge, maxAge]) => ({ minAge, maxAge })) }),
      );
    expect(withGroups([10, 12], [13, 14])).toEqual([]);
    expect(withGroups([12, 10])).toEqual(['distances.1.ageGroups.0.maxAge: must not be below minAge']);
    expect(withGroups([9, 14])).toEqual([
      "distances.1.ageGroups.0.minAge: must not be below the distance's minAge",
    ]);
    expect(withGroups([10, 15])).toEqual([
      "distances.1.ageGroups.0.maxAge: must not be above the distance's maxAge",
    ]);
    expect(withGroups([10, 12], [12, 14])).toEqual([
      'distances.1.ageGroups.1.minAge: must be above the maxAge of the group before',
    ]);
  });

  test('when a price can never apply, or the last one ends', () => {
    const until = '2027-03-01T00:00:00.000Z';
    expect(withPrices([{ amount: 1_000_000 }, { amount: 2_000_000 }])).toEqual([
      'distances.0.prices.0.amount: needs until or upToPlace, or no later price is ever reached',
    ]);
    expect(withPrices([{ amount: 1_000_000, until }])).toEqual([
      'distances.0.prices.0.until: the last price must have no end',
    ]);
    expect(withPrices([{ amount: 1_000_000, upToPlace: 10 }])).toEqual([
      'distances.0.prices.0.upToPlace: the last price must cover the remaining places',
    ]);
    expect(withPrices([{ amount: 1_000_000, upToPlace: 50 }, { amount: 2_000_000 }])).toEqual([
      'distances.0.prices.0.upToPlace: must be below capacity',
    ]);
  });

  test('when prices, dates or places go backwards, also past a step without them', () => {
    const [march, april] = ['2027-03-01T00:00:00.000Z', '2027-04-01T00:00:00.000Z'];
    expect(withPrices([{ amount: 2_000_000, upToPlace: 10 }, { amount: 1_999_999 }])).toEqual([
      'distances.0.prices.1.amount: must not be below an earlier price',
    ]);
    expect(
      withPrices([
        { amount: 1_000_000, until: april },
        { amount: 1_000_000, upToPlace: 10 },
        { amount: 1_000_000, until: march },
        { amount: 1_000_000 },
      ]),
    ).toEqual(['distances.0.prices.2.until: must be after the earlier ones']);
    expect(
      withPrices([
        { amount: 1_000_000, upToPlace: 10 },
        { amount: 1_000_000, until: march },
        { amount: 1_000_000, upToPlace: 10 },
        { amount: 1_000_000 },
      ]),
    ).toEqual(['distances.0.prices.2.upToPlace: must be above the earlier ones']);
  });

  test('when an allocation names a project that is not there, or one twice', () => {
    const to = (rule: Distance['allocation']['to']) =>
      on10k(({ allocation }) => Object.assign(allocation, { to: rule }));
    expect(to({ chosenBy: 'runner', projects: ['school', 'moon'] })).toEqual([
      "distances.0.allocation.to.projects.1: moon is not one of the event's projects",
    ]);
    expect(to({ chosenBy: 'runner', projects: ['school', 'school'] })).toEqual([
      'distances.0.allocation.to.projects.1: is named twice',
    ]);
    expect(to({ chosenBy: 'weights', weights: { moon: 1 } })).toEqual([
      "distances.0.allocation.to.weights.moon: moon is not one of the event's projects",
    ]);
    expect(to({ chosenBy: 'weights', weights: {} })).toEqual([
      'distances.0.allocation.to.weights: names no project',
    ]);
    expect(to({ chosenBy: 'weights', weights: { school: 0 } })).toHaveLength(1);
    expect(to({ chosenBy: 'runner', projects: [] })).toHaveLength(1);
  });

  test('when charity would get more than the fee', () => {
    const part = (rule: Distance['allocation']['part']) =>
      on10k(({ allocation }) => Object.assign(allocation, { part: rule }));
    expect(part({ percent: 10_000 })).toEqual([]);
    expect(part({ percent: 10_001 })).toHaveLength(1);
    expect(part({ fixed: 1_200_000 })).toEqual([]);
    expect(part({ fixed: 1_200_001 })).toEqual([
      'distances.0.allocation.part.fixed: must not be above the lowest price, 1200000',
    ]);
  });

  test('when the limits and suggestions of donations contradict each other', () => {
    const donation = (smallest: number, largest: number, suggested: number[]) =>
      faults((event) => Object.assign(event, { donation: { smallest, largest, suggested } }));
    expect(donation(200, 100, [])).toEqual(['donation.largest: must not be below smallest']);
    expect(donation(100, 900, [99, 901])).toEqual([
      'donation.suggested.0: must be between smallest and largest',
      'donation.suggested.1: must be between smallest and largest',
    ]);
    expect(donation(100, 900, [300, 300])).toEqual(['donation.suggested.1: must be above the one before']);
  });

  test.each([
    ['capacity', 0],
    ['capacity', 200_001],
    ['capacity', 1.5],
    ['minAge', -1],
    ['startsAt', '2027-09-26T08:00:00+05:00'],
    ['colour', 'green'],
  ])('when a distance has %s %s', (member, value) => {
    expect(on10k((distance) => Object.assign(distance, { [member]: value }))).toHaveLength(1);
  });

  test.each([
    ['holdMinutes', 34],
    ['holdMinutes', 1441],
    ['zone', 'Asia/Alma-Ata'],
    ['zone', ''],
    ['currency', 'tenge'],
    ['raceDay', '2027-09-31'],
    ['rulesUrl', 'javascript:alert(1)'],
    ['name', { kk: 'Жарыс', ru: ' ', en: 'Race' }],
    ['distances', []],
  ])('when an event has %s %j', (member, value) => {
    expect(faults((event) => Object.assign(event, { [member]: value }))).toHaveLength(1);
  });

  test('when an amount is larger than Stripe takes', () => {
    expect(withPrices([{ amount: 99_999_999 }])).toEqual([]);
    expect(withPrices([{ amount: 100_000_000 }])).toHaveLength(1);
  });
});

describe('a relay is refused', () => {
  const team = { smallest: 5, largest: 6, completeBy: '2027-09-20T00:00:00.000Z' };
  const withTeam = (changes: object) =>
    onDistance('relay', (relay) => Object.assign(relay, { team: { ...team, ...changes } }));

  test('when it can be entered and nothing says what a team is', () => {
    expect(onDistance('relay', (relay) => Object.assign(relay, { entering: 'open' }))).toEqual([
      'distances.2.team: is needed before teams can be entered',
    ]);
    expect(withTeam({})).toEqual([]);
  });

  test('when its teams cannot be completed, or only after the start', () => {
    expect(withTeam({ largest: 4 })).toEqual(['distances.2.team.largest: must not be below smallest']);
    expect(withTeam({ leastWomen: 6 })).toEqual(['distances.2.team.leastWomen: must not be above smallest']);
    expect(withTeam({ completeBy: '2027-09-26T03:00:00.001Z' })).toEqual([
      'distances.2.team.completeBy: must not be after startsAt',
    ]);
  });

  test('when it is a distance of single runners', () => {
    expect(on10k((distance) => Object.assign(distance, { team }))).toEqual([
      'distances.0.team: belongs to distances of teams only',
    ]);
  });
});
