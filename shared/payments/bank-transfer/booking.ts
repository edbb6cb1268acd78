import { momentOf } from '../../catalogue/time.ts';
import type { LedgerTransaction } from '../../ledger/transaction.ts';
import type { BankPayment } from './lines.ts';

/** What belongs to no event, and to no order. */
export const nowhere = '-';

type Booked = Pick<BankPayment, 'id' | 'date' | 'event' | 'order' | 'currency' | 'amount'>;

const header = (payment: Booked, fact: string, date: string) => ({
  fact: `${payment.id} ${fact}`,
  keyDay: payment.date,
  event: payment.event,
  order: payment.order ?? nowhere,
  currency: payment.currency,
  occurredAt: momentOf(date),
  day: date,
  entries: {},
});

/** The ledger transaction of money that came: the bank holds it, and what it is for is another fact. */
export function receivedBooking(payment: Booked): LedgerTransaction {
  return {
    ...header(payment, 'received', payment.date),
    postings: [
      { account: 'bank', amount: payment.amount },
      { account: 'suspense', amount: -payment.amount },
    ],
  };
}

/** The ledger transactions by which money in suspense goes from the books of one event to those of another. */
export function movedBookings(before: BankPayment, after: BankPayment): LedgerTransaction[] {
  if (before.event === after.event) return [];
  const { amount, date } = before;
  return [
    {
      ...header(before, `left ${after.event} ${before.version}`, date),
      postings: [
        { account: 'suspense', amount },
        { account: 'bank', amount: -amount },
      ],
    },
    {
      ...header(after, `entered ${after.event} ${before.version}`, date),
      postings: [
        { account: 'bank', amount },
        { account: 'suspense', amount: -amount },
      ],
    },
  ];
}

/** The ledger transaction of money in suspense that was sent back. */
export function returnedBooking(payment: Booked, date: string): LedgerTransaction {
  return {
    ...header(payment, 'returned', date),
    postings: [
      { account: 'suspense', amount: payment.amount },
      { account: 'bank', amount: -payment.amount },
    ],
  };
}
