import { describe, expect, test } from 'vitest';
import { everyDay } from '../../web/console/report/every-day.ts';
import { followWaiting, isLong, type Waiting } from '../../web/console/report/waiting.ts';

describe('transactions that wait', () => {
  const follow = (reports: readonly { at: number; waiting: number; asOf?: string }[]) =>
    reports.reduce<Waiting | undefined>(
      (before, { at, ...report }) => followWaiting(before, report, at),
      undefined,
    );

  test('are nothing to speak of while the totals move on', () => {
    const moving = follow([
      { at: 0, waiting: 5, asOf: '06:00' },
      { at: 60_000, waiting: 5, asOf: '06:01' },
    ]);
    expect(isLong(moving, 60_000)).toBe(false);
  });

  test('are worth a warning when the totals stand still for more than half a minute', () => {
    const still = follow([
      { at: 0, waiting: 1 },
      { at: 30_000, waiting: 2 },
    ]);
    expect(isLong(still, 30_000)).toBe(false);
    expect(isLong(still, 30_001)).toBe(true);
  });

  test('are forgotten once none waits', () => {
    const again = follow([
      { at: 0, waiting: 1, asOf: '06:00' },
      { at: 20_000, waiting: 0, asOf: '06:00' },
      { at: 40_000, waiting: 1, asOf: '06:00' },
    ]);
    expect(isLong(again, 60_000)).toBe(false);
  });
});

test('days without a payment stand in the chart as well, over the end of a month and a leap day', () => {
  const kzt = (amount: number) => ({ amount, currency: 'KZT' });
  const day = (name: string, total: number) => ({
    day: name,
    entriesConfirmed: 0,
    received: kzt(0),
    feeShare: kzt(total),
    donation: kzt(0),
    assignment: kzt(0),
    refund: kzt(0),
    total: kzt(total),
  });
  expect(everyDay([day('2028-02-27', 100), day('2028-03-02', -5)])).toEqual([
    { day: '2028-02-27', amount: 100 },
    { day: '2028-02-28', amount: 0 },
    { day: '2028-02-29', amount: 0 },
    { day: '2028-03-01', amount: 0 },
    { day: '2028-03-02', amount: -5 },
  ]);
  expect(everyDay([])).toEqual([]);
});
