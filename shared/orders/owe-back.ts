import { bookParts } from '../ledger/book.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { raiseMatter } from '../staff/matters.ts';
import { owedBooking, paidFact, type ReceivedPayment } from './booking.ts';
import { refundId } from './give-back.ts';
import { readOrder } from './order.ts';
import { changeMoney } from './order-money.ts';
import { refundDue } from './refund-items.ts';
import type { Shop } from './shop.ts';

/** Rounds in which booking it may meet other writers of the same order. */
const mostRounds = 12;

/**
 * Books money that came for an order beside its own payment, of whatever amount: all of it is owed back. A repetition
 * changes nothing.
 * @returns `early`: the order's own payment is not booked yet; `unknown`: there is no such order.
 */
export async function oweBack(
  shop: Shop,
  id: string,
  payment: ReceivedPayment,
): Promise<'owed' | 'early' | 'unknown'> {
  const { db, world } = shop;
  const fact = paidFact(payment.id);
  for (let round = 0; round < mostRounds; round += 1) {
    const order = await readOrder(db, id);
    const event = order && (await shop.catalogue.event(order.event));
    if (!order || !event) return 'unknown';
    if (!order.payment) return 'early';
    const { amount, currency } = payment;
    const at = world.now().toISOString();
    const outcome = await commit(db, world, [
      changeMoney(order, 'paid_again', { owed: (order.owed ?? 0) + amount }),
      ...bookParts(owedBooking(order, payment, event.zone)),
      refundDue({
        id: refundId(fact),
        payment: payment.id,
        order: id,
        amount,
        currency,
        createdAt: at,
        reason: 'paid_twice',
      }),
      raiseMatter({
        kind: 'paid_twice',
        fact,
        raisedAt: at,
        about: { event: order.event, order: id, payment: payment.id },
        amount: { amount, currency },
      }),
    ]);
    if (outcome.done || outcome.refused.has('ledger')) return 'owed';
  }
  throw new DatabaseBusy(`Payment ${payment.id} met other writers at every try.`);
}
