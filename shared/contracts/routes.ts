import * as z from 'zod/mini';
import { locale } from './basics.ts';
import { entryRoutes } from './entry-routes.ts';
import { eventSummary, eventView, totalsView } from './events.ts';
import { checkoutView, orderInput, orderView } from './orders.ts';
import { invoiceInput } from './payers.ts';
import { quoteInput, quoteView } from './quote.ts';
import { distanceParams, eventParams, type Route, tokenParams } from './route.ts';
import { staffRoutes } from './staff-routes.ts';
import { waiterView, waitingInput } from './waiting.ts';

/**
 * Every route of the API. From this table come the handlers' registration, the gateway's routes, the OpenAPI
 * document, the typed client and the role tests.
 */
export const routes = {
  listEvents: {
    method: 'GET',
    path: '/api/events',
    function: 'public-api',
    access: 'public',
    summary: 'Events that are published.',
    response: z.object({ events: z.array(eventSummary) }),
    cacheSeconds: 10,
    problems: [],
  },
  getEvent: {
    method: 'GET',
    path: '/api/events/{event}',
    function: 'public-api',
    access: 'public',
    summary: 'One event: distances with prices and places left, and its charity projects.',
    params: eventParams,
    response: eventView,
    cacheSeconds: 1,
    problems: ['event_unknown'],
  },
  getTotals: {
    method: 'GET',
    path: '/api/events/{event}/totals',
    function: 'public-api',
    access: 'public',
    summary: 'What the event has raised for each project, as of when, and when that was last proven.',
    params: eventParams,
    response: totalsView,
    cacheSeconds: 2,
    problems: ['event_unknown'],
  },
  quote: {
    method: 'POST',
    path: '/api/events/{event}/quote',
    function: 'public-api',
    access: 'public',
    summary: 'What an order would cost now, by age and with a code. Holds nothing.',
    params: eventParams,
    body: quoteInput,
    response: quoteView,
    problems: ['event_unknown', 'validation_failed', 'sold_out'],
  },
  createOrder: {
    method: 'POST',
    path: '/api/events/{event}/orders',
    function: 'public-api',
    access: 'public',
    summary:
      'Holds a place for every entry, or none; records donations. Repeat with the same Idempotency-Key safely.',
    params: eventParams,
    body: orderInput,
    idempotent: true,
    largestBody: 64 * 1024,
    response: orderView,
    status: 201,
    problems: [
      'event_unknown',
      'idempotency_key_missing',
      'idempotency_key_reused',
      'validation_failed',
      'registration_not_open',
      'registration_closed',
      'event_called_off',
      'price_changed',
      'sold_out',
      'runner_already_entered',
      'offer_over',
      'too_many_holds',
      'busy',
    ],
  },
  getOrder: {
    method: 'GET',
    path: '/api/orders/{token}',
    function: 'public-api',
    access: 'public',
    summary: 'The state of an order, for whoever has its token.',
    params: tokenParams,
    response: orderView,
    problems: ['order_unknown'],
  },
  startCheckout: {
    method: 'POST',
    path: '/api/orders/{token}/checkout',
    function: 'public-api',
    access: 'public',
    summary:
      'Prepares the payment page of an order, or finds the one it has. Repeat until there is an address.',
    params: tokenParams,
    response: checkoutView,
    problems: ['order_unknown', 'order_not_payable', 'transfer_begun', 'payment_unavailable', 'busy'],
  },
  issueInvoice: {
    method: 'POST',
    path: '/api/orders/{token}/invoice',
    function: 'public-api',
    access: 'public',
    summary:
      'Has an order paid by invoice and bank transfer from now on: its places are held longer. Repeat until there ' +
      'is an address.',
    params: tokenParams,
    body: invoiceInput,
    response: checkoutView,
    problems: [
      'order_unknown',
      'order_not_payable',
      'transfer_not_offered',
      'too_many_holds',
      'validation_failed',
      'payment_unavailable',
      'busy',
    ],
  },
  getCalendar: {
    method: 'GET',
    path: '/api/orders/{token}/calendar.ics',
    function: 'public-api',
    access: 'public',
    summary: 'The starts of a paid order as a calendar file.',
    params: tokenParams,
    query: z.object({ locale: z.optional(locale) }),
    response: { 'text/calendar': 'text' },
    problems: ['order_unknown'],
  },
  joinWaitingList: {
    method: 'POST',
    path: '/api/events/{event}/distances/{distance}/waiting',
    function: 'public-api',
    access: 'public',
    summary:
      'Puts a runner at the end of the waiting list of a distance that is sold out. Repeat with the same ' +
      'Idempotency-Key safely.',
    params: distanceParams,
    body: waitingInput,
    idempotent: true,
    response: waiterView,
    status: 201,
    problems: [
      'event_unknown',
      'distance_unknown',
      'idempotency_key_missing',
      'validation_failed',
      'registration_not_open',
      'registration_closed',
      'event_called_off',
      'waiting_list_not_open',
      'runner_already_entered',
      'runner_already_waiting',
      'busy',
    ],
  },
  getWaiter: {
    method: 'GET',
    path: '/api/waiting/{token}',
    function: 'public-api',
    access: 'public',
    summary: 'A runner on a waiting list, for whoever has the token: position, or the place that is offered.',
    params: tokenParams,
    response: waiterView,
    problems: ['waiter_unknown'],
  },
  leaveWaitingList: {
    method: 'POST',
    path: '/api/waiting/{token}/leave',
    function: 'public-api',
    access: 'public',
    summary: 'Leaves the waiting list; a place that was offered goes to the next. Safe to repeat.',
    params: tokenParams,
    response: waiterView,
    problems: ['waiter_unknown', 'busy'],
  },
  ...entryRoutes,
  getOpenApi: {
    method: 'GET',
    path: '/api/openapi.json',
    function: 'public-api',
    access: 'public',
    summary: 'This API as an OpenAPI 3.1 document.',
    response: { 'application/json': 'text' },
    cacheSeconds: 300,
    problems: [],
  },
  receiveStripeEvent: {
    method: 'POST',
    path: '/api/webhooks/stripe',
    function: 'stripe-webhook',
    access: 'public',
    summary: "Stripe's events, signed. Safe to repeat and to reorder.",
    rawBody: true,
    largestBody: 1024 * 1024,
    response: z.object({ received: z.literal(true) }),
    problems: ['signature_invalid', 'body_too_large'],
  },
  ...staffRoutes,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
