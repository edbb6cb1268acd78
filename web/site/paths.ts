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

export const receiptPage = (token: string): string => `${orderPage(token)}/receipt`;

/** The invoice of an order that is paid by bank transfer. */
export const invoicePage = (token: string): string => `${orderPage(token)}/invoice`;

/** The address of a page in a language. */
export const inLocale = (locale: Locale, page: string): string => `/${locale}${page}`;

/** The addresses of the API that pages call. */
export const eventApi = (event: string): string => `/api/events/${event}`;
export const quoteApi = (event: string): string => `/api/events/${event}/quote`;
export const ordersApi = (event: string): string => `/api/events/${event}/orders`;
export const orderApi = (token: string): string => `/api/orders/${encodeURIComponent(token)}`;
export const invoiceApi = (token: string): string => `${orderApi(token)}/invoice`;
export const checkoutApi = (token: string): string => `${orderApi(token)}/checkout`;
export const waitingApi = (event: string, distance: string): string =>
  `/api/events/${event}/distances/${distance}/waiting`;
export const leaveListApi = (token: string): string => `/api/waiting/${encodeURIComponent(token)}/leave`;
export const calendarApi = (token: string, locale: Locale): string =>
  `${orderApi(token)}/calendar.ics?locale=${locale}`;

export const teamPage = (token: string, member?: string): string =>
  `/teams/${encodeURIComponent(token)}${member === undefined ? '' : `?member=${encodeURIComponent(member)}`}`;
export const transferPage = (token: string): string => `/transfers/${encodeURIComponent(token)}`;
export const ownEntryPage = (token: string): string => `/entries/${encodeURIComponent(token)}`;

export const joinApi = (team: string): string => `/api/teams/${encodeURIComponent(team)}/members`;
export const leaveTeamApi = (member: string): string => `/api/members/${encodeURIComponent(member)}/leave`;
export const transferApi = (token: string): string => `/api/transfers/${encodeURIComponent(token)}`;
/** What the holder of an order does with one of its entries. */
export const changeApi = (
  token: string,
  entry: string,
  change: 'distance' | 'transfer' | 'transfer/confirm' | 'transfer/cancel' | 'cancel' | 'call-off',
): string => `${orderApi(token)}/entries/${encodeURIComponent(entry)}/${change}`;
export const removeMemberApi = (token: string, entry: string, member: string): string =>
  `${orderApi(token)}/teams/${encodeURIComponent(entry)}/members/${encodeURIComponent(member)}/leave`;
