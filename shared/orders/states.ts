import { orderStates } from '../contracts/orders.ts';

export type OrderState = (typeof orderStates)[number];

/** What can happen to an order, and what it means. */
export const orderEvents = {
  checkout_started: 'The buyer goes to the payment page.',
  payment_pending: 'A slow payment, such as a bank debit, is under way.',
  payment_failed: 'The slow payment came to nothing.',
  hold_ended: 'The hold is over and its payment page is closed for good.',
  cancelled: 'The buyer gives the hold up.',
  confirmed_free: 'There is nothing to pay.',
  paid: 'Its payment has come, and every entry has its place and its lock.',
  paid_without_place:
    'Its payment has come, and there is no place for one of its entries: the money is owed back.',
  paid_again: 'Another payment has come for it: that money is owed back.',
  mismatched: 'Money has come that does not fit it: it waits in suspense for staff.',
  refund_decided: 'Money is to be given back, and something of the order stays: an entry, or money.',
  refund_decided_in_full: 'All that was left is to be given back, and no entry stays.',
  refund_succeeded: 'Money was given back, and more is owed or something of the order stays.',
  refund_succeeded_in_full:
    'Money was given back, nothing more is owed, and the order has ended or nothing of it stays.',
  refund_failed: 'Money that was given back has come back: it is owed again.',
  dispute_withdrawn: 'The bank of the buyer took money back; the entries stay.',
  dispute_reinstated: 'Money that a dispute had taken came back.',
} as const;
export type OrderEvent = keyof typeof orderEvents;

/** Why an event changes nothing. */
export const answers = {
  over: 'The order is over; a payment that comes all the same decides anew.',
  under_way: 'A payment may be under way: only its end decides.',
  has_payment: 'Its payment is here and has decided.',
  no_payment: 'Nothing was paid for it: what the event speaks of cannot be known yet, and is told again.',
  not_free: 'It is not one that is confirmed without a payment.',
} as const;
export type Answer = keyof typeof answers;

/** What each event means for an order that was never paid. */
const unpaid = {
  paid_again: 'no_payment',
  refund_decided_in_full: 'no_payment',
  refund_succeeded_in_full: 'no_payment',
} as const;

/** What happens to money in suspense, which is beside any order, and leaves it as it is. */
const beside = <State extends OrderState>(state: State) =>
  ({
    mismatched: state,
    refund_decided: state,
    refund_succeeded: state,
    refund_failed: state,
    dispute_withdrawn: state,
    dispute_reinstated: state,
  }) as const;

/** Once its payment is here, nothing that belongs before it counts. */
const decided = {
  checkout_started: 'has_payment',
  payment_pending: 'has_payment',
  payment_failed: 'has_payment',
  hold_ended: 'has_payment',
  cancelled: 'has_payment',
  confirmed_free: 'has_payment',
  paid: 'has_payment',
  paid_without_place: 'has_payment',
} as const;

/**
 * The life of an order: for each state and each event the state that follows (its own where it is accepted and changes
 * no more than money), or why nothing changes. It goes forward only, but for one pair: money that was given back may
 * come back, so `refunded` and `refund_due` follow one another. So messages that come late, twice or in another order
 * end in the same state. `docs/order-states.md` draws it.
 */
export const orderTable = {
  held: {
    ...unpaid,
    ...beside('held'),
    checkout_started: 'paying',
    payment_pending: 'pending',
    payment_failed: 'expired',
    hold_ended: 'expired',
    cancelled: 'cancelled',
    confirmed_free: 'paid',
    paid: 'paid',
    paid_without_place: 'refund_due',
  },
  paying: {
    ...unpaid,
    ...beside('paying'),
    checkout_started: 'paying',
    payment_pending: 'pending',
    payment_failed: 'expired',
    hold_ended: 'expired',
    cancelled: 'under_way',
    confirmed_free: 'not_free',
    paid: 'paid',
    paid_without_place: 'refund_due',
  },
  pending: {
    ...unpaid,
    ...beside('pending'),
    checkout_started: 'under_way',
    payment_pending: 'pending',
    payment_failed: 'expired',
    hold_ended: 'under_way',
    cancelled: 'under_way',
    confirmed_free: 'not_free',
    paid: 'paid',
    paid_without_place: 'refund_due',
  },
  paid: {
    ...decided,
    ...beside('paid'),
    paid_again: 'paid',
    refund_decided_in_full: 'refund_due',
    refund_succeeded_in_full: 'refunded',
  },
  expired: {
    ...unpaid,
    ...beside('expired'),
    checkout_started: 'over',
    payment_pending: 'over',
    payment_failed: 'over',
    hold_ended: 'over',
    cancelled: 'over',
    confirmed_free: 'over',
    paid: 'paid',
    paid_without_place: 'refund_due',
  },
  cancelled: {
    ...unpaid,
    ...beside('cancelled'),
    checkout_started: 'over',
    payment_pending: 'over',
    payment_failed: 'over',
    hold_ended: 'over',
    cancelled: 'over',
    confirmed_free: 'over',
    paid: 'over',
    paid_without_place: 'refund_due',
  },
  refund_due: {
    ...decided,
    ...beside('refund_due'),
    paid_again: 'refund_due',
    refund_decided_in_full: 'refund_due',
    refund_succeeded_in_full: 'refunded',
  },
  refunded: {
    ...decided,
    ...beside('refunded'),
    paid_again: 'refund_due',
    refund_decided: 'refund_due',
    refund_decided_in_full: 'refund_due',
    refund_succeeded_in_full: 'refunded',
    refund_failed: 'refund_due',
  },
} as const satisfies Record<OrderState, Record<OrderEvent, OrderState | Answer>>;

const isState = (found: OrderState | Answer): found is OrderState =>
  orderStates.some((state) => state === found);

/** The state that follows, its own included; undefined when the event changes nothing (`orderTable` says why). */
export function follows(state: OrderState, event: OrderEvent): OrderState | undefined {
  const found: OrderState | Answer = orderTable[state][event];
  return isState(found) ? found : undefined;
}

/**
 * The states from which an event leads on, and the one it leads to.
 * @param from only this state, where more than one may follow.
 * @throws RangeError when that is not one state.
 */
export function leads(event: OrderEvent, from?: OrderState): { from: OrderState[]; to: OrderState } {
  const states = (from === undefined ? orderStates : [from]).filter((state) => follows(state, event));
  const [to, ...others] = new Set(states.map((state) => follows(state, event)));
  if (to === undefined || others.length > 0) throw new RangeError(`${event} does not lead to one state.`);
  return { from: states, to };
}

const waitingStates: ReadonlySet<OrderState> = new Set(['held', 'paying', 'pending']);

/** Whether an order still waits for its payment. */
export function isWaiting(state: OrderState): boolean {
  return waitingStates.has(state);
}
