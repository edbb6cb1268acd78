import type { Catalogue } from '../catalogue/store.ts';
import { eventFigures, type Raised, raisedIn, recipientsOf } from '../charity/raised.ts';
import type { Money } from '../contracts/basics.ts';
import { giftsLine, type ReportView } from '../contracts/reports.ts';
import { readAvailabilities } from '../entries/availability.ts';
import { readLists } from '../entries/waiting-list.ts';
import { type Figures, noDistance, rowNames } from '../ledger/effect.ts';
import { readMarks } from '../ledger/marks.ts';
import { readReconciliation } from '../ledger/reconciled.ts';
import { readTotals } from '../ledger/totals.ts';
import type { Database } from '../platform/database.ts';
import { readCodeUses } from './code-uses.ts';
import { findIncompleteTeams } from './incomplete-teams.ts';

const dayPrefix = rowNames.day('');

/** The name under which gifts, which belong to no distance, stand among the distances. */
const giftsName = { kk: 'Қайырымдылық', ru: 'Пожертвования', en: 'Donations' };

/**
 * The report of an event: its totals by project, distance, day and source, all from the projected rows, with what
 * the places say beside them.
 * @returns undefined when there is no such event.
 */
export async function report(
  source: { readonly db: Database; readonly catalogue: Catalogue },
  id: string,
): Promise<ReportView | undefined> {
  const event = await source.catalogue.event(id);
  if (!event) return undefined;
  const distanceIds = event.distances.map((distance) => distance.id);
  const [{ control, rows }, reconciliation, waiting, availabilities, lists, incompleteTeams, codes] =
    await Promise.all([
      readTotals(source.db, id),
      readReconciliation(source.db),
      readMarks(source.db),
      readAvailabilities(source.db, id, distanceIds),
      readLists(source.db, id),
      findIncompleteTeams(source.db, event),
      readCodeUses(source.db, event),
    ]);
  const money = (amount: number): Money => ({ amount, currency: event.currency });
  const row = (distance: string): Figures => rows.get(rowNames.distance(distance)) ?? {};
  const all = eventFigures(event, { rows });
  const recipients = recipientsOf(event, all);
  const counted = (figures: Figures) => ({
    entriesConfirmed: figures.entries ?? 0,
    received: money(figures.received ?? 0),
    ...bySource(raisedIn(figures, recipients), money),
  });
  const raised = raisedIn(all, recipients);
  return {
    event: { id, name: event.name, zone: event.zone, currency: event.currency },
    ...(control.projectedAt && { asOf: control.projectedAt }),
    waiting: waiting.filter(({ effect }) => effect.event === id).length,
    ...(control.proven && { proven: control.proven }),
    ...(reconciliation && { reconciled: reconciliation.result }),
    totals: {
      ...bySource(raised, money),
      paidOut: money(raised.paidOut),
      received: money(all.received ?? 0),
      entryFees: money(all.entryFees ?? 0),
      feeCover: money(all.feeCover ?? 0),
      losses: money(all.fundLosses ?? 0),
    },
    projects: recipients.map((project) => {
      const name = event.projects.find(({ id: known }) => known === project)?.name;
      const figures = raisedIn(all, [project]);
      return {
        project,
        ...(name && { name }),
        ...bySource(figures, money),
        paidOut: money(figures.paidOut),
      };
    }),
    distances: [
      ...event.distances.map((distance) => {
        const occupancy = availabilities.get(distance.id)?.occupancy;
        const { held = 0, taken = 0, reserved = 0, offered = 0 } = occupancy?.counts() ?? {};
        return {
          distance: distance.id,
          name: distance.name,
          capacity: distance.capacity,
          held,
          taken,
          left: occupancy?.countFree(1, distance.capacity) ?? distance.capacity,
          reserved,
          offered,
          waiting: lists.get(distance.id)?.waiting ?? 0,
          overCapacity: occupancy?.countBeyond(distance.capacity) ?? 0,
          ...counted(row(distance.id)),
        };
      }),
      {
        distance: giftsLine,
        name: giftsName,
        capacity: 0,
        held: 0,
        taken: 0,
        left: 0,
        reserved: 0,
        offered: 0,
        waiting: 0,
        overCapacity: 0,
        ...counted(row(noDistance)),
      },
    ],
    incompleteTeams,
    codes,
    days: [...rows]
      .filter(([name]) => name.startsWith(dayPrefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, figures]) => ({ day: name.slice(dayPrefix.length), ...counted(figures) })),
  };
}

function bySource(
  { feeShare, donation, assignment, refund, raised }: Raised,
  money: (amount: number) => Money,
) {
  return {
    feeShare: money(feeShare),
    donation: money(donation),
    assignment: money(assignment),
    refund: money(refund),
    total: money(raised),
  };
}
