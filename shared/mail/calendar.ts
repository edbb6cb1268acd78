import { createEvents } from 'ics';
import { translate } from '../../messages/catalogue.ts';
import type { Locale } from '../contracts/basics.ts';
import type { OrderView } from '../contracts/orders.ts';
import { orderUrl } from './templates.ts';

/**
 * How long a start blocks a calendar: when a runner finishes is not known, and a start alone would leave the morning
 * looking free.
 */
const duration = { hours: 3 };

/**
 * The starts of an order's entries as a calendar file (RFC 5545). An entry keeps its UID, so that importing the file
 * again moves its event and makes no second one.
 * @param publicUrl the site's address, without a slash at the end.
 * @param now when the file is made.
 */
export function calendarOf(order: OrderView, locale: Locale, publicUrl: string, now: Date): string {
  const t = translate(locale);
  const url = orderUrl(order, locale, publicUrl);
  const events = order.lines
    .filter((line) => line.kind === 'entry')
    .filter(({ cancelled }) => !cancelled)
    .map(({ entry, distanceName, startsAt, runnerName, place }) => ({
      uid: `${entry}@${new URL(publicUrl).hostname}`,
      title: `${order.event.name[locale]}: ${distanceName[locale]}`,
      description: [runnerName, ...(place === undefined ? [] : [`${t('order.bib')}: ${place}`])].join('\n'),
      url,
      start: Date.parse(startsAt),
      startInputType: 'utc' as const,
      startOutputType: 'utc' as const,
      duration,
      // Becomes DTSTAMP; the package's types leave it out, and its own is the time the package was loaded.
      timestamp: now.getTime(),
    }));
  const { error, value } = createEvents(events, { productId: 'startline', method: 'PUBLISH' });
  if (error || value === null) throw new Error('The calendar could not be made.', { cause: error });
  return value;
}
