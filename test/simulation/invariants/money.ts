import { verify } from '../../../shared/ledger/verify.ts';
import type { Database } from '../../../shared/platform/database.ts';
import type { World } from '../../../shared/platform/world.ts';
import type { State } from './state.ts';

const idOf = (reference: string | { id: string } | null) =>
  typeof reference === 'string' ? reference : reference?.id;

/** Every charge is in the ledger, and what it paid for is given or given back. */
export function* paymentsAreRight({ orders, charges, ledger, refundsDue }: State): Generator<string> {
  const facts = new Map(ledger.map((transaction) => [transaction.fact, transaction]));
  if (facts.size !== ledger.length) yield 'a fact is booked twice';
  for (const charge of charges) {
    if (charge.status !== 'succeeded') continue;
    const payment = idOf(charge.payment_intent);
    const booked = facts.get(`${payment} paid`);
    const order = orders.get(charge.metadata.order ?? '');
    if (!booked) yield `the payment ${payment} of ${charge.metadata.order} is not in the ledger`;
    else if (!order) yield `the payment ${payment} is of an unknown order`;
    else if (order.payment === undefined) yield `the order ${order.id} does not know its payment ${payment}`;
    else if (booked.postings.find(({ account }) => account === 'stripe')?.amount !== charge.amount)
      yield `the payment ${payment} is booked with another amount`;
  }
  for (const [id, { state, payment }] of orders) {
    if (state === 'paid' && (!payment || !facts.has(`${payment.id} paid`)))
      yield `the order ${id} is paid without a payment in the ledger`;
    if (state === 'refund_due' && !refundsDue.some(({ sk }) => String(sk).startsWith(payment?.id ?? '-')))
      yield `nothing is due back for the order ${id}, which says so`;
  }
}

/** Every transaction sums to zero, no project owes anything, and the totals are the ledger's. */
export async function* booksAreRight({ ledger }: State, db: Database, world: World): AsyncGenerator<string> {
  const balances = new Map<string, number>();
  for (const { fact, postings } of ledger) {
    const sum = postings.reduce((total, { amount }) => total + amount, 0);
    if (sum !== 0) yield `the postings of "${fact}" sum to ${sum}`;
    for (const { account, amount } of postings) balances.set(account, (balances.get(account) ?? 0) + amount);
  }
  for (const [account, balance] of balances)
    if ((account.startsWith('project:') || account.startsWith('charity:')) && balance > 0)
      yield `${account} was given less than was taken from it: ${-balance}`;
  const due = balances.get('refunds-due') ?? 0;
  if (due > 0) yield `more was given back than was due: ${due}`;
  const { difference, waiting, differing } = await verify(db, world);
  if (waiting > 0) yield `${waiting} transactions are not in the totals`;
  if (difference !== 0) yield `the totals differ from the ledger: ${JSON.stringify(differing)}`;
}

/** What the ledger says Stripe holds is what it holds, before its fees. */
export function* stripeAgrees({ ledger, moved }: State): Generator<string> {
  const booked = ledger
    .flatMap(({ postings }) => postings)
    .filter(({ account }) => account === 'stripe')
    .reduce((sum, { amount }) => sum + amount, 0);
  const held = moved.reduce((sum, { amount }) => sum + amount, 0);
  if (booked !== held) yield `Stripe holds ${held}, the ledger says ${booked}`;
}

/** Nothing that was owed back still is. */
export function* refundsAreDone({ refundsDue, orders, ledger }: State): Generator<string> {
  for (const { sk } of refundsDue) yield `the refund of ${sk} was never made`;
  for (const [id, { state }] of orders)
    if (state === 'refund_due') yield `the order ${id} still waits for its refund`;
  const due = ledger
    .flatMap(({ postings }) => postings)
    .filter(({ account }) => account === 'refunds-due')
    .reduce((sum, { amount }) => sum + amount, 0);
  if (due !== 0) yield `${-due} is owed back and nobody knows to whom`;
}
