import type { OrderInput, RunnerInput } from '../../../shared/contracts/orders.ts';
import { sampleRunner } from '../../support/sample.ts';

export type DonationInput = OrderInput['donations'][number];

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

/** Everybody who may run, by number: few enough that the same person comes again. */
export const adults: readonly number[] = numbers(1, 40);
export const children: readonly number[] = numbers(101, 12);

/** Runners from 65 on pay less. */
const oldAge = 65;
export const isOld = (number: number) => !children.includes(number) && number % 7 === 0;

/** What a price depends on, besides the place: under this name people remember what they were shown. */
export const priceName = (event: string, distance: string, old: boolean, code = '') =>
  `${event} ${distance} ${old ? 'old' : ''} ${code}`;
export const priceNameAt = (event: string, distance: string, age: number) =>
  priceName(event, distance, age >= oldAge);

/** The runner of a number. */
export function runnerOf(number: number): RunnerInput {
  if (!children.includes(number))
    return sampleRunner(number, {
      sex: number % 2 === 0 ? 'female' : 'male',
      ...(isOld(number) && { birthDate: '1957-05-17' }),
    });
  return sampleRunner(number, {
    birthDate: '2015-03-04',
    guardian: { name: 'Ерлан', phone: '+7 701 234 56 78', consent: true },
  });
}
