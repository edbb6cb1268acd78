import * as z from 'zod/mini';
import { capacityInput, capacityView, reportView } from './reports.ts';
import { distanceParams, eventParams, type Route } from './route.ts';

/** What every route for staff may answer. */
const refusals = ['token_missing', 'token_invalid', 'role_missing'] as const;

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
} as const satisfies Record<string, Route>;
