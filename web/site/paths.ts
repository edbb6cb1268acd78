import type { Locale } from '../../shared/contracts/basics.ts';

/** The addresses of pages, without the origin. `page` parts are the same in every language. */
export const eventPage = (event: string): string => `/events/${event}`;
export const enterPage = (event: string, distance: string): string => `/events/${event}/enter/${distance}`;
/** The way into a distance for somebody to whom a place is offered. */
export const offerPage = (event: string, distance: string, token: string): string =>
  `${enterPage(event, distance)}?offer=${encodeURIComponent(token)}`;
export const waitPage = (event: string, distance: string): string => `/events/${event}/waiting/${distance}`;
export const waiterPage = (token: string): string => `/waiting/${encodeURIComponent(token)}`;
export const donatePage = (event: string, project?: string): string =>
  `/events/${event}/donate${project === undefined ? '' : `?project=${project}`}`;
export const totalsPage = (event: string): string => `/events/${event}/totals`;
export const orderPage = (token: string): string => `/orders/${encodeURIComponent(token)}`;

/** The address of a page in a language. */
export const inLocale = (locale: Locale, page: string): string => `/${locale}${page}`;

/** The addresses of the API that pages call. */
export const eventApi = (event: string): string => `/api/events/${event}`;
export const ordersApi = (event: string): string => `/api/events/${event}/orders`;
export const orderApi = (token: string): string => `/api/orders/${encodeURIComponent(token)}`;
export const checkoutApi = (token: string): string => `${orderApi(token)}/checkout`;
export const waitingApi = (event: string, distance: string): string =>
  `/api/events/${event}/distances/${distance}/waiting`;
export const leaveApi = (token: string): string => `/api/waiting/${encodeURIComponent(token)}/leave`;
export const calendarApi = (token: string, locale: Locale): string =>
  `${orderApi(token)}/calendar.ics?locale=${locale}`;
