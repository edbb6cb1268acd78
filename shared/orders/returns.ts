import { addReversed, type Reversed, sumReversed } from '../charity/reverse.ts';
import { laterProject } from '../contracts/basics.ts';
import { breakdownOf } from '../contracts/breakdown.ts';
import { bySecond } from '../contracts/moments.ts';
import type { OrderReturn } from '../contracts/orders.ts';
import { charityAccount, unassignedAccount } from '../ledger/accounts.ts';
import { isLeft } from './lines.ts';
import type { Order, WholeOrder } from './order.ts';
import { isCredited } from './order-money.ts';

/** What of an order's own payment goes or went another way than it was bought, in minor units. */
export interface Returned {
  /** To be given back, or given back: of the lines, or the whole payment where it bought nothing. */
  readonly back: number;
  /** Taken by disputes. */
  readonly disputed: number;
  /** What stays paid; money that was left to a project does. */
  readonly kept: number;
}

/** Adds up what was returned of the payment of an order. */
export function returnedOf(order: Order): Returned {
  const { lines, total } = order;
  const sum = (of: 'reversed' | 'disputed') => lines.reduce((all, line) => all + sumReversed(line[of]), 0);
  if (!isCredited(order)) {
    const back = order.payment ? total : 0;
    return { back, disputed: 0, kept: total - back };
  }
  const left = lines.filter(isLeft).reduce((all, { amount }) => all + amount, 0);
  const [back, disputed] = [sum('reversed') - left, sum('disputed')];
  return { back, disputed, kept: total - back - disputed };
}

/** What the lines of an order gave to a project, and what refunds or disputes took back of it; in minor units. */
export interface GivenShare {
  readonly project: string;
  readonly given: number;
  readonly returned: number;
  readonly disputed: number;
}

/** What an order's lines gave to each project, and what was taken back. A payment that bought nothing gave nothing. */
export function givenShares(order: Order): GivenShare[] {
  const { lines, payment } = order;
  if (payment && !isCredited(order)) return [];
  return breakdownOf<string>(lines).shares.map(({ project, amount }) => {
    const sum = (of: 'reversed' | 'disputed') =>
      lines.reduce((all, line) => all + (line[of]?.[charityAccount(project)] ?? 0), 0);
    return { project, given: amount, returned: sum('reversed'), disputed: sum('disputed') };
  });
}

/** What was decided to be given back and what was, the oldest first, as the order's holder may know it. */
export function orderReturns({ order, records }: Pick<WholeOrder, 'order' | 'records'>): OrderReturn[] {
  const money = (amount: number) => ({ amount, currency: order.currency });
  const sharesOf = (accounts: Reversed = {}) =>
    Object.entries(accounts).flatMap(([account, amount]) => {
      const project = projectOf(account);
      return project === undefined ? [] : [{ project, amount: money(amount) }];
    });
  const decided = [...records.decisions.values()].map(
    ({ id, amount, at, cancelled, leftTo, accounts }): OrderReturn => ({
      id,
      what: leftTo === undefined ? 'decided' : 'left',
      amount: money(amount),
      at,
      cancelled,
      ...(leftTo !== undefined && { project: leftTo }),
      shares: sharesOf(accounts),
      ofOrder: true,
    }),
  );
  const refunds = [...records.refunds.values()].map(
    ({ id, amount, at, status, payment, accounts, sent }): OrderReturn => ({
      id,
      what: status === 'succeeded' ? 'given_back' : 'came_back',
      amount: money(amount),
      at,
      cancelled: [],
      shares: sharesOf(accounts),
      ofOrder: payment === order.payment?.id,
      ...(sent && { byBank: true as const }),
    }),
  );
  return [...decided, ...refunds].sort(bySecond);
}

function projectOf(account: string): string | undefined {
  if (account === unassignedAccount) return laterProject;
  return /^project:(.*)$/.exec(account)?.[1];
}

/** What was taken of all lines together, by account. */
export function sumTaken(taken: readonly Reversed[]): Reversed {
  return taken.reduce((sum, one) => addReversed(sum, one), {});
}
