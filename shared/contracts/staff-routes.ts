import * as z from 'zod/mini';
import { bankRoutes } from './bank-routes.ts';
import { projectRef, slug } from './basics.ts';
import { callOffInput, callOffStateView } from './changes.ts';
import {
  assignmentInput,
  assignmentsView,
  assignmentView,
  decisionInput,
  payoutInput,
  payoutOutcomeInput,
  payoutsView,
  payoutView,
  statementView,
} from './charity.ts';
import { callOffView } from './orders.ts';
import { capacityInput, capacityView, reportView } from './reports.ts';
import { distanceParams, eventParams, type Route } from './route.ts';
import { auditPage, contactInput, contactView, matterView, month, settleInput } from './staff.ts';
import { noteInput, refundInput, refundPreview, refundSentInput, staffOrderView } from './staff-orders.ts';

/** What every route for staff may answer. */
const refusals = ['token_missing', 'token_invalid', 'role_missing'] as const;

/** What proposing, and deciding what another person proposed, may answer besides. */
const proposing = [
  'idempotency_key_missing',
  'idempotency_key_reused',
  'validation_failed',
  'balance_too_small',
  'busy',
] as const;
const deciding = [
  'proposal_unknown',
  'proposal_over',
  'second_person_needed',
  'balance_too_small',
  'validation_failed',
  'busy',
] as const;

/** What giving money back may answer besides. */
const givingBack = [
  'order_unknown',
  'order_not_paid',
  'nothing_to_refund',
  'idempotency_key_missing',
  'idempotency_key_reused',
  'validation_failed',
  'busy',
] as const;

/** A longer or malformed id is simply unknown. */
const id = z.string().check(z.maxLength(100));
const payoutParams = z.object({ event: slug, payout: id });

/** The routes of the staff API: what the console calls. */
export const staffRoutes = {
  ...bankRoutes,
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
  getCallOff: {
    method: 'GET',
    path: '/api/staff/events/{event}/call-off',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary: 'Whether an event is called off and how far that has come; what calling it off would mean.',
    params: eventParams,
    response: callOffStateView,
    problems: [...refusals, 'event_unknown', 'validation_failed'],
  },
  callEventOff: {
    method: 'POST',
    path: '/api/staff/events/{event}/call-off',
    function: 'staff-api',
    access: ['admin'],
    summary:
      'Cancels or postpones an event: it takes no entries, and who has one is asked what becomes of it. Safe to repeat.',
    params: eventParams,
    body: callOffInput,
    response: callOffView,
    problems: [...refusals, 'event_unknown', 'event_called_off_already', 'validation_failed', 'busy'],
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
  getStaffOrder: {
    method: 'GET',
    path: '/api/staff/orders/{order}',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary:
      'An order by its id or by the id of a payment of it: its lines and its money. Whose it is only finance and ' +
      'administrators see.',
    params: z.object({ order: id }),
    response: staffOrderView,
    problems: [...refusals, 'order_unknown'],
  },
  previewRefund: {
    method: 'POST',
    path: '/api/staff/orders/{order}/refunds/preview',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary: 'What a refund would take from which account, and which entries it would end. Changes nothing.',
    params: z.object({ order: id }),
    body: refundInput,
    response: refundPreview,
    problems: [
      ...refusals,
      'order_unknown',
      'order_not_paid',
      'nothing_to_refund',
      'validation_failed',
      'busy',
    ],
  },
  refundOrder: {
    method: 'POST',
    path: '/api/staff/orders/{order}/refunds',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary:
      'Decides to give back an amount, lines, or all that is left of a paid order; it is carried out within a minute. ' +
      'Entries that are given back whole end, unless they are to stay. Repeat with the same Idempotency-Key safely.',
    params: z.object({ order: id }),
    body: refundInput,
    idempotent: true,
    response: staffOrderView,
    status: 201,
    problems: [...refusals, ...givingBack],
  },
  retryRefund: {
    method: 'POST',
    path: '/api/staff/orders/{order}/refunds/{refund}/retry',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary: 'Lets a refund that failed or was refused be tried once more. Safe to repeat.',
    params: z.object({ order: id, refund: id }),
    response: staffOrderView,
    problems: [...refusals, 'order_unknown', 'refund_unknown', 'busy'],
  },
  recordRefundByBank: {
    method: 'POST',
    path: '/api/staff/orders/{order}/refunds/{refund}/by-bank',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary:
      'Records that a refund that failed was sent by a bank payment of ours: it is given back, and its matter settled. ' +
      'Safe to repeat.',
    params: z.object({ order: id, refund: id }),
    body: refundSentInput,
    response: staffOrderView,
    problems: [
      ...refusals,
      'order_unknown',
      'refund_unknown',
      'refund_not_failed',
      'refund_changed',
      'bank_refund_sent',
      'validation_failed',
      'busy',
    ],
  },
  returnSuspense: {
    method: 'POST',
    path: '/api/staff/orders/{order}/suspense/{payment}/return',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary: 'Decides to give back a payment that does not fit its order. Safe to repeat.',
    params: z.object({ order: id, payment: id }),
    body: noteInput,
    response: staffOrderView,
    problems: [...refusals, 'order_unknown', 'payment_unknown', 'validation_failed', 'busy'],
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
  listAssignments: {
    method: 'GET',
    path: '/api/staff/events/{event}/assignments',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary: 'What is for no project yet, and what was proposed to become of it.',
    params: eventParams,
    response: assignmentsView,
    problems: [...refusals, 'event_unknown'],
  },
  proposeAssignment: {
    method: 'POST',
    path: '/api/staff/events/{event}/assignments',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary:
      'Proposes to give projects what is for none yet; another person decides. Repeat with the same Idempotency-Key ' +
      'safely.',
    params: eventParams,
    body: assignmentInput,
    idempotent: true,
    response: assignmentView,
    status: 201,
    problems: [...refusals, 'event_unknown', ...proposing],
  },
  decideAssignment: {
    method: 'POST',
    path: '/api/staff/events/{event}/assignments/{assignment}/decision',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary:
      'Approves or declines a proposal of another person, or takes back an own one. Approved, the money moves. Safe ' +
      'to repeat.',
    params: z.object({ event: slug, assignment: id }),
    body: decisionInput,
    response: assignmentView,
    problems: [...refusals, 'event_unknown', ...deciding],
  },
  listPayouts: {
    method: 'GET',
    path: '/api/staff/events/{event}/payouts',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary: 'What each project can be paid, and the payouts that were proposed.',
    params: eventParams,
    response: payoutsView,
    problems: [...refusals, 'event_unknown'],
  },
  proposePayout: {
    method: 'POST',
    path: '/api/staff/events/{event}/payouts',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary:
      'Proposes to pay a project; another person decides. Repeat with the same Idempotency-Key safely.',
    params: eventParams,
    body: payoutInput,
    idempotent: true,
    response: payoutView,
    status: 201,
    problems: [...refusals, 'event_unknown', ...proposing],
  },
  decidePayout: {
    method: 'POST',
    path: '/api/staff/events/{event}/payouts/{payout}/decision',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary:
      'Approves or declines a payout that another person proposed, or takes back an own one. Approved, its amount is ' +
      'kept for it. Safe to repeat.',
    params: payoutParams,
    body: decisionInput,
    response: payoutView,
    problems: [...refusals, 'event_unknown', ...deciding],
  },
  endPayout: {
    method: 'POST',
    path: '/api/staff/events/{event}/payouts/{payout}/outcome',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary: 'Records that the bank has carried out an approved payout, or cancels it. Safe to repeat.',
    params: payoutParams,
    body: payoutOutcomeInput,
    response: payoutView,
    problems: [
      ...refusals,
      'event_unknown',
      'proposal_unknown',
      'proposal_over',
      'validation_failed',
      'busy',
    ],
  },
  getStatement: {
    method: 'GET',
    path: '/api/staff/events/{event}/projects/{project}/statement',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary:
      'What a project was credited with, what was taken back and paid out, and its balance, as JSON or ' +
      '(`format=csv`) as CSV.',
    params: z.object({ event: slug, project: projectRef }),
    query: z.object({ format: z._default(z.enum(['json', 'csv']), 'json') }),
    response: statementView,
    problems: [...refusals, 'not_found', 'validation_failed'],
  },
} as const satisfies Record<string, Route>;
