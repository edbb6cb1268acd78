import type { Catalogue } from '../catalogue/store.ts';
import { raisedByProject } from '../charity/raised.ts';
import type { TotalsView } from '../contracts/events.ts';
import { rowNames } from '../ledger/effect.ts';
import { readTotals } from '../ledger/totals.ts';
import type { Database } from '../platform/database.ts';

/**
 * The public totals of an event: the same figures as the staff's report, from the same rows.
 * @returns undefined when there is no such event.
 */
export async function publicTotals(
  source: { readonly db: Database; readonly catalogue: Catalogue },
  id: string,
): Promise<TotalsView | undefined> {
  const event = await source.catalogue.event(id);
  if (!event) return undefined;
  const totals = await readTotals(source.db, id);
  const amount = (minor: number) => ({ amount: minor, currency: event.currency });
  const raised = raisedByProject(event, totals);
  const { control, rows } = totals;
  return {
    event: id,
    ...(control.projectedAt && { asOf: control.projectedAt }),
    ...(control.proven?.difference === 0 && { provenAt: control.proven.at }),
    raised: amount([...raised.values()].reduce((sum, project) => sum + project.raised, 0)),
    paidOut: amount([...raised.values()].reduce((sum, project) => sum + project.paidOut, 0)),
    projects: [...raised].map(([project, figures]) => {
      const name = event.projects.find(({ id }) => id === project)?.name;
      return {
        project,
        ...(name && { name }),
        feeShare: amount(figures.feeShare),
        donation: amount(figures.donation),
        assignment: amount(figures.assignment),
        refund: amount(figures.refund),
        raised: amount(figures.raised),
        paidOut: amount(figures.paidOut),
      };
    }),
    entries: event.distances.reduce(
      (sum, { id: distance }) => sum + (rows.get(rowNames.distance(distance))?.entries ?? 0),
      0,
    ),
  };
}
