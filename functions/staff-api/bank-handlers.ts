import { recordBankPayment } from '../../shared/payments/bank-transfer/record.ts';
import {
  assignBankPayment,
  confirmBankRefund,
  returnBankPayment,
} from '../../shared/payments/bank-transfer/settle.ts';
import {
  bankPaymentView,
  bankRefundView,
  bankTransfersView,
} from '../../shared/payments/bank-transfer/views.ts';
import type { Till } from '../../shared/payments/till.ts';
import type { Handlers } from '../../shared/platform/http.ts';

type BankRoute =
  | 'getBankTransfers'
  | 'recordBankPayment'
  | 'assignBankPayment'
  | 'returnBankPayment'
  | 'confirmBankRefund';

/** What staff do with the bank statement: what came, what it is for, what was sent back. */
export function bankHandlers(till: Till): Pick<Handlers<'staff-api'>, BankRoute> {
  const { db, world } = till;
  return {
    getBankTransfers: ({ query }) =>
      bankTransfersView(db, query.month ?? world.now().toISOString().slice(0, 7)),
    recordBankPayment: async ({ caller, body }) =>
      bankPaymentView(db, await recordBankPayment(till, caller.subject, body)),
    assignBankPayment: async ({ caller, params, body }) =>
      bankPaymentView(db, await assignBankPayment(till, caller.subject, params.id, body.to)),
    returnBankPayment: async ({ caller, params, body }) =>
      bankPaymentView(db, await returnBankPayment(till, caller.subject, params.id, body)),
    confirmBankRefund: async ({ caller, params, body }) =>
      bankRefundView(db, await confirmBankRefund(till, caller.subject, params, body)),
  };
}
