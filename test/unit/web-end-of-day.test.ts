import { expect, test } from 'vitest';
import { endOfDay } from '../../web/console/end-of-day.ts';

test.each([
  ['2027-03-01', 'Asia/Almaty', '2027-03-01T18:59:00.000Z'],
  ['2027-03-01', 'UTC', '2027-03-01T23:59:00.000Z'],
  ['2027-07-01', 'America/New_York', '2027-07-02T03:59:00.000Z'],
  // Clocks go forward and back on these days.
  ['2027-03-28', 'Europe/Berlin', '2027-03-28T21:59:00.000Z'],
  ['2027-10-31', 'Europe/Berlin', '2027-10-31T22:59:00.000Z'],
  ['', 'UTC', undefined],
])('the last minute of %s in %s', (day, zone, instant) => {
  expect(endOfDay(day, zone)).toBe(instant);
});
