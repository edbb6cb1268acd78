import type { State } from './state.ts';

/**
 * What came by bank is recorded once and stands where it belongs: with its invoice, sent back, or in suspense; and the
 * ledger's `suspense` is, event by event, what nobody has decided about.
 * @param statement the lines that were recorded, with what the bank says came.
 */
export function* transfersAreRight(
  { bankPayments, invoices, suspense, ledger }: State,
  statement: ReadonlyMap<string, number>,
): Generator<string> {
  const byLine = new Map(bankPayments.map((payment) => [payment.line, payment]));
  for (const [line, amount] of statement)
    if (byLine.get(line)?.amount !== amount)
      yield `the bank payment ${line} of ${amount} is recorded as ${byLine.get(line)?.amount}`;
  const counted = new Map<string, string>();
  for (const { order, parts, received, amount, state } of invoices) {
    let came = 0;
    for (const id of parts) {
      const payment = bankPayments.find((one) => one.id === id);
      const before = counted.get(id);
      if (before !== undefined) yield `the bank payment ${id} counts for two orders: ${before} and ${order}`;
      counted.set(id, order);
      if (payment?.order !== order)
        yield `the bank payment ${id} counts for ${order} and says ${payment?.order}`;
      const wanted = state === 'paid' ? 'applied' : 'part';
      if (payment?.state !== wanted)
        yield `the bank payment ${id} of the ${state} invoice of ${order} is ${payment?.state}`;
      came += (payment?.amount ?? 0) - (payment?.excess ?? 0);
    }
    if (came !== received) yield `for the invoice of ${order} came ${came}, and it says ${received}`;
    if ((state === 'paid') !== (received === amount))
      yield `the invoice of ${order} is ${state} with ${received} of ${amount}`;
  }
  for (const { id, state } of bankPayments)
    if ((state === 'part' || state === 'applied') && !counted.has(id))
      yield `the bank payment ${id} is ${state} and counts for no invoice`;
  const open = new Map<string, number>();
  const add = (event: string, amount: number) => open.set(event, (open.get(event) ?? 0) + amount);
  for (const { state, event, amount } of bankPayments)
    if (state === 'unclear' || state === 'part') add(event, amount);
  for (const { event, left } of suspense) add(event, left);
  for (const { event, postings } of ledger)
    for (const { account, amount } of postings) if (account === 'suspense') add(event, amount);
  for (const [event, difference] of open)
    if (difference !== 0)
      yield `of ${event}, the ledger's suspense lacks ${difference} of what nobody has decided about`;
}

/** The ledger's `bank` is what came, less what was sent back and paid out, with what Stripe has paid to the bank. */
export function* bankAgrees(state: State): Generator<string> {
  const { bankPayments, bankRefunds, sentByBank, payouts, moved, ledger } = state;
  const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
  const holds =
    sum(bankPayments.map(({ state, amount }) => (state === 'returned' ? 0 : amount))) -
    sum(bankRefunds.map(({ paid, amount }) => (paid ? amount : 0))) -
    sum(sentByBank.map(({ amount }) => amount)) -
    sum(payouts.map(({ state, amount }) => (state === 'paid' ? amount : 0))) -
    sum(moved.map(({ type, amount }) => (type.startsWith('payout') ? amount : 0)));
  const booked = sum(
    ledger.flatMap(({ postings }) =>
      postings.map(({ account, amount }) => (account === 'bank' ? amount : 0)),
    ),
  );
  if (booked !== holds) yield `the bank holds ${holds}, the ledger says ${booked}`;
}

/** Every invoice that was paid has its payment in the ledger, and every transfer sent back has been. */
export function* invoicesAreSettled({
  invoices,
  ledger,
  bankRefunds,
  bankPayments,
  untold,
}: State): Generator<string> {
  const facts = new Set(ledger.map(({ fact }) => fact));
  for (const { order, reference, state } of invoices)
    if (state === 'paid' && !facts.has(`inv_${reference} paid`))
      yield `the invoice of ${order} is paid, and the ledger does not know`;
  for (const { id, state, excess } of bankPayments)
    if ((state === 'surplus' || (excess ?? 0) > 0) && !facts.has(`${id} paid`))
      yield `the surplus of ${id} is in no book`;
  for (const { id, paid } of bankRefunds) if (!paid) yield `the refund ${id} was not sent by bank`;
  for (const name of untold) yield `the order was never told of ${name}`;
}
