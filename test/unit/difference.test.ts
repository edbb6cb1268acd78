import { expect, it } from 'vitest';
import { differenceTo, worthOf } from '../../shared/orders/difference.ts';
import { differenceOf } from '../../web/site/order-changes/changeable.ts';

it('an entry is worth what its place costs at the runner’s age: a code counts once', () => {
  expect(worthOf({ price: 20 })).toBe(20);
  expect(worthOf({ price: 15, listPrice: 20 })).toBe(20);
  expect(worthOf({ price: 5, listPrice: 20, agePrice: 10 })).toBe(10);
  expect(worthOf({ price: 0, listPrice: 20, agePrice: 10 })).toBe(10);
});

it('after a change it is worth what the new distance cost then', () => {
  expect(worthOf({ price: 5, listPrice: 20, agePrice: 10, worth: 30 })).toBe(30);
  // A change there and back costs what it gives back.
  const there = differenceTo({ price: 20 }, 30);
  const back = differenceTo({ price: 20, worth: 30 }, 20);
  expect([there, back, there + back]).toEqual([10, -10, 0]);
});

it('is shown as it will be: no more comes back than is left of what was paid', () => {
  const KZT = (amount: number) => ({ amount, currency: 'KZT' });
  const of = (worth: number, left: number) => ({ exchange: { age: 30, worth: KZT(worth), left: KZT(left) } });
  expect(differenceOf(of(20, 20), KZT(30))).toEqual(KZT(10));
  expect(differenceOf(of(20, 20), KZT(20))).toEqual(KZT(0));
  expect(differenceOf(of(20, 20), KZT(5))).toEqual(KZT(-15));
  expect(differenceOf(of(20, 4), KZT(5))).toEqual(KZT(-4));
});
