import type { orderStates } from '../contracts/orders.ts';

export type OrderState = (typeof orderStates)[number];

/** What happens to an order. */
export type OrderMove =
  | 'checkout_started'
  | 'payment_pending'
  | 'payment_failed'
  | 'paid'
  | 'paid_without_place'
  | 'hold_ended'
  | 'cancelled'
  | 'refunded';

/**
 * Every move of an order and the states it may start from. It only goes forward: nothing leads from a final state
 * back to a waiting one, so messages that come late, twice or in another order cannot undo anything.
 */
export const moves = {
  checkout_started: { from: ['held', 'paying'], to: 'paying' },
  payment_pending: { from: ['held', 'paying', 'pending'], to: 'pending' },
  payment_failed: { from: ['held', 'paying', 'pending'], to: 'expired' },
  paid: { from: ['held', 'paying', 'pending'], to: 'paid' },
  paid_without_place: { from: ['held', 'paying', 'pending', 'expired', 'cancelled'], to: 'refund_due' },
  hold_ended: { from: ['held', 'paying'], to: 'expired' },
  cancelled: { from: ['held'], to: 'cancelled' },
  refunded: { from: ['refund_due'], to: 'refunded' },
} as const satisfies Record<OrderMove, { from: readonly OrderState[]; to: OrderState }>;

/** States in which nothing more is expected from the buyer. */
export const finalStates: ReadonlySet<OrderState> = new Set([
  'paid',
  'expired',
  'cancelled',
  'refund_due',
  'refunded',
]);

/** Whether an order still waits for its payment. */
export function isWaiting(state: OrderState): boolean {
  return !finalStates.has(state);
}
