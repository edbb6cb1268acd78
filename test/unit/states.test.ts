import { describe, expect, it } from 'vitest';
import { orderStates } from '../../shared/contracts/orders.ts';
import {
  follows,
  isWaiting,
  leads,
  type OrderEvent,
  type OrderState,
  orderEvents,
} from '../../shared/orders/states.ts';
import { orderStatesDocument } from '../support/order-states-document.ts';

const events = Object.keys(orderEvents).filter((name): name is OrderEvent => name in orderEvents);

describe('the life of an order', () => {
  it('is drawn in the docs as the table has it', async () => {
    await expect(orderStatesDocument()).toMatchFileSnapshot('../../docs/order-states.md');
  });

  it('goes forward only, but for money that comes back after it was given back', () => {
    const reachable = (state: OrderState, seen: Set<OrderState> = new Set()): Set<OrderState> => {
      for (const event of events) {
        const next = follows(state, event);
        if (next === undefined || next === state || seen.has(next)) continue;
        seen.add(next);
        reachable(next, seen);
      }
      return seen;
    };
    for (const state of orderStates) {
      const mayReturn = state === 'refund_due' || state === 'refunded';
      expect([state, reachable(state).has(state)]).toEqual([state, mayReturn]);
    }
    const back = events.filter((event) => follows('refunded', event) === 'refund_due');
    expect(back).toEqual(['paid_again', 'refund_decided', 'refund_decided_in_full', 'refund_failed']);
  });

  it('never leads from an order that is over to one that waits', () => {
    expect(orderStates.filter(isWaiting)).toEqual(['held', 'paying', 'pending']);
    for (const state of orderStates.filter((found) => !isWaiting(found)))
      for (const event of events) {
        const next = follows(state, event);
        if (next !== undefined) expect([state, event, isWaiting(next)]).toEqual([state, event, false]);
      }
  });

  it('lets money in whatever the state, once as its payment and then as one that is owed back', () => {
    for (const state of orderStates) {
      const hasMoney = ['paid', 'refund_due', 'refunded'].includes(state);
      expect([state, follows(state, 'paid_without_place') !== undefined]).toEqual([state, !hasMoney]);
      expect([state, follows(state, 'paid_again') !== undefined]).toEqual([state, hasMoney]);
      expect([state, follows(state, 'mismatched')]).toEqual([state, state]);
    }
  });

  it('keeps the entries of a disputed order', () => {
    for (const event of ['dispute_withdrawn', 'dispute_reinstated'] as const)
      expect(follows('paid', event)).toBe('paid');
  });

  it('says of each event where it leads, and refuses to guess', () => {
    expect(leads('paid')).toEqual({ from: ['held', 'paying', 'pending', 'expired'], to: 'paid' });
    expect(leads('paid_again', 'refunded')).toEqual({ from: ['refunded'], to: 'refund_due' });
    expect(() => leads('paid_again')).toThrow(RangeError);
    expect(() => leads('hold_ended', 'paid')).toThrow(RangeError);
  });
});
