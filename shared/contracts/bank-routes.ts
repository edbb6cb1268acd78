import * as z from 'zod/mini';
import {
  assignInput,
  bankPaymentInput,
  bankPaymentView,
  bankRefundView,
  bankTransfersView,
  sentInput,
} from './bank-transfers.ts';
import type { Route } from './route.ts';

/** What every route for staff may answer. */
const refusals = ['token_missing', 'token_invalid', 'role_missing', 'validation_failed', 'busy'] as const;
const idParams = z.object({ id: z.string().check(z.maxLength(100)) });

/** The routes of the staff API about bank transfers. */
export const bankRoutes = {
  getBankTransfers: {
    method: 'GET',
    path: '/api/staff/bank-transfers',
    function: 'staff-api',
    access: ['viewer', 'finance', 'admin'],
    summary: 'Bank payments of a month, those in suspense, and refunds that are to be sent by bank.',
    query: z.object({
      month: z.optional(z.string().check(z.regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, { error: 'format_invalid' }))),
    }),
    response: bankTransfersView,
    problems: refusals,
  },
  recordBankPayment: {
    method: 'POST',
    path: '/api/staff/bank-payments',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary:
      'Records a line of the bank statement and matches it by the reference in its text. Safe to repeat: the ' +
      "bank's own number of the line names it.",
    body: bankPaymentInput,
    response: bankPaymentView,
    problems: [...refusals, 'bank_payment_differs'],
  },
  assignBankPayment: {
    method: 'POST',
    path: '/api/staff/bank-payments/{id}/assign',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary: 'Gives money in suspense to the order it is for. Safe to repeat.',
    params: idParams,
    body: assignInput,
    response: bankPaymentView,
    problems: [...refusals, 'bank_payment_unknown', 'bank_payment_settled', 'invoice_unknown'],
  },
  returnBankPayment: {
    method: 'POST',
    path: '/api/staff/bank-payments/{id}/return',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary: 'Records that money in suspense was sent back. Safe to repeat.',
    params: idParams,
    body: sentInput,
    response: bankPaymentView,
    problems: [...refusals, 'bank_payment_unknown', 'bank_payment_settled'],
  },
  confirmBankRefund: {
    method: 'POST',
    path: '/api/staff/bank-refunds/{payment}/{id}/sent',
    function: 'staff-api',
    access: ['finance', 'admin'],
    summary: 'Records that a refund was sent by bank. Safe to repeat.',
    params: z.object({ payment: z.string().check(z.maxLength(100)), ...idParams.shape }),
    body: sentInput,
    response: bankRefundView,
    problems: [...refusals, 'bank_refund_unknown', 'bank_refund_sent'],
  },
} as const satisfies Record<string, Route>;
