import { type BankTransferRules, bankTransferUntil } from '../catalogue/bank-transfer.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { OrderView } from '../contracts/orders.ts';
import type { InvoiceView } from '../contracts/payers.ts';
import { methodOf } from './attempt.ts';
import type { Invoice } from './invoice.ts';
import type { Order, WholeOrder } from './order.ts';
import { isWaiting } from './states.ts';

/** Until when a waiting order can be paid: its payment page closes a little before the hold ends. */
export function payableUntil(
  { state, attempt }: Pick<Order, 'state' | 'attempt'>,
  heldUntil: string,
): string {
  return state !== 'pending' && attempt ? attempt.expiresAt : heldUntil;
}

/** Whether an order may be paid by bank transfer, and its invoice while it is to be, or where money has come for it. */
export function paymentView(
  { order, invoice }: Pick<WholeOrder, 'order' | 'invoice'>,
  event: CatalogueEvent,
): Pick<OrderView, 'bankTransferUntil' | 'invoice'> {
  const { state, createdAt, total } = order;
  const isOpen = state === 'held' || state === 'paying';
  const until = isOpen ? bankTransferUntil({ event, createdAt, total }, new Date(createdAt)) : undefined;
  const isByTransfer = isWaiting(state)
    ? methodOf(order.attempt) === 'bank_transfer'
    : invoice !== undefined && invoice.received > 0;
  const rules = event.bankTransfer;
  return {
    ...(until && { bankTransferUntil: until.toISOString() }),
    ...(isByTransfer && invoice && rules && { invoice: invoiceView(order, invoice, rules) }),
  };
}

function invoiceView(
  { payer }: Order,
  { reference, issuedAt, dueAt, received, currency }: Invoice,
  { beneficiary: name, businessId, iban, bank, bic, kbe, knp }: BankTransferRules,
): InvoiceView {
  return {
    reference,
    issuedAt,
    dueAt,
    received: { amount: received, currency },
    ...(payer && { payer }),
    beneficiary: {
      name,
      businessId,
      iban,
      bank,
      bic,
      ...(kbe !== undefined && { kbe }),
      ...(knp !== undefined && { knp }),
    },
  };
}
