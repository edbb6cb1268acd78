import { expect, test } from 'vitest';
import { translate } from '../../messages/catalogue.ts';
import { parseAmount } from '../../web/parts/parse-amount.ts';
import { fieldMessage } from '../../web/site/errors.ts';
import { preferredLocale } from '../../web/site/locale.ts';
import { pollSeconds, secondsLeft } from '../../web/site/order/timing.ts';
import { retrySeconds } from '../../web/site/retry.ts';

test('an amount is read as people type it', () => {
  const amount = (text: string) => parseAmount(text, 'KZT')?.amount;
  expect(amount('5000')).toBe(500_000);
  expect(amount(' 12 345,5 ')).toBe(1_234_550);
  expect(amount('12\u00a0345.50 ₸')).toBe(1_234_550);
  expect(amount('0,1')).toBe(10);
  for (const wrong of ['', 'abc', '-5', '1.234', '5e3', '1,2,3', '99999999999'])
    expect(amount(wrong)).toBeUndefined();
  expect(parseAmount('500', 'JPY')).toEqual({ amount: 500, currency: 'JPY' });
  expect(parseAmount('500,5', 'JPY')).toBeUndefined();
});

test('a refused field is told in words, a limit on an amount as money', () => {
  const told = (field: string, code: 'too_small' | 'too_young' | 'too_long' | 'required', limit?: number) =>
    fieldMessage(translate('ru'), 'ru', { field, code, ...(limit !== undefined && { limit }) }, 'KZT');
  expect(told('donations.0.amount', 'too_small', 50_000)).toBe('Наименьшее возможное значение: 500\u00a0₸.');
  expect(told('entries.0.runner.birthDate', 'too_young', 18)).toBe(
    'Минимальный возраст на этой дистанции в день старта: 18.',
  );
  expect(told('entries.0.runner.club', 'too_long', 80)).toBe('Не больше 80 символов.');
  expect(told('entries.0.runner.club', 'too_long')).toBe('Проверьте это значение.');
  expect(told('entries.0.runner.club', 'required')).toBe('Заполните это поле.');
});

test('the language is the one that a browser likes best among ours', () => {
  expect(preferredLocale('kk-KZ,kk;q=0.9,ru;q=0.8')).toBe('kk');
  expect(preferredLocale('de-DE,de;q=0.9,en;q=0.8,ru;q=0.7')).toBe('en');
  expect(preferredLocale('en;q=0.2, ru;q=0.9')).toBe('ru');
  expect(preferredLocale('en;q=0, kk;q=0.1')).toBe('kk');
  expect(preferredLocale('fr')).toBe('ru');
  expect(preferredLocale('*')).toBe('ru');
  expect(preferredLocale('')).toBe('ru');
  expect(preferredLocale(undefined)).toBe('ru');
});

test('tries wait longer and longer, as asked for, and never all at once', () => {
  expect([1, 2, 3, 4, 5, 9].map((tries) => retrySeconds(tries, undefined, 0))).toEqual([1, 2, 4, 8, 10, 10]);
  expect(retrySeconds(1, 3, 0)).toBe(3);
  expect(retrySeconds(1, 3, 0.5)).toBe(3.75);
  expect(retrySeconds(1, 3600, 0)).toBe(10);
  expect(retrySeconds(1, 0, 0.9)).toBeGreaterThan(0);
});

test('a hold counts down to zero and stays there', () => {
  const end = '2026-11-24T08:00:00.000Z';
  expect(secondsLeft(end, Date.parse(end) - 61_001)).toBe(62);
  expect(secondsLeft(end, Date.parse(end))).toBe(0);
  expect(secondsLeft(end, Date.parse(end) + 5000)).toBe(0);
});

test('an order just paid is looked at more often than one left open', () => {
  expect(pollSeconds(5, true)).toBeLessThan(pollSeconds(5, false));
  expect(pollSeconds(3600, false)).toBeGreaterThan(pollSeconds(5, false));
});
