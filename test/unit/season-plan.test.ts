import { expect, it } from 'vitest';
import { published } from '../../bench/season/event.ts';
import { planSeason } from '../../bench/season/plan.ts';
import { ageOn } from '../../shared/catalogue/time.ts';

it('has the size and the people of the race of 2024', () => {
  const { event, moments } = planSeason(1, published.entries);
  const purchases = moments.flatMap((moment) => moment.purchases);
  const participants = purchases.flatMap((purchase) => purchase.participants);
  const kept = purchases
    .filter(({ refunded }) => refunded !== 100)
    .flatMap((purchase) => purchase.participants);
  const on = (distance: string) => kept.filter((participant) => participant.distance === distance).length;
  expect(on('10-km-nordic-walking')).toBe(700);
  expect(on('10-km')).toBeGreaterThan(event.distances.find(({ id }) => id === '10-km')?.capacity ?? 0);
  expect(kept.length - on('10-km') + 9_900).toBe(published.entries);

  const runners = participants.flatMap(({ runner }) => runner ?? []);
  const ages = runners.map(({ birthDate }) => ageOn(event.raceDay, birthDate));
  expect(Math.max(...ages)).toBe(87);
  expect(ages.reduce((sum, age) => sum + age, 0) / ages.length).toBeCloseTo(33, 0);
  expect(new Set(runners.map(({ country }) => country)).size).toBe(58);
  expect(runners.filter(({ country }) => country !== 'KZ').length / runners.length).toBeCloseTo(0.1, 1);
  expect(runners.filter(({ wheelchair }) => wheelchair).length).toBeGreaterThan(20);
  expect(purchases.some(({ participants: group }) => group.length === 10)).toBe(true);
});

it('is the same for the same seed, and another for another', () => {
  const plan = (seed: number) => JSON.stringify(planSeason(seed, 200).moments);
  expect(plan(5)).toBe(plan(5));
  expect(plan(6)).not.toBe(plan(5));
});

it('has people of the age that each distance asks for', () => {
  const { event, moments } = planSeason(3, 600);
  for (const { distance, runner } of moments.flatMap(({ purchases }) =>
    purchases.flatMap(({ participants }) => participants),
  )) {
    const { minAge, maxAge = 200 } = event.distances.find(({ id }) => id === distance) ?? { minAge: 0 };
    if (!runner) continue;
    const age = ageOn(event.raceDay, runner.birthDate);
    expect([distance, age, age >= minAge && age <= maxAge]).toEqual([distance, age, true]);
  }
});
