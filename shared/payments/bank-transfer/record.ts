import { daysAt } from '../../catalogue/time.ts';
import type { BankPaymentInput } from '../../contracts/bank-transfers.ts';
import { bookParts } from '../../ledger/book.ts';
import { mailDue } from '../../mail/outbox.ts';
import type { Invoice } from '../../orders/invoice.ts';
import { readOrder } from '../../orders/order.ts';
import { isWaiting } from '../../orders/states.ts';
import { commit, DatabaseBusy, type Part } from '../../platform/database.ts';
import { Refusal } from '../../platform/problem.ts';
import { auditPart } from '../../staff/audit.ts';
import { raiseMatter } from '../../staff/matters.ts';
import { applyFact } from '../apply-fact.ts';
import type { Till } from '../till.ts';
import { receivedBooking } from './booking.ts';
import { untoldFacts } from './facts.ts';
import { type BankPayment, bankPaymentId, readBankPayment } from './lines.ts';
import { referencesIn } from './reference.ts';
import { invoiceOfReference } from './references.ts';
import { take } from './take.ts';

/** Rounds in which recording a payment may meet other writers of its invoice. */
const mostRounds = 12;

/**
 * Records money that came, in one transaction: the bank payment, the invoice that it names, and the ledger. What
 * follows for the order is a fact as of any payment provider: applied at once, and again by housekeeping where that
 * fails. The same line recorded again changes nothing.
 * @param by the directory's identifier of who records it.
 * @throws Refusal `bank_payment_differs` when the line was recorded with another content, `validation_failed`.
 */
export async function recordBankPayment(
  till: Till,
  by: string,
  input: BankPaymentInput,
): Promise<BankPayment> {
  const { db, world } = till;
  checkInput(till, input);
  const id = bankPaymentId(input.line);
  for (let round = 0; round < mostRounds; round += 1) {
    const earlier = await readBankPayment(db, id);
    if (earlier) {
      if (!isSame(earlier, input)) throw new Refusal('bank_payment_differs');
      await applyUntold(till);
      return earlier;
    }
    const now = world.now().toISOString();
    const invoice = await namedInvoice(till, input.text ?? '');
    const { payment, parts } = await take(
      db,
      undefined,
      {
        id,
        line: input.line,
        date: input.date,
        amount: input.amount.amount,
        currency: input.amount.currency,
        text: input.text ?? '',
        payer: payerOf(input),
        recordedAt: now,
      },
      invoice,
    );
    const outcome = await commit(db, world, [
      ...parts,
      ...bookParts(receivedBooking(payment)),
      ...(await noticeParts(till, payment, invoice, now)),
      auditPart({ act: 'transfer_recorded', by, at: now, about: aboutOf(payment), amount: input.amount }),
    ]);
    if (!outcome.done) continue;
    await applyUntold(till);
    return { ...payment, version: 1 };
  }
  throw new DatabaseBusy(`Bank payment ${id} met other writers at every try.`);
}

/** Applies what happened to invoices to their orders; what cannot be applied now is left for housekeeping. */
export async function applyUntold(till: Till): Promise<void> {
  for await (const fact of untoldFacts(till.db, till.livemode))
    try {
      await applyFact(till, fact);
      await till.gateway.delivered(fact);
    } catch (error) {
      till.log('a bank transfer could not be applied yet', {
        kind: fact.kind,
        why: error instanceof Error ? error.name : 'unknown',
      });
    }
}

function checkInput({ world }: Till, { date, amount }: BankPaymentInput): void {
  if (date > daysAt(world.now()).last)
    throw new Refusal('validation_failed', { errors: [{ field: 'date', code: 'date_invalid' }] });
  if (amount.amount <= 0)
    throw new Refusal('validation_failed', {
      errors: [{ field: 'amount.amount', code: 'too_small', limit: 1 }],
    });
}

function payerOf({ payer: { name, businessId } }: BankPaymentInput): BankPayment['payer'] {
  return { name, ...(businessId !== undefined && { businessId }) };
}

function isSame(earlier: BankPayment, { date, amount, text = '', payer }: BankPaymentInput): boolean {
  return (
    earlier.date === date &&
    earlier.amount === amount.amount &&
    earlier.currency === amount.currency &&
    earlier.text === text &&
    earlier.payer.name === payer.name &&
    earlier.payer.businessId === payer.businessId
  );
}

/** The invoice that a text names; none when it names several. */
async function namedInvoice({ db }: Till, text: string): Promise<Invoice | undefined> {
  const found = await Promise.all(referencesIn(text).map((reference) => invoiceOfReference(db, reference)));
  const [invoice, ...others] = found.flatMap((one) => one ?? []);
  return others.length === 0 ? invoice : undefined;
}

/** What a payment is about, in ids. */
export function aboutOf({ id, order, event }: Pick<BankPayment, 'id' | 'order' | 'event'>) {
  return { transfer: id, ...(order !== undefined && { order, event }) };
}

/** Tells the buyer of a part, and staff of what they must look at. */
export async function noticeParts(
  { db }: Pick<Till, 'db'>,
  payment: Omit<BankPayment, 'version'>,
  invoice: Invoice | undefined,
  now: string,
): Promise<Part[]> {
  const order = payment.order === undefined ? undefined : await readOrder(db, payment.order);
  if (payment.state === 'part' && order && isWaiting(order.state) && invoice?.state === 'open')
    return [
      mailDue({
        id: `${order.id}#part#${payment.id}`,
        kind: 'invoice_part_received',
        order: order.id,
        to: order.contact.email,
        locale: order.contact.locale,
        createdAt: now,
      }),
    ];
  if (payment.state !== 'unclear' && payment.state !== 'part') return [];
  return [
    raiseMatter({
      kind: 'bank_transfer_unclear',
      fact: `${payment.id} received`,
      raisedAt: now,
      about: aboutOf(payment),
      amount: { amount: payment.amount, currency: payment.currency },
      detail: payment.state === 'part' ? 'invoice_closed' : 'no_invoice',
    }),
  ];
}
