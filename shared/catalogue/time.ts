import { dateFormat } from '../contracts/intl.ts';

/** The calendar day of a moment in a time zone, `YYYY-MM-DD`. */
export function dayIn(zone: string, moment: Date): string {
  return dateFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(moment);
}

/**
 * The moment that stands for a day of which no time is known, as a bank's statement has it: noon in Kazakhstan, which is
 * on the same day in every zone from UTC−7 to UTC+16.
 */
export function momentOf(date: string): string {
  return `${date}T07:00:00.000Z`;
}

/** The first and the last of the calendar days that it is somewhere in the world at a moment (UTC−12, UTC+14). */
export function daysAt(moment: Date): { first: string; last: string } {
  return { first: dayIn('Etc/GMT+12', moment), last: dayIn('Pacific/Kiritimati', moment) };
}

/** Full years between two calendar days: an age on that day, counted as birthdays are (29 February on 1 March). */
export function ageOn(day: string, birthDate: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
