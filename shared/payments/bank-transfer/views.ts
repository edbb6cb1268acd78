import type { BankPaymentView, BankRefundView, BankTransfersView } from '../../contracts/bank-transfers.ts';
import { readInvoice } from '../../orders/invoice.ts';
import { readOrder } from '../../orders/order.ts';
import type { Database } from '../../platform/database.ts';
import { type BankPayment, listBankPayments, readBankPayment } from './lines.ts';
import { parsePaymentId } from './pages.ts';
import { invoiceOfReference } from './references.ts';
import { type BankRefund, openBankRefunds } from './refund.ts';

/** A bank payment as staff see it. */
export async function bankPaymentView(db: Database, payment: BankPayment): Promise<BankPaymentView> {
  const { id, line, date, amount, currency, text, payer, recordedAt, state, excess, returned } = payment;
  const order = payment.order === undefined ? undefined : await orderOf(db, payment.order);
  return {
    id,
    line,
    date,
    amount: { amount, currency },
    text,
    payer,
    recordedAt,
    state,
    ...(order && { order }),
    ...(excess !== undefined && { excess: { amount: excess, currency } }),
    ...(returned && { returned }),
  };
}

async function orderOf(db: Database, id: string): Promise<BankPaymentView['order']> {
  const [order, invoice] = await Promise.all([readOrder(db, id), readInvoice(db, id)]);
  if (!order || !invoice) return undefined;
  const { reference, received, currency } = invoice;
  return {
    id,
    state: order.state,
    reference,
    total: { amount: invoice.amount, currency },
    received: { amount: received, currency },
  };
}

/** A refund by bank as staff see it. */
export async function bankRefundView(db: Database, refund: BankRefund): Promise<BankRefundView> {
  const { id, order, payment, amount, currency, askedAt, paid } = refund;
  const payer = await payerOf(db, payment);
  return {
    id,
    order,
    payment,
    amount: { amount, currency },
    askedAt,
    ...(payer && { payer }),
    ...(paid && { sent: paid }),
  };
}

/** Who paid: of an invoice that was paid in parts, who paid the last one. */
async function payerOf(db: Database, payment: string): Promise<BankPayment['payer'] | undefined> {
  const reference = parsePaymentId(payment);
  const invoice = reference === undefined ? undefined : await invoiceOfReference(db, reference);
  const id = reference === undefined ? payment : invoice?.parts.at(-1);
  return id === undefined ? undefined : (await readBankPayment(db, id))?.payer;
}

/**
 * What staff see of bank transfers.
 * @param month of the payments to list, as `2026-11`.
 */
export async function bankTransfersView(db: Database, month: string): Promise<BankTransfersView> {
  const [listed, refunds] = await Promise.all([listBankPayments(db, month), openBankRefunds(db)]);
  const viewOf = (payments: readonly BankPayment[]) =>
    Promise.all(payments.map((payment) => bankPaymentView(db, payment)));
  const [suspense, payments, due] = await Promise.all([
    viewOf(listed.suspense),
    viewOf(listed.month),
    Promise.all(refunds.map((refund) => bankRefundView(db, refund))),
  ]);
  return { suspense, payments, refunds: due };
}
