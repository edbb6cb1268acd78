import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startMachine } from './machine.ts';
import { simulate } from './simulate.ts';

let machine: Awaited<ReturnType<typeof startMachine>>;
beforeAll(async () => {
  machine = await startMachine(inject('dynamodb'));
});
afterAll(() => machine.stop());

const steps = 120;

test.each([1, 2, 3, 4])('everything holds, whatever happens: seed %i', async (seed) => {
  const played = await simulate(machine, { seed, steps });
  expect(played.violation).toBeUndefined();
  expect(played.interleaved).toBeGreaterThan(steps / 2);
});

test('the same seed is the same history', async () => {
  const play = { seed: 5, steps: 60 };
  const first = await simulate(machine, play);
  const second = await simulate(machine, play);
  expect(second).toEqual(first);
});
