import type { CatalogueEvent } from '../catalogue/schema.ts';
import { laterProject } from '../contracts/basics.ts';
import { charityAccount } from '../ledger/accounts.ts';
import { type Figures, noDistance, rowNames } from '../ledger/effect.ts';
import type { Totals } from '../ledger/totals.ts';
import type { Source } from '../ledger/transaction.ts';

/** What charity was credited with and what became of it, in minor units. */
export interface Raised {
  readonly feeShare: number;
  readonly donation: number;
  /** What staff assigned later: to a project, or (negative) out of what was for none yet. All projects together: 0. */
  readonly assignment: number;
  /** What refunds and disputes took back: negative. */
  readonly refund: number;
  /** The sum of the four: what was raised. Payouts do not lower it. */
  readonly raised: number;
  readonly paidOut: number;
}

/** The figures of rows added up: those of all distances are the event's. */
export function sumFigures(rows: readonly Figures[]): Figures {
  const sum: Record<string, number> = {};
  for (const row of rows)
    for (const [figure, amount] of Object.entries(row)) sum[figure] = (sum[figure] ?? 0) + amount;
  return sum;
}

/** The figures of an event over all its distances and gifts. */
export function eventFigures(event: CatalogueEvent, { rows }: Pick<Totals, 'rows'>): Figures {
  const distances = [...event.distances.map(({ id }) => id), noDistance];
  return sumFigures(distances.map((distance) => rows.get(rowNames.distance(distance)) ?? {}));
}

/**
 * Whom an event raises money for: its projects, and `laterProject` where a distance gives to projects that are chosen
 * later or once did.
 */
export function recipientsOf(event: CatalogueEvent, figures: Figures): string[] {
  const hasLater =
    event.distances.some(({ allocation }) => allocation.to.chosenBy === 'later') ||
    Object.keys(figures).some((figure) => figure.startsWith(charityAccount(laterProject)));
  return [...event.projects.map(({ id }) => id), ...(hasLater ? [laterProject] : [])];
}

/** What the figures of one or more rows say that these projects were credited with, together. */
export function raisedIn(figures: Figures, projects: readonly string[]): Raised {
  const sum = (source: Source) =>
    projects.reduce((total, project) => total + (figures[`${charityAccount(project)}:${source}`] ?? 0), 0);
  const [feeShare, donation, assignment, refund] = [
    sum('feeShare'),
    sum('donation'),
    sum('assignment'),
    sum('refund'),
  ];
  const payout = sum('payout');
  return {
    feeShare,
    donation,
    assignment,
    refund,
    raised: feeShare + donation + assignment + refund,
    paidOut: payout === 0 ? 0 : -payout,
  };
}

/** What each recipient of an event has raised, from the totals' rows by distance. */
export function raisedByProject(event: CatalogueEvent, totals: Pick<Totals, 'rows'>): Map<string, Raised> {
  const figures = eventFigures(event, totals);
  return new Map(recipientsOf(event, figures).map((project) => [project, raisedIn(figures, [project])]));
}
