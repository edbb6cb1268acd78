import * as z from 'zod/mini';
import { locale, slug } from './basics.ts';
import {
  distanceChange,
  entryView,
  participantInput,
  transferChoice,
  transferInput,
  transferView,
} from './changes.ts';
import { eventSummary, eventView, totalsView } from './events.ts';
import { checkoutView, orderInput, orderView } from './orders.ts';
import type { ProblemCode } from './problems.ts';
import { capacityInput, capacityView, reportView } from './reports.ts';
import { memberView, teamView } from './teams.ts';
import { waiterView, waitingInput } from './waiting.ts';

/** Groups of the staff directory, from least to most trusted. */
export const roles = ['viewer', 'finance', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Which Lambda function serves a route; each is one trust boundary. */
export type ApiFunction = 'public-api' | 'staff-api' | 'stripe-webhook';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** With `{name}` for parameters, as API Gateway and OpenAPI write them. */
  readonly path: string;
  readonly function: ApiFunction;
  /** `public`, or the staff groups of which a caller must have one. */
  readonly access: 'public' | readonly Role[];
  readonly summary: string;
  readonly params?: z.ZodMiniObject;
  readonly query?: z.ZodMiniObject;
  readonly body?: z.ZodMiniType;
  /** A JSON body that must not be parsed before its signature is checked is `raw`. */
  readonly rawBody?: true;
  readonly idempotent?: true;
  /** The largest body accepted, in bytes. */
  readonly largestBody?: number;
  readonly response: z.ZodMiniType | { readonly [mediaType: string]: 'text' };
  readonly status?: 200 | 201;
  /** Seconds that shared caches may keep the answer; without it the answer is `no-store`. */
  readonly cacheSeconds?: number;
  readonly problems: readonly ProblemCode[];
}

/** Whether a route answers with JSON of a schema (and not with text). */
export function hasSchema(response: Route['response']): response is z.ZodMiniType {
  return '_zod' in response;
}

const eventParams = z.object({ event: slug });
const distanceParams = z.object({ event: slug, distance: slug });
/** A token has at most 100 characters; a longer or malformed one is simply unknown. */
const tokenParams = z.object({ token: z.string().check(z.maxLength(200)) });
const entryParams = z.object({ ...tokenParams.shape, entry: z.string().check(z.maxLength(100)) });
const memberParams = z.object({ ...entryParams.shape, member: z.string().check(z.maxLength(100)) });

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
    problems: ['order_unknown', 'order_not_payable', 'payment_unavailable', 'busy'],
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
  changeDistance: {
    method: 'POST',
    path: '/api/orders/{token}/entries/{entry}/distance',
    function: 'public-api',
    access: 'public',
    summary: 'Moves a paid entry to another distance that costs what was paid. Safe to repeat.',
    params: entryParams,
    body: distanceChange,
    response: orderView,
    problems: [
      'order_unknown',
      'entry_unknown',
      'order_not_paid',
      'entry_handed_over',
      'validation_failed',
      'registration_not_open',
      'registration_closed',
      'price_differs',
      'sold_out',
      'busy',
    ],
  },
  askTransfer: {
    method: 'POST',
    path: '/api/orders/{token}/entries/{entry}/transfer',
    function: 'public-api',
    access: 'public',
    summary: 'Offers a paid entry to somebody, by mail; replaces an offer made before. Safe to repeat.',
    params: entryParams,
    body: transferInput,
    response: orderView,
    problems: [
      'order_unknown',
      'entry_unknown',
      'order_not_paid',
      'entry_handed_over',
      'transfer_closed',
      'validation_failed',
      'busy',
    ],
  },
  confirmTransfer: {
    method: 'POST',
    path: '/api/orders/{token}/entries/{entry}/transfer/confirm',
    function: 'public-api',
    access: 'public',
    summary: 'Hands an entry to the runner who accepted the offer. Safe to repeat.',
    params: entryParams,
    body: transferChoice,
    response: orderView,
    problems: [
      'order_unknown',
      'entry_unknown',
      'order_not_paid',
      'transfer_over',
      'transfer_closed',
      'runner_already_entered',
      'validation_failed',
      'busy',
    ],
  },
  cancelTransfer: {
    method: 'POST',
    path: '/api/orders/{token}/entries/{entry}/transfer/cancel',
    function: 'public-api',
    access: 'public',
    summary: 'Takes the offer of an entry back. Safe to repeat.',
    params: entryParams,
    body: transferChoice,
    response: orderView,
    problems: [
      'order_unknown',
      'entry_unknown',
      'order_not_paid',
      'transfer_over',
      'validation_failed',
      'busy',
    ],
  },
  getTransfer: {
    method: 'GET',
    path: '/api/transfers/{token}',
    function: 'public-api',
    access: 'public',
    summary: 'An offered entry, for the person it is offered to.',
    params: tokenParams,
    response: transferView,
    problems: ['transfer_unknown', 'entry_unknown', 'order_not_paid'],
  },
  acceptTransfer: {
    method: 'POST',
    path: '/api/transfers/{token}',
    function: 'public-api',
    access: 'public',
    summary: 'Accepts an offered entry; the holder of its order confirms it. Safe to repeat.',
    params: tokenParams,
    body: participantInput,
    response: transferView,
    problems: [
      'transfer_unknown',
      'entry_unknown',
      'order_not_paid',
      'entry_handed_over',
      'transfer_over',
      'transfer_closed',
      'runner_already_entered',
      'validation_failed',
      'payment_unavailable',
      'busy',
    ],
  },
  getEntry: {
    method: 'GET',
    path: '/api/entries/{token}',
    function: 'public-api',
    access: 'public',
    summary: 'An entry, for the runner to whom it was handed.',
    params: tokenParams,
    response: entryView,
    problems: ['entry_unknown', 'order_not_paid'],
  },
  getTeam: {
    method: 'GET',
    path: '/api/teams/{token}',
    function: 'public-api',
    access: 'public',
    summary: 'A relay team, for whoever has its link.',
    params: tokenParams,
    response: teamView,
    problems: ['team_unknown', 'order_not_paid'],
  },
  joinTeam: {
    method: 'POST',
    path: '/api/teams/{token}/members',
    function: 'public-api',
    access: 'public',
    summary: 'Joins a relay team. Repeat with the same Idempotency-Key safely.',
    params: tokenParams,
    body: participantInput,
    idempotent: true,
    response: memberView,
    status: 201,
    problems: [
      'team_unknown',
      'order_not_paid',
      'team_closed',
      'team_full',
      'team_composition',
      'runner_already_entered',
      'validation_failed',
      'idempotency_key_missing',
      'idempotency_key_reused',
      'payment_unavailable',
      'busy',
    ],
  },
  leaveTeam: {
    method: 'POST',
    path: '/api/members/{token}/leave',
    function: 'public-api',
    access: 'public',
    summary: 'Leaves a relay team, by the member. Safe to repeat.',
    params: tokenParams,
    response: teamView,
    problems: ['member_unknown', 'team_unknown', 'order_not_paid', 'team_closed', 'busy'],
  },
  addMember: {
    method: 'POST',
    path: '/api/orders/{token}/teams/{entry}/members',
    function: 'public-api',
    access: 'public',
    summary: 'Puts a member on a relay team, by the captain. Repeat with the same Idempotency-Key safely.',
    params: entryParams,
    body: participantInput,
    idempotent: true,
    response: orderView,
    status: 201,
    problems: [
      'order_unknown',
      'team_unknown',
      'order_not_paid',
      'team_closed',
      'team_full',
      'team_composition',
      'runner_already_entered',
      'validation_failed',
      'idempotency_key_missing',
      'idempotency_key_reused',
      'payment_unavailable',
      'busy',
    ],
  },
  removeMember: {
    method: 'POST',
    path: '/api/orders/{token}/teams/{entry}/members/{member}/leave',
    function: 'public-api',
    access: 'public',
    summary: 'Takes a member off a relay team, by the captain. Safe to repeat.',
    params: memberParams,
    response: orderView,
    problems: ['order_unknown', 'team_unknown', 'order_not_paid', 'team_closed', 'busy'],
  },
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
  getReport: {
    method: 'GET',
    path: '/api/staff/events/{event}/report',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary: 'Totals of an event by project, distance, day and source, as JSON or (`format=csv`) as CSV.',
    params: eventParams,
    query: z.object({ format: z._default(z.enum(['json', 'csv']), 'json') }),
    response: reportView,
    problems: ['token_missing', 'token_invalid', 'role_missing', 'event_unknown', 'validation_failed'],
  },
  setCapacity: {
    method: 'POST',
    path: '/api/staff/events/{event}/distances/{distance}/capacity',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary:
      'Changes the capacity of a distance while entries are open; nobody loses a place. Safe to repeat.',
    params: distanceParams,
    body: capacityInput,
    response: capacityView,
    problems: [
      'token_missing',
      'token_invalid',
      'role_missing',
      'event_unknown',
      'distance_unknown',
      'validation_failed',
      'busy',
    ],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
