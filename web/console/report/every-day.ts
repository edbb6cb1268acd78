import type { ReportView } from '../../../shared/contracts/reports.ts';

/** What was credited on a day, in minor units. */
export interface DayAmount {
  readonly day: string;
  readonly amount: number;
}

const oneDay = 24 * 60 * 60 * 1000;

/** The days from the first to the last, with 0 where the report has none. The report's days are in order. */
export function everyDay(days: ReportView['days']): readonly DayAmount[] {
  const credited = new Map(days.map(({ day, total }) => [day, total.amount]));
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  if (first === undefined || last === undefined) return [];
  const count = Math.round((Date.parse(last) - Date.parse(first)) / oneDay) + 1;
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(Date.parse(first) + index * oneDay).toISOString().slice(0, 10);
    return { day, amount: credited.get(day) ?? 0 };
  });
}
