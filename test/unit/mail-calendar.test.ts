import { expect, test } from 'vitest';
import { calendarOf } from '../../shared/mail/calendar.ts';
import { paidGift, paidOrder } from '../support/paid-order.ts';

const now = new Date('2026-11-24T06:05:00.000Z');
const publicUrl = 'https://run.example.org';

/** The events of a calendar file, as their unfolded lines by name. */
function eventsOf(calendar: string): Record<string, string>[] {
  const unfolded = calendar.replaceAll(/\r\n[ \t]/g, '');
  return unfolded
    .split('BEGIN:VEVENT')
    .slice(1)
    .map((block) =>
      Object.fromEntries(
        block.split('\r\n').flatMap((row) => {
          const at = row.indexOf(':');
          return at > 0 ? [[row.slice(0, at), row.slice(at + 1)]] : [];
        }),
      ),
    );
}

test('has one event for each entry, at its start in UTC', () => {
  const events = eventsOf(calendarOf(paidOrder(), 'en', publicUrl, now));
  expect(events).toMatchObject([
    {
      UID: 'ent_00000000000000000000000001@run.example.org',
      DTSTART: '20270926T030000Z',
      DTSTAMP: '20261124T060500Z',
      SUMMARY: 'Almaty Marathon 2027: Half marathon\\, 21.1 km',
      DESCRIPTION: 'Әлия Нұрланқызы\\nBib number: 101',
      URL: 'https://run.example.org/en/orders/ord_0123456789abcdefghjkmnpqrs.t0ken56789abcdefghjkmnpqrs',
    },
    { UID: 'ent_00000000000000000000000002@run.example.org', DTSTART: '20270926T020000Z' },
  ]);
});

test('made again it names the same events', () => {
  const uids = (at: string) =>
    eventsOf(calendarOf(paidOrder(), 'kk', publicUrl, new Date(at))).map(({ UID }) => UID);
  expect(uids('2027-01-01T00:00:00.000Z')).toEqual(uids('2027-02-01T00:00:00.000Z'));
});

test('a gift has no events, and the file is still a calendar', () => {
  const calendar = calendarOf(paidGift(), 'en', publicUrl, now);
  expect(calendar).toMatch(/^BEGIN:VCALENDAR\r\n/);
  expect(eventsOf(calendar)).toEqual([]);
});
