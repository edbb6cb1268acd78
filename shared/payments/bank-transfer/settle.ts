import { daysAt } from '../../catalogue/time.ts';
import type { SentInput } from '../../contracts/bank-transfers.ts';
import { bookParts } from '../../ledger/book.ts';
import { type Invoice, readInvoice, writeInvoice } from '../../orders/invoice.ts';
import { refuseSentDay } from '../../orders/sent-day.ts';
import { commit, type Database, DatabaseBusy, type Part } from '../../platform/database.ts';
import { Refusal } from '../../platform/problem.ts';
import { auditPart } from '../../staff/audit.ts';
import type { Till } from '../till.ts';
import { movedBookings, returnedBooking } from './booking.ts';
import { type BankPayment, isInSuspense, readBankPayment, writeBankPayment } from './lines.ts';
import { aboutOf, applyUntold } from './record.ts';
import { isReference } from './reference.ts';
import { invoiceOfReference } from './references.ts';
import { type BankRefund, type RefundName, readBankRefund, sentParts } from './refund.ts';
import { take, withoutPart } from './take.ts';

/** Rounds in which a decision may meet other writers of the payment or its invoices. */
const mostRounds = 8;

/**
 * Gives money in suspense to an order, as if the payer had written its reference. Repeating it changes nothing.
 * @param to the reference of the invoice, or the number of the order.
 * @throws Refusal `bank_payment_unknown`, `invoice_unknown`, or `bank_payment_settled` when it is not in suspense.
 */
export async function assignBankPayment(
  till: Till,
  by: string,
  id: string,
  to: string,
): Promise<BankPayment> {
  const { db, world } = till;
  for (let round = 0; round < mostRounds; round += 1) {
    const before = await known(db, id);
    const invoice = await invoiceNamed(db, to);
    if (before.order === invoice.order) {
      await applyUntold(till);
      return before;
    }
    if (!isInSuspense(before)) throw new Refusal('bank_payment_settled');
    if (invoice.currency !== before.currency) throw new Refusal('invoice_unknown');
    const { version: _, state: __, event: ___, order: ____, ...content } = before;
    const { payment, parts } = await take(db, before, content, invoice);
    if (payment.order === undefined) throw new Refusal('invoice_unknown');
    const after = { ...payment, version: before.version + 1 };
    const now = world.now().toISOString();
    const outcome = await commit(db, world, [
      ...parts,
      ...(await leaveParts(db, before)),
      ...movedBookings(before, after).flatMap((booking) => bookParts(booking)),
      auditPart({
        act: 'transfer_matched',
        by,
        at: now,
        about: aboutOf(after),
        amount: { amount: before.amount, currency: before.currency },
      }),
    ]);
    if (!outcome.done) continue;
    await applyUntold(till);
    return after;
  }
  throw new DatabaseBusy(`Bank payment ${id} met other writers at every try.`);
}

/**
 * Records that money in suspense was sent back to who had paid it. Repeating it changes nothing.
 * @param sent the bank payment of ours by which it was sent.
 * @throws Refusal `bank_payment_unknown`, `bank_payment_settled` when it is not in suspense, or `validation_failed` for a
 * day before it came or after today.
 */
export async function returnBankPayment(
  { db, world }: Pick<Till, 'db' | 'world'>,
  by: string,
  id: string,
  sent: SentInput,
): Promise<BankPayment> {
  for (let round = 0; round < mostRounds; round += 1) {
    const before = await known(db, id);
    if (before.returned && isSameSent(before.returned, sent)) return before;
    if (!isInSuspense(before)) throw new Refusal('bank_payment_settled');
    refuseSentDay(sent.date, { first: before.date, last: daysAt(world.now()).last });
    const after: BankPayment = {
      ...before,
      state: 'returned',
      returned: sent,
      version: before.version + 1,
    };
    const now = world.now().toISOString();
    const outcome = await commit(db, world, [
      ...writeBankPayment(before, after),
      ...(await leaveParts(db, before)),
      ...bookParts(returnedBooking(before, sent.date)),
      auditPart({
        act: 'transfer_returned',
        by,
        at: now,
        about: aboutOf(before),
        amount: { amount: before.amount, currency: before.currency },
        note: sent.reference,
      }),
    ]);
    if (outcome.done) return after;
  }
  throw new DatabaseBusy(`Bank payment ${id} met other writers at every try.`);
}

/**
 * Records that a refund was sent by bank; the books follow as with any provider's refund. Repeating it changes
 * nothing.
 * @throws Refusal `bank_refund_unknown`, `bank_refund_sent` when it was recorded with another payment of ours, or
 * `validation_failed` for a day before it was asked for or after today.
 */
export async function confirmBankRefund(
  till: Till,
  by: string,
  name: RefundName,
  sent: SentInput,
): Promise<BankRefund> {
  const { db, world } = till;
  const before = await readBankRefund(db, name);
  if (!before) throw new Refusal('bank_refund_unknown');
  if (!before.paid) {
    const { first } = daysAt(new Date(before.askedAt));
    refuseSentDay(sent.date, { first, last: daysAt(world.now()).last });
    await commit(db, world, [
      ...sentParts(name, sent),
      auditPart({
        act: 'transfer_refunded',
        by,
        at: world.now().toISOString(),
        about: { order: before.order, payment: name.payment, refund: name.id },
        amount: { amount: before.amount, currency: before.currency },
        note: sent.reference,
      }),
    ]);
  }
  const after = await readBankRefund(db, name);
  if (!after?.paid) throw new DatabaseBusy(`Refund ${name.id} could not be recorded.`);
  if (!isSameSent(after.paid, sent)) throw new Refusal('bank_refund_sent');
  await applyUntold(till);
  return after;
}

function isSameSent(a: SentInput, b: SentInput): boolean {
  return a.reference === b.reference && a.date === b.date;
}

async function known(db: Database, id: string): Promise<BankPayment> {
  const payment = await readBankPayment(db, id);
  if (!payment) throw new Refusal('bank_payment_unknown');
  return payment;
}

async function invoiceNamed(db: Database, to: string): Promise<Invoice> {
  const digits = to.replace(/[\s.-]/g, '');
  const invoice = isReference(digits) ? await invoiceOfReference(db, digits) : await readInvoice(db, to);
  if (!invoice) throw new Refusal('invoice_unknown');
  return invoice;
}

/** Takes a payment out of the invoice for which it was counted. */
async function leaveParts(db: Database, payment: BankPayment): Promise<Part[]> {
  const invoice =
    payment.state === 'part' && payment.order ? await readInvoice(db, payment.order) : undefined;
  return invoice ? writeInvoice(invoice, withoutPart(invoice, payment)) : [];
}
