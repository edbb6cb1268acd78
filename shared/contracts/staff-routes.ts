import * as z from 'zod/mini';
import { capacityInput, capacityView, reportView } from './reports.ts';
import { distanceParams, eventParams, type Route } from './route.ts';
import { auditPage, contactInput, contactView, matterView, month, settleInput } from './staff.ts';

/** What every route for staff may answer. */
const refusals = ['token_missing', 'token_invalid', 'role_missing'] as const;

/** A longer or malformed id is simply unknown. */
const id = z.string().check(z.maxLength(100));

/** The routes of the staff API: what the console calls. */
export const staffRoutes = {
  getReport: {
    method: 'GET',
    path: '/api/staff/events/{event}/report',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary: 'Totals of an event by project, distance, day and source, as JSON or (`format=csv`) as CSV.',
    params: eventParams,
    query: z.object({ format: z._default(z.enum(['json', 'csv']), 'json') }),
    response: reportView,
    problems: [...refusals, 'event_unknown', 'validation_failed'],
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
    problems: [...refusals, 'event_unknown', 'distance_unknown', 'validation_failed', 'busy'],
  },
  listMatters: {
    method: 'GET',
    path: '/api/staff/matters',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary: 'What staff must look at and nobody has settled, the oldest first.',
    response: z.object({ matters: z.array(matterView) }),
    problems: refusals,
  },
  settleMatter: {
    method: 'POST',
    path: '/api/staff/matters/{matter}/settle',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary: 'Settles a matter with a note of what was done. Safe to repeat.',
    params: z.object({ matter: id }),
    body: settleInput,
    response: matterView,
    problems: [...refusals, 'matter_unknown', 'matter_settled', 'validation_failed', 'busy'],
  },
  correctContact: {
    method: 'POST',
    path: '/api/staff/orders/{order}/contact',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary:
      'Corrects the address of an order and sends to it what reached nobody, or else the confirmation or the link to ' +
      'pay. Repeating it sends once more.',
    params: z.object({ order: id }),
    body: contactInput,
    response: contactView,
    problems: [...refusals, 'order_unknown', 'validation_failed', 'busy'],
  },
  listAudit: {
    method: 'GET',
    path: '/api/staff/audit',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary: 'What staff did in a month (UTC), the latest first.',
    query: z.object({ month, before: z.optional(z.string().check(z.maxLength(100))) }),
    response: auditPage,
    problems: [...refusals, 'validation_failed'],
  },
} as const satisfies Record<string, Route>;
