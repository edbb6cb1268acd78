import type { ReconciledView } from '../../contracts/reports.ts';
import type { Expectation } from '../../ledger/reconciled.ts';

/** What a fact of the ledger posts to `stripe`. */
export interface Booked {
  readonly fact: string;
  readonly amount: number;
  readonly currency: string;
  readonly keyDay: string;
  readonly occurredAt: string;
}

export interface Comparison {
  /** All of the ledger that posts to `stripe`. */
  readonly ledger: ReadonlyMap<string, Booked>;
  /** What the account's movements ask for: those of `from` and later, and what earlier runs left open. */
  readonly expected: readonly Expectation[];
  /** What all movements of the account sum to, by currency. */
  readonly balances: ReadonlyMap<string, number>;
  /**
   * Days (UTC) of which a fact in the ledger must show at the account: later ones may still come, and of earlier ones
   * the movement was seen by an earlier run.
   */
  readonly checkedDays: { readonly from: string; readonly until: string };
}

type Difference = ReconciledView['differences'][number];

export interface Found {
  /** What is not in the ledger as the account asks for: differences, what may wait, and what was undone. */
  readonly open: readonly Expectation[];
  /** Each with the ids by which staff find it. */
  readonly differences: readonly {
    readonly difference: Difference;
    readonly about: Record<string, string>;
  }[];
  readonly balances: ReconciledView['balances'];
  readonly difference: number;
}

/** Compares the ledger with the account, fact by fact and in sum. */
export function compare({ ledger, expected, balances, checkedDays }: Comparison): Found {
  const open: Expectation[] = [];
  const differences: Found['differences'][number][] = [];
  const underWay = new Map<string, number>();
  const explained = new Map<string, number>();
  const add = (sums: Map<string, number>, currency: string, amount: number) =>
    sums.set(currency, (sums.get(currency) ?? 0) + amount);

  const seen = new Set<string>();
  const undone = undoneFacts(expected, ledger);
  for (const expectation of expected) {
    const { fact, amount, currency, at, mayWait, about } = expectation;
    seen.add(fact);
    const booked = ledger.get(fact);
    if (booked?.amount === amount && booked.currency === currency) continue;
    open.push(expectation);
    if (undone.has(fact)) continue;
    const held = booked?.amount ?? 0;
    add(explained, currency, held - amount);
    if (mayWait && !booked) {
      add(underWay, currency, held - amount);
      continue;
    }
    const kind = booked ? (amount === 0 ? 'missing_at_provider' : 'amount_differs') : 'missing_in_ledger';
    differences.push({ difference: { kind, fact, at, currency, provider: amount, ledger: held }, about });
  }
  for (const { fact, amount, currency, keyDay, occurredAt } of ledger.values()) {
    if (seen.has(fact) || amount === 0 || keyDay < checkedDays.from) continue;
    add(explained, currency, amount);
    if (keyDay >= checkedDays.until) {
      add(underWay, currency, amount);
      continue;
    }
    open.push({ fact, amount: 0, currency, at: `${keyDay}T00:00:00.000Z`, about: {} });
    const kind = 'missing_at_provider';
    differences.push({
      difference: { kind, fact, at: occurredAt, currency, provider: 0, ledger: amount },
      about: {},
    });
  }

  const ledgerBalances = new Map<string, number>();
  for (const { currency, amount } of ledger.values()) add(ledgerBalances, currency, amount);
  const currencies = [...new Set([...balances.keys(), ...ledgerBalances.keys()])].sort();
  const compared = currencies.map((currency) => {
    const provider = balances.get(currency) ?? 0;
    const held = ledgerBalances.get(currency) ?? 0;
    return {
      currency,
      provider,
      ledger: held,
      underWay: underWay.get(currency) ?? 0,
      unexplained: held - provider - (explained.get(currency) ?? 0),
    };
  });
  const difference =
    differences.reduce(
      (sum, { difference: { provider, ledger: held } }) => sum + Math.abs(held - provider),
      0,
    ) + compared.reduce((sum, { unexplained }) => sum + Math.abs(unexplained), 0);
  return { open, differences, balances: compared, difference };
}

/**
 * The facts of refunds that came to nothing before they were booked: the account shows them go and come back, and the
 * ledger rightly says nothing of either.
 */
function undoneFacts(
  expected: readonly Expectation[],
  ledger: ReadonlyMap<string, Booked>,
): ReadonlySet<string> {
  const facts = new Set(expected.map(({ fact }) => fact));
  return new Set(
    expected.flatMap(({ about: { refund } }) => {
      const pair = [`${refund} succeeded`, `${refund} failed`];
      return pair.every((name) => facts.has(name) && !ledger.has(name)) ? pair : [];
    }),
  );
}

/** What the next run, which walks from `next` on, must still know of what is open now. */
export function carriedOver(
  open: readonly Expectation[],
  next: string,
  ledger: ReadonlyMap<string, Booked>,
): Expectation[] {
  const earlier = open.filter(({ at }) => at < next);
  const undone = undoneFacts(earlier, ledger);
  return earlier.filter(({ fact }) => !undone.has(fact));
}
