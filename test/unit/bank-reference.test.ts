import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReference, referenceOf, referencesIn } from '../../shared/payments/bank-transfer/reference.ts';

const order = fc.string({ minLength: 1, maxLength: 30 });

describe('a reference', () => {
  it('is ten digits that check, the same for the same order', () => {
    fc.assert(
      fc.property(order, fc.integer({ min: 1, max: 5 }), (id, attempt) => {
        const reference = referenceOf(id, attempt);
        expect(reference).toMatch(/^\d{10}$/);
        expect(isReference(reference)).toBe(true);
        expect(referenceOf(id, attempt)).toBe(reference);
      }),
    );
  });

  it('does not check with one wrong digit, or two exchanged', () => {
    fc.assert(
      fc.property(order, fc.nat(9), fc.nat(9), fc.nat(9), (id, place, other, digit) => {
        const reference = referenceOf(id, 1);
        const wrong = reference.slice(0, place) + digit + reference.slice(place + 1);
        expect(isReference(wrong)).toBe(wrong === reference);
        const [left, right] = [Math.min(place, other), Math.max(place, other)];
        if (left === right) return;
        const exchanged = Array.from(reference);
        exchanged[left] = reference.charAt(right);
        exchanged[right] = reference.charAt(left);
        if (right === left + 1)
          expect(isReference(exchanged.join(''))).toBe(exchanged.join('') === reference);
      }),
    );
  });
});

describe('a statement line', () => {
  const reference = referenceOf('ord_1', 1);
  const spaced = `${reference.slice(0, 4)} ${reference.slice(4, 8)} ${reference.slice(8)}`;

  it.each([
    ['alone', reference],
    ['in a sentence', `Оплата по счету №${reference} от 25.11.2026, без НДС`],
    ['in groups', `төлем ${spaced} үшін`],
    ['with hyphens', spaced.replaceAll(' ', '-')],
    ['beside a BIN and a phone', `БИН 270140000017 тел 87012345678; ${reference}`],
    ['after a date in digits', `25.11.2026 ${reference}`],
  ])('names its reference %s', (_, text) => {
    expect(referencesIn(text)).toEqual([reference]);
  });

  it.each([
    ['nothing', ''],
    ['a reference with a digit too many', `${reference}7`],
    ['one with a digit missing', reference.slice(1)],
    ['a reference inside a longer number', `12${reference}`],
  ])('names none in %s', (_, text) => {
    expect(referencesIn(text)).toEqual([]);
  });

  it('may name two', () => {
    const other = referenceOf('ord_2', 1);
    expect(referencesIn(`${reference}, ${other}, ${reference}`)).toEqual([reference, other]);
  });
});
