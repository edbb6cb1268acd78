import { sumReversed } from '../charity/reverse.ts';
import { amountOf } from '../contracts/breakdown.ts';
import type { StaffOrderView } from '../contracts/staff-orders.ts';
import { findFact } from '../ledger/find.ts';
import { paidFact } from './booking.ts';
import type { OrderLine } from './lines.ts';
import type { DisputeRecord } from './money-records.ts';
import { readOrderWithEntries, type WholeOrder } from './order.ts';
import { isCredited, remainingOfOrder } from './order-money.ts';
import { type RefundItem, refundItems } from './refund-items.ts';
import type { Shop } from './shop.ts';

/**
 * An order as staff see it who look after its money.
 * @param id the order's id, or that of a payment of it (`pi_…`).
 * @param isTrusted whether the caller may see whose it is.
 * @returns undefined when there is no such order.
 */
export async function loadStaffOrder(
  { db, world }: Pick<Shop, 'db' | 'world'>,
  id: string,
  isTrusted: boolean,
): Promise<StaffOrderView | undefined> {
  const order = id.startsWith('ord_') ? id : (await findFact(db, paidFact(id), world.now()))?.order;
  const whole = order === undefined ? undefined : await readOrderWithEntries(db, order);
  return whole && staffOrderView(whole, await refundItems(db), isTrusted);
}

/** The view of an order from its parts and from what is owed back at all. */
function staffOrderView(
  { order, records }: WholeOrder,
  items: readonly RefundItem[],
  isTrusted: boolean,
): StaffOrderView {
  const money = (amount: number) => ({ amount, currency: order.currency });
  const { payment, contact } = order;
  return {
    id: order.id,
    event: order.event,
    state: order.state,
    createdAt: order.createdAt,
    ...(isTrusted && { contact }),
    total: money(order.total),
    left: money(remainingOfOrder(order)),
    owed: money(order.owed ?? 0),
    ...(payment && { payment: { id: payment.id, at: payment.at, unused: payment.unused === true } }),
    lines: order.lines.map((line) => {
      const [reversed, disputed] = [sumReversed(line.reversed), sumReversed(line.disputed)];
      return {
        ...namesOf(line),
        amount: money(amountOf(line)),
        reversed: money(reversed),
        disputed: money(disputed),
        left: money(isCredited(order) ? amountOf(line) - reversed - disputed : 0),
      };
    }),
    decisions: [...records.decisions.values()]
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ id, at, amount, reason, cancelled, leftTo, note }) => ({
        id,
        at,
        amount: money(amount),
        reason,
        cancelled,
        ...(leftTo !== undefined && { leftTo }),
        ...(note !== undefined && { note }),
      })),
    due: items
      .filter((item) => item.order === order.id)
      .map(({ id, payment: of, amount, reason, status, createdAt }) => ({
        id,
        payment: of,
        amount: money(amount),
        reason,
        status,
        createdAt,
      })),
    refunds: [...records.refunds.values()].map(({ id, payment: of, amount, status, at, sent }) => ({
      id,
      payment: of,
      amount: money(amount),
      status,
      at,
      ...(sent && { sent }),
    })),
    suspense: [...records.suspense.values()].map(({ payment: of, amount, left, why, at }) => ({
      payment: of,
      amount: money(amount),
      left: money(left),
      why,
      at,
    })),
    disputes: [...records.disputes.values()].map((dispute) => ({
      id: dispute.id,
      payment: dispute.payment,
      amount: money(dispute.amount),
      status: dispute.status,
      createdAt: dispute.createdAt,
      taken: money(takenBy(dispute)),
    })),
  };
}

function namesOf(line: OrderLine) {
  switch (line.kind) {
    case 'entry': {
      const { kind, entry, distance, place, cancelled } = line;
      return { kind, entry, distance, ...(cancelled ? { cancelled } : { place }) };
    }
    case 'donation':
      return { kind: line.kind, project: line.project };
    case 'feeCover':
      return { kind: line.kind };
    case 'change':
    case 'transferFee':
      return { kind: line.kind, entry: line.of.entry, distance: line.distance };
  }
}

function takenBy({ takings }: DisputeRecord): number {
  return takings.reduce((sum, { amount, restored }) => sum + amount - restored, 0);
}
