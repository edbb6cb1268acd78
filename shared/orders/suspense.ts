import type { CatalogueEvent } from '../catalogue/schema.ts';
import { dayIn } from '../catalogue/time.ts';
import { bookParts } from '../ledger/book.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { auditPart } from '../staff/audit.ts';
import { raiseMatter } from '../staff/matters.ts';
import { paidFact, type ReceivedPayment, suspenseBooking } from './booking.ts';
import { refundId } from './give-back.ts';
import { recordDecision, recordSuspense, type SuspenseRecord, takeSuspense } from './money-records.ts';
import { type Order, readOrderWithEntries } from './order.ts';
import { changeMoney } from './order-money.ts';
import { refundDue } from './refund-items.ts';
import type { Shop } from './shop.ts';

/**
 * Books a payment that does not fit its order to suspense, once, and tells staff: it confirms nothing, and the order goes
 * on waiting for the right one.
 * @param why what of it does not fit.
 */
export async function keepInSuspense(
  { db, world }: Pick<Shop, 'db' | 'world'>,
  order: Order,
  payment: ReceivedPayment,
  event: CatalogueEvent,
  why: SuspenseRecord['why'],
): Promise<'suspense'> {
  const { id, amount, currency } = payment;
  await commit(db, world, [
    ...bookParts(suspenseBooking(order, payment, event.zone)),
    recordSuspense(order.id, { payment: id, amount, currency, at: payment.paidAt, why, left: amount }),
    raiseMatter({
      kind: 'payment_mismatch',
      fact: paidFact(id),
      raisedAt: world.now().toISOString(),
      about: { event: order.event, order: order.id, payment: id },
      amount: { amount, currency },
      detail: why,
    }),
  ]);
  return 'suspense';
}

/** Rounds in which returning money may meet other writers of the order. */
const mostRounds = 8;

/**
 * Gives money in suspense back to whoever paid it: what is left of the payment is owed back from now on. Repeating it
 * changes nothing.
 * @param by the member of staff who decides it.
 * @returns the id of the refund.
 * @throws Refusal `order_unknown`, or `payment_unknown` when nothing of the payment is in suspense.
 */
export async function returnSuspense(
  { db, world, catalogue }: Pick<Shop, 'db' | 'world' | 'catalogue'>,
  { order: id, payment, by, note }: { order: string; payment: string; by: string; note: string },
): Promise<string> {
  for (let round = 0; round < mostRounds; round += 1) {
    const whole = await readOrderWithEntries(db, id);
    const event = whole && (await catalogue.event(whole.order.event));
    if (!whole || !event) throw new Refusal('order_unknown');
    const { order, records } = whole;
    const found = records.suspense.get(payment);
    if (!found) throw new Refusal('payment_unknown');
    const refund = refundId(`${payment} returned`);
    if (records.decisions.has(refund)) return refund;
    if (found.left === 0) throw new Refusal('payment_unknown');
    const now = world.now();
    const at = now.toISOString();
    const { left: amount, currency } = found;
    const outcome = await commit(db, world, [
      changeMoney(order, 'refund_decided', { owed: (order.owed ?? 0) + amount }),
      takeSuspense(id, found, amount),
      recordDecision(id, { id: refund, amount, at, reason: 'suspense', cancelled: [], note }),
      ...bookParts({
        fact: `${refund} due`,
        keyDay: found.at.slice(0, 10),
        event: order.event,
        order: id,
        currency,
        occurredAt: at,
        day: dayIn(event.zone, now),
        postings: [
          { account: 'suspense', amount },
          { account: 'refunds-due', amount: -amount },
        ],
        entries: {},
      }),
      refundDue({ id: refund, payment, order: id, amount, currency, createdAt: at, reason: 'suspense' }),
      auditPart({
        act: 'suspense_returned',
        by,
        at,
        about: { event: order.event, order: id, payment, refund },
        amount: { amount, currency },
        note,
      }),
    ]);
    if (outcome.done) return refund;
  }
  throw new DatabaseBusy(`Returning payment ${payment} met other writers at every try.`);
}
