import { expect, test } from 'vitest';
import {
  currencySymbol,
  formatDay,
  formatDayOf,
  formatMoment,
  formatMoney,
  formatTime,
  isOn,
} from '../../messages/format.ts';

const space = '\u00a0';

test('money has the language’s separators and no needless decimals', () => {
  const tenge = { amount: 2_000_000, currency: 'KZT' };
  expect(formatMoney(tenge, 'kk')).toBe(`20${space}000${space}₸`);
  expect(formatMoney(tenge, 'ru')).toBe(`20${space}000${space}₸`);
  expect(formatMoney(tenge, 'en')).toBe('₸20,000');
  expect(formatMoney({ amount: 33_334, currency: 'KZT' }, 'kk')).toBe(`333,34${space}₸`);
  expect(formatMoney({ amount: 10, currency: 'KZT' }, 'en')).toBe('₸0.10');
  expect(formatMoney({ amount: 500, currency: 'JPY' }, 'en')).toBe('¥500');
  expect(currencySymbol('KZT')).toBe('₸');
});

test('dates and times are those of the event’s zone', () => {
  const lateEvening = '2027-04-17T20:30:00.000Z';
  expect(formatMoment(lateEvening, 'Asia/Almaty', 'en')).toBe('18 April 2027, 01:30');
  expect(formatMoment(lateEvening, 'Asia/Almaty', 'ru')).toBe('18 апреля 2027 г., 01:30');
  expect(formatMoment(lateEvening, 'Asia/Almaty', 'kk')).toBe('2027 жылғы 18 сәуір, 01:30');
  expect(formatDayOf(lateEvening, 'UTC', 'kk')).toBe('2027 жылғы 17 сәуір');
  expect(formatTime('2027-04-17T19:00:05.000Z', 'Asia/Almaty', 'en', true)).toBe('00:00:05');
  expect(isOn(lateEvening, '2027-04-18', 'Asia/Almaty')).toBe(true);
  expect(isOn(lateEvening, '2027-04-18', 'UTC')).toBe(false);
});

test('a day has its weekday', () => {
  expect(formatDay('2027-09-26', 'en')).toBe('Sunday, 26 September 2027');
  expect(formatDay('2027-09-26', 'ru')).toBe('воскресенье, 26 сентября 2027 г.');
  expect(formatDay('2027-09-26', 'kk')).toBe('2027 жылғы 26 қыркүйек, жексенбі');
});

test('Kazakh months and weekdays are those of the platform’s own data', () => {
  const format = new Intl.DateTimeFormat('kk', { month: 'long', weekday: 'long', timeZone: 'UTC' });
  for (let month = 1; month <= 12; month++) {
    const day = `2027-${String(month).padStart(2, '0')}-${String(month * 2).padStart(2, '0')}`;
    for (const { type, value } of format.formatToParts(new Date(`${day}T00:00:00Z`)))
      if (type === 'month' || type === 'weekday') expect(formatDay(day, 'kk')).toContain(value.toLowerCase());
  }
});
