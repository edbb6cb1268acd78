/**
 * What an order costs and where it goes, by one set of functions: the form shows it before anything is sent, the
 * service stores it, and payment page, mail, receipt and ledger follow it. Amounts are whole minor units.
 */

/** Basis points of an amount (2500 is 25%), rounded half up to the minor unit. */
export function percentOf(amount: number, basisPoints: number): number {
  return Math.floor((amount * basisPoints + 5_000) / 10_000);
}

/** How the event lets a buyer cover what the payment costs: a percentage of the sum and a fixed amount. */
export interface FeeCoverRule {
  /** Basis points. */
  readonly percent: number;
  readonly fixed: number;
}

/**
 * What covering the processing fee of a sum costs: the percentage of the sum, rounded half up, and the fixed amount.
 * It is a contribution by a rule that can be told in one sentence, and not the provider's own fee, which depends on
 * the card. Nothing to pay needs no cover.
 */
export function feeCoverOf(sum: number, rule: FeeCoverRule): number {
  return sum === 0 ? 0 : percentOf(sum, rule.percent) + rule.fixed;
}

/** What of an amount goes to a project; in a form, the project may not be chosen yet. */
export interface ProjectShare<Project = string> {
  readonly project: Project;
  readonly amount: number;
}

/** A line of an order as far as it costs something. */
export type PricedLine<Project = string> =
  | {
      readonly kind: 'entry';
      readonly price: number;
      readonly shares: readonly ProjectShare<Project>[];
    }
  | {
      readonly kind: 'change';
      readonly amount: number;
      readonly shares: readonly ProjectShare<Project>[];
    }
  | { readonly kind: 'donation'; readonly project: Project; readonly amount: number }
  | { readonly kind: 'feeCover' | 'transferFee'; readonly amount: number };

/** Why less is paid than the place costs. */
export const reductionReasons = ['age', 'code'] as const;
export interface Reduction {
  readonly why: (typeof reductionReasons)[number];
  readonly amount: number;
}

/** What an entry costs, and how it comes about. */
export interface ReducedPrice {
  readonly price: number;
  /** The price of the place, where less is paid. */
  readonly listPrice?: number | undefined;
  /** What the runner's age makes of it, where that is less. */
  readonly agePrice?: number | undefined;
}

/** What was taken off the price of a place, first for the age and then by a code; nothing where it is paid in full. */
export function reductionsOf({ price, listPrice = price, agePrice = listPrice }: ReducedPrice): Reduction[] {
  const steps: Reduction[] = [
    { why: 'age', amount: listPrice - agePrice },
    { why: 'code', amount: agePrice - price },
  ];
  return steps.filter(({ amount }) => amount > 0);
}

/** What is paid for a line. */
export function amountOf(line: PricedLine<unknown>): number {
  return line.kind === 'entry' ? line.price : line.amount;
}

/** What a line gives to charity, by project. */
export function sharesOf<Project>(line: PricedLine<Project>): readonly ProjectShare<Project>[] {
  switch (line.kind) {
    case 'entry':
    case 'change':
      return line.shares;
    case 'donation':
      return [{ project: line.project, amount: line.amount }];
    case 'feeCover':
    case 'transferFee':
      return [];
  }
}

/** Where the money of an order goes; the parts sum to the total. */
export interface Breakdown<Project = string> {
  readonly total: number;
  /** By project, of fees and gifts together, in the order in which the lines name them. */
  readonly shares: readonly ProjectShare<Project>[];
  /** What covers the processing fee. */
  readonly feeCover: number;
  /** What stays for organising the race. */
  readonly organising: number;
}

/** Adds up the lines of an order. */
export function breakdownOf<Project>(lines: readonly PricedLine<Project>[]): Breakdown<Project> {
  const byProject = new Map<Project, number>();
  for (const { project, amount } of lines.flatMap((line) => sharesOf(line)))
    if (amount > 0) byProject.set(project, (byProject.get(project) ?? 0) + amount);
  const shares = [...byProject].map(([project, amount]) => ({ project, amount }));
  const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
  const total = sum(lines.map(amountOf));
  const feeCover = sum(lines.filter(({ kind }) => kind === 'feeCover').map(amountOf));
  return {
    total,
    shares,
    feeCover,
    organising: total - feeCover - sum(shares.map(({ amount }) => amount)),
  };
}
