import type { CatalogueEvent } from '../catalogue/schema.ts';
import { noDistance, rowNames } from '../ledger/effect.ts';
import type { Totals } from '../ledger/totals.ts';

/**
 * What a project has been credited with, in minor units; `raised` is all of it, with what was assigned to it later, less
 * what was given back. Payouts do not lower it.
 */
export interface Raised {
  readonly feeShare: number;
  readonly donation: number;
  readonly raised: number;
}

/** What each project of an event has raised, from the totals' rows by distance. */
export function raisedByProject(event: CatalogueEvent, totals: Totals): Map<string, Raised> {
  const distances = [...event.distances.map(({ id }) => id), noDistance];
  const rows = distances.map((distance) => totals.rows.get(rowNames.distance(distance)) ?? {});
  const sum = (figure: string) => rows.reduce((total, row) => total + (row[figure] ?? 0), 0);
  return new Map(
    event.projects.map(({ id }) => {
      const feeShare = sum(`project:${id}:feeShare`);
      const donation = sum(`project:${id}:donation`);
      const later = sum(`project:${id}:assignment`) + sum(`project:${id}:refund`);
      return [id, { feeShare, donation, raised: feeShare + donation + later }];
    }),
  );
}
