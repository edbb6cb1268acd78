import * as z from 'zod';
import { bookParts } from '../ledger/book.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit, type Database, DatabaseBusy, getItem, type Part, queryItems } from '../platform/database.ts';
import { shardOf } from '../platform/ids.ts';
import { refundedBooking } from './booking.ts';
import { moveOrder, readOrder } from './order.ts';
import type { Shop } from './shop.ts';

/** Partitions of the refunds that are due: refunds are rare, so few are enough and listing them all is cheap. */
const shards = 4;

const refundItem = z.object({
  sk: z.string(),
  order: z.string(),
  amount: z.int(),
  currency: z.string(),
  createdAt: z.string(),
});

/** Money that is still owed back for a payment. */
export interface DueRefund {
  readonly payment: string;
  readonly order: string;
  readonly amount: number;
  readonly currency: string;
  readonly createdAt: string;
}

const keyOf = (payment: string) => ({ pk: `refunds-due#${shardOf(payment, shards)}`, sk: payment });

/** Records that a payment is owed back, in the transaction that makes it so; one refund a payment. */
export function refundDue({ payment, ...content }: DueRefund): Part {
  return {
    name: 'refund',
    table: 'orders',
    put: { ...keyOf(payment), ...content },
    condition: 'attribute_not_exists(pk)',
  };
}

/** Every refund that is due, strongly read. */
export async function dueRefunds(db: Database): Promise<DueRefund[]> {
  const found = await Promise.all(
    Array.from({ length: shards }, (_, shard) =>
      queryItems(db, 'orders', {
        condition: 'pk = :pk',
        values: { ':pk': `refunds-due#${shard}` },
        strong: true,
      }),
    ),
  );
  return found.flat().map(parseRefund);
}

function parseRefund(item: Record<string, unknown>): DueRefund {
  const { sk: payment, ...content } = refundItem.parse(item);
  return { payment, ...content };
}

/** The refund that is due for a payment, if there is one. */
export async function dueRefundOf(db: Database, payment: string): Promise<DueRefund | undefined> {
  const item = await getItem(db, 'orders', keyOf(payment), { strong: true });
  return item && parseRefund(item);
}

/** A refund that the payment provider has carried out. */
export interface SucceededRefund {
  readonly id: string;
  readonly payment: string;
  readonly amount: number;
  readonly createdAt: string;
  readonly succeededAt: string;
}

/** Rounds in which booking a refund may meet another refund of the same payment. */
const mostRounds = 8;

/**
 * Books a refund of money that was owed back, once, and tells the buyer. What a partial one leaves stays due; with the
 * last of its own payment the order moves on.
 * @returns false when nothing is due for the payment or this refund was booked before.
 */
export async function bookDueRefund(shop: Shop, refund: SucceededRefund): Promise<boolean> {
  const { db, world } = shop;
  for (let round = 0; round < mostRounds; round += 1) {
    const due = await dueRefundOf(db, refund.payment);
    const order = due && (await readOrder(db, due.order));
    const event = order && (await shop.catalogue.event(order.event));
    if (!due || !order || !event) return false;
    const rest = due.amount - refund.amount;
    const own = order.payment?.id === refund.payment && order.state === 'refund_due';
    const outcome = await commit(db, world, [
      ...bookParts(refundedBooking(refund, order, event.zone)),
      settledPart(due, rest),
      ...(own && rest <= 0 ? [moveOrder(order.id, 'refund_succeeded_in_full', { from: 'refund_due' })] : []),
      mailDue({
        id: `${order.id}#refunded#${refund.id}`,
        kind: 'payment_refunded',
        order: order.id,
        to: order.contact.email,
        locale: order.contact.locale,
        createdAt: world.now().toISOString(),
      }),
    ]);
    if (outcome.done) return true;
    if (outcome.refused.has('ledger')) return false;
  }
  throw new DatabaseBusy(`Refund ${refund.id} met other writers at every try.`);
}

/** Leaves the rest due, or nothing; refused when another refund of the payment was booked meanwhile. */
function settledPart({ payment, amount }: DueRefund, rest: number): Part {
  const key = keyOf(payment);
  const same = { name: 'refund', table: 'orders', condition: 'amount = :due' } as const;
  return rest > 0
    ? { ...same, key, update: 'SET amount = :rest', values: { ':due': amount, ':rest': rest } }
    : { ...same, delete: key, values: { ':due': amount } };
}
