import { describe, expect, it } from 'vitest';
import { orderStates } from '../../shared/contracts/orders.ts';
import {
  finalStates,
  isWaiting,
  moves,
  type OrderMove,
  type OrderState,
} from '../../shared/orders/states.ts';

const names: readonly OrderMove[] = [
  'checkout_started',
  'payment_pending',
  'payment_failed',
  'paid',
  'paid_without_place',
  'hold_ended',
  'cancelled',
  'refunded',
];

/** Where a move leads from a state; undefined when it is refused. */
function ledTo(state: OrderState, move: OrderMove): OrderState | undefined {
  const { from, to }: { from: readonly OrderState[]; to: OrderState } = moves[move];
  return from.includes(state) ? to : undefined;
}

describe('the moves of an order', () => {
  it('are written out for every state, so that a change of one is seen here', () => {
    const table = Object.fromEntries(
      orderStates.map((state) => [state, names.map((move) => ledTo(state, move) ?? '-').join(' ')]),
    );
    expect(Object.keys(moves).sort()).toEqual([...names].sort());
    expect(table).toEqual({
      held: 'paying pending expired paid refund_due expired cancelled -',
      paying: 'paying pending expired paid refund_due expired - -',
      pending: '- pending expired paid refund_due - - -',
      paid: '- - - - - - - -',
      expired: '- - - - refund_due - - -',
      cancelled: '- - - - refund_due - - -',
      refund_due: '- - - - - - - refunded',
      refunded: '- - - - - - - -',
    });
  });

  it('only go forward: no way leads back to a state that was left', () => {
    const reachable = (state: OrderState, seen: Set<OrderState> = new Set()): Set<OrderState> => {
      for (const move of names) {
        const next = ledTo(state, move);
        if (next === undefined || next === state || seen.has(next)) continue;
        seen.add(next);
        reachable(next, seen);
      }
      return seen;
    };
    for (const state of orderStates) expect([state, reachable(state).has(state)]).toEqual([state, false]);
  });

  it('never lead from an order that is over to one that waits', () => {
    for (const state of finalStates)
      for (const move of names) {
        const next = ledTo(state, move);
        if (next !== undefined) expect([state, move, isWaiting(next)]).toEqual([state, move, false]);
      }
    expect(orderStates.filter(isWaiting)).toEqual(['held', 'paying', 'pending']);
  });

  it('let money in from every state but those that have it', () => {
    for (const state of orderStates) {
      const hasMoney = ['paid', 'refund_due', 'refunded'].includes(state);
      expect([state, ledTo(state, 'paid_without_place') !== undefined]).toEqual([state, !hasMoney]);
    }
  });
});
