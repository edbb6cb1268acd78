import { momentOf } from '../../catalogue/time.ts';
import { type Invoice, writeInvoice } from '../../orders/invoice.ts';
import type { Database, Part } from '../../platform/database.ts';
import { nowhere } from './booking.ts';
import { type BankPayment, readBankPayment, writeBankPayment } from './lines.ts';
import { match } from './match.ts';
import { untold } from './untold.ts';

/** What taking a bank payment for an invoice makes of it, and the parts that write it. */
export interface Taken {
  readonly payment: Omit<BankPayment, 'version'>;
  readonly parts: readonly Part[];
}

/**
 * Takes a bank payment for an invoice, or into suspense where there is none that it fits.
 * @param before as it is stored; undefined where it is recorded now.
 */
export async function take(
  db: Database,
  before: BankPayment | undefined,
  payment: Omit<BankPayment, 'version' | 'state' | 'event' | 'order' | 'excess'>,
  invoice: Invoice | undefined,
): Promise<Taken> {
  const found = match(payment, invoice);
  if (found.is === 'unclear' || !invoice) {
    const unclear = { ...payment, state: 'unclear', event: nowhere } as const;
    return { payment: unclear, parts: writeBankPayment(before, unclear) };
  }
  const { event, order } = invoice;
  const own = { ...payment, event, order };
  const received = invoice.received + payment.amount;
  switch (found.is) {
    case 'part': {
      const part = { ...own, state: 'part' } as const;
      return {
        payment: part,
        parts: [
          ...writeBankPayment(before, part),
          ...writeInvoice(invoice, { ...invoice, received, parts: [...invoice.parts, payment.id] }),
        ],
      };
    }
    case 'completes': {
      const { excess } = found;
      const applied = { ...own, state: 'applied', ...(excess > 0 && { excess }) } as const;
      const paid: Invoice = {
        ...invoice,
        state: 'paid',
        received: invoice.amount,
        parts: [...invoice.parts, payment.id],
        paidAt: later(momentOf(payment.date), invoice.issuedAt),
      };
      return {
        payment: applied,
        parts: [
          ...writeBankPayment(before, applied),
          ...(await appliedParts(db, invoice)),
          ...writeInvoice(invoice, paid),
          untold(`paid#${order}`),
          ...(excess > 0 ? [untold(`surplus#${payment.id}`)] : []),
        ],
      };
    }
    case 'surplus': {
      const surplus = { ...own, state: 'surplus' } as const;
      return {
        payment: surplus,
        parts: [...writeBankPayment(before, surplus), untold(`surplus#${payment.id}`)],
      };
    }
  }
}

/** The payments that had come for the invoice before are applied with the last one. */
async function appliedParts(db: Database, { parts }: Invoice): Promise<Part[]> {
  const earlier = await Promise.all(parts.map((id) => readBankPayment(db, id)));
  return earlier.flatMap((part) => (part ? writeBankPayment(part, { ...part, state: 'applied' }) : []));
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

/** The invoice without a payment that was counted for it; undefined where it was not. */
export function withoutPart(invoice: Invoice, payment: BankPayment): Invoice {
  return {
    ...invoice,
    received: invoice.received - payment.amount,
    parts: invoice.parts.filter((id) => id !== payment.id),
  };
}
