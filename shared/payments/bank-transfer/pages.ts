import { momentOf } from '../../catalogue/time.ts';
import { type Invoice, invoicePaymentId } from '../../orders/invoice.ts';
import type { CheckoutPage, PaymentFact } from '../gateway.ts';
import type { BankPayment } from './lines.ts';

/** The id of an invoice as it was issued for an attempt. */
export const pageId = ({ reference }: Pick<Invoice, 'reference'>, attempt: number): string =>
  `${invoicePaymentId({ reference })}-${attempt}`;

/** What the id of an issued invoice names. */
export function parsePageId(id: string): { reference: string; attempt: number } | undefined {
  const [, reference, attempt] = /^inv_(\d{10})-(\d+)$/.exec(id) ?? [];
  return reference === undefined ? undefined : { reference, attempt: Number(attempt) };
}

/** The reference of the invoice whose payment an id names. */
export function parsePaymentId(id: string): string | undefined {
  return /^inv_(\d{10})$/.exec(id)?.[1];
}

/** Whether an id is of an issued invoice, of an invoice's payment or of a bank payment. */
export const isOfBankTransfer = (id: string): boolean => /^(?:inv_\d|bnk_)/.test(id);

/** The payment of an invoice all of whose amount has come. */
function paymentOf(invoice: Invoice, paidAt: string) {
  return {
    id: invoicePaymentId(invoice),
    account: 'suspense',
    amount: invoice.amount,
    currency: invoice.currency,
    sessionCreatedAt: invoice.issuedAt,
    paidAt,
  } as const;
}

/** What an invoice says of the page that an attempt issued. */
export function pageOf(invoice: Invoice, attempt: number, url: string): CheckoutPage {
  const id = pageId(invoice, attempt);
  if (invoice.state === 'paid' && invoice.paidAt !== undefined)
    return { id, status: 'paid', payment: paymentOf(invoice, invoice.paidAt) };
  // A later attempt has issued it anew: the page of this one is over.
  const isOpen = invoice.state === 'open' && invoice.attempt === attempt;
  return isOpen ? { id, status: 'open', url } : { id, status: 'expired' };
}

/** The fact that an invoice was paid; undefined while it is not. */
export function paidFactOf(invoice: Invoice, livemode: boolean): PaymentFact | undefined {
  if (invoice.state !== 'paid' || invoice.paidAt === undefined) return undefined;
  return {
    kind: 'paid',
    order: invoice.order,
    session: pageId(invoice, invoice.attempt),
    payment: paymentOf(invoice, invoice.paidAt),
    reference: invoice.order,
    account: undefined,
    livemode,
  };
}

/** The fact that more came with a bank payment than was asked for; undefined where it did not. */
export function surplusFactOf(payment: BankPayment): PaymentFact | undefined {
  const { id, state, order, currency, date } = payment;
  const amount = state === 'surplus' ? payment.amount : (payment.excess ?? 0);
  if (amount === 0 || order === undefined) return undefined;
  const at = momentOf(date);
  return {
    kind: 'surplus',
    order,
    payment: { id, account: 'suspense', amount, currency, sessionCreatedAt: at, paidAt: at },
  };
}
