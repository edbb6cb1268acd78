import { percentOf } from '../contracts/breakdown.ts';
import type { PromoCode } from './promo-codes.ts';
import type { AgePrice } from './schema.ts';

/** What an entry costs and how it comes about; each is at most the one before. Minor units. */
export interface Fee {
  /** The price of the place. */
  readonly listPrice: number;
  /** What the runner's age makes of it. */
  readonly agePrice: number;
  /** What is paid, after the code. */
  readonly price: number;
}

/** What lowers the price of a place for one entry. */
export interface Reducing {
  /** Full years on race day; a team has none. */
  readonly age?: number | undefined;
  readonly agePrices?: readonly AgePrice[] | undefined;
  /** A code that covers the entry. */
  readonly code?: Pick<PromoCode, 'off'> | undefined;
}

/**
 * The price of a place at an age: that of the group the age is in, which is a percentage of the place's own price,
 * rounded half up, or an amount; never more than the place's own.
 */
export function priceForAge(
  listPrice: number,
  age: number | undefined,
  agePrices: readonly AgePrice[] = [],
): number {
  if (age === undefined) return listPrice;
  const group = agePrices.find(({ minAge = 0, maxAge = age }) => minAge <= age && age <= maxAge);
  if (!group) return listPrice;
  return Math.min(listPrice, group.amount ?? percentOf(listPrice, group.percent ?? 10_000));
}

/** What a code leaves of a price: a percentage of it is taken off, rounded half up, or an amount; never below 0. */
export function priceWithCode(price: number, off: PromoCode['off']): number {
  if (off === undefined) return price;
  return Math.max(0, price - ('percent' in off ? percentOf(price, off.percent) : off.fixed));
}

/** What an entry costs on a place of that price. */
export function feeOf(listPrice: number, { age, agePrices, code }: Reducing): Fee {
  const agePrice = priceForAge(listPrice, age, agePrices);
  return { listPrice, agePrice, price: priceWithCode(agePrice, code?.off) };
}
