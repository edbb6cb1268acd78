import { readReconciliation } from '../../../shared/ledger/reconciled.ts';
import { verify } from '../../../shared/ledger/verify.ts';
import { creditsOf } from '../../../shared/orders/lines.ts';
import { isCredited } from '../../../shared/orders/order-money.ts';
import type { Database } from '../../../shared/platform/database.ts';
import type { World } from '../../../shared/platform/world.ts';
import type { State } from './state.ts';

const idOf = (reference: string | { id: string } | null) =>
  typeof reference === 'string' ? reference : reference?.id;

/** The balance of each ledger account. */
function balancesOf({ ledger }: State): Map<string, number> {
  const balances = new Map<string, number>();
  for (const { postings } of ledger)
    for (const { account, amount } of postings) balances.set(account, (balances.get(account) ?? 0) + amount);
  return balances;
}

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
  for (const [id, { state, payment, total, owed = 0 }] of orders) {
    if (state === 'paid' && !facts.has(total > 0 ? `${payment?.id} paid` : `${id} free`))
      yield `the order ${id} is paid without a transaction in the ledger`;
    const due = refundsDue
      .filter(({ order }) => order === id)
      .reduce((sum, { amount }) => sum + Number(amount), 0);
    if (due !== owed)
      yield `the order ${id} says that ${owed} is owed back, its refund items that it is ${due}`;
    if (state === 'refund_due' && due === 0) yield `nothing is due back for the order ${id}, which says so`;
  }
}

/** Nobody is charged twice for an order, and no order is ended unpaid after its buyer has paid. */
export function* buyersAreTreatedWell({ charges, outbox }: State): Generator<string> {
  const charged = new Map<string, string>();
  for (const charge of charges) {
    if (charge.status !== 'succeeded') continue;
    const order = charge.metadata.order ?? '';
    const before = charged.get(order);
    if (before !== undefined) yield `the order ${order} was charged twice: ${before} and ${charge.id}`;
    charged.set(order, charge.id);
    const ended = outbox.find(({ sk }) => sk === `${order}#expired`);
    // A bank debit is known to be paid only days after its charge was made.
    const isCard = charge.payment_method_details?.type === 'card';
    if (isCard && ended && (charge.created + 1) * 1000 < Date.parse(String(ended.createdAt)))
      yield `the order ${order} was ended at ${String(ended.createdAt)}, although ${charge.id} had paid it`;
  }
}

/** Nothing is taken back of a line beyond what it gave, account by account. */
export function* linesAreRight({ orders }: State): Generator<string> {
  for (const [id, order] of orders) {
    if (!isCredited(order)) continue;
    for (const [index, line] of order.lines.entries()) {
      const left = new Map<string, number>();
      for (const { account, amount } of creditsOf(line)) left.set(account, (left.get(account) ?? 0) + amount);
      for (const taken of [line.reversed, line.disputed])
        for (const [account, amount] of Object.entries(taken ?? {})) {
          if (amount < 0) yield `line ${index} of the order ${id} has less than nothing taken of ${account}`;
          left.set(account, (left.get(account) ?? 0) - amount);
        }
      for (const [account, amount] of left)
        if (amount < 0)
          yield `line ${index} of the order ${id} lost ${-amount} more of ${account} than it gave`;
    }
  }
}

/** Every transaction sums to zero, no project owes anything, and the totals are the ledger's. */
export async function* booksAreRight(state: State, db: Database, world: World): AsyncGenerator<string> {
  for (const { fact, postings } of state.ledger) {
    const sum = postings.reduce((total, { amount }) => total + amount, 0);
    if (sum !== 0) yield `the postings of "${fact}" sum to ${sum}`;
  }
  const balances = balancesOf(state);
  for (const [account, balance] of balances)
    if ((account.startsWith('project:') || account.startsWith('charity:')) && balance > 0)
      yield `${account} was given less than was taken from it: ${-balance}`;
  const due = -(balances.get('refunds-due') ?? 0);
  const items = state.refundsDue.reduce((sum, { amount }) => sum + Number(amount), 0);
  if (due !== items) yield `the ledger says that ${due} is owed back, the refund items that it is ${items}`;
  const { difference, waiting, differing } = await verify(db, world);
  if (waiting > 0) yield `${waiting} transactions are not in the totals`;
  if (difference !== 0) yield `the totals differ from the ledger: ${JSON.stringify(differing)}`;
}

/** What the ledger says Stripe holds is what it holds, to the last unit; and so says the service's own comparison. */
export async function* stripeAgrees(state: State, db: Database): AsyncGenerator<string> {
  const booked = balancesOf(state).get('stripe') ?? 0;
  const held = state.moved.reduce((sum, { net }) => sum + net, 0);
  if (booked !== held) yield `Stripe holds ${held}, the ledger says ${booked}`;
  const result = (await readReconciliation(db))?.result;
  if (result?.difference !== 0)
    yield `the comparison with Stripe finds a difference: ${JSON.stringify(result?.differences)}`;
}

/** Nothing that was owed back still is, unless staff were told why. */
export function* refundsAreDone({ refundsDue, matters }: State): Generator<string> {
  for (const { sk, status, order } of refundsDue) {
    const isTold = matters.some(
      ({ kind, about }) =>
        kind === 'refund_failed' && about instanceof Object && 'order' in about && about.order === order,
    );
    if (status !== 'failed' || !isTold) yield `the refund ${sk} was never made, and is ${status}`;
  }
}
