import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { Catalogue } from '../catalogue/store.ts';
import type { Money } from '../contracts/basics.ts';
import { giftsLine, type ReportView } from '../contracts/reports.ts';
import { readAvailabilities } from '../entries/availability.ts';
import { readLists } from '../entries/waiting-list.ts';
import { type Figures, noDistance, rowNames } from '../ledger/effect.ts';
import { readMarks } from '../ledger/marks.ts';
import { readTotals } from '../ledger/totals.ts';
import type { Source } from '../ledger/transaction.ts';
import type { Database } from '../platform/database.ts';
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
  const [{ control, rows }, waiting, availabilities, lists, incompleteTeams] = await Promise.all([
    readTotals(source.db, id),
    readMarks(source.db),
    readAvailabilities(source.db, id, distanceIds),
    readLists(source.db, id),
    findIncompleteTeams(source.db, event),
  ]);
  const money = (amount: number): Money => ({ amount, currency: event.currency });
  const row = (distance: string): Figures => rows.get(rowNames.distance(distance)) ?? {};
  const all = sumFigures([...distanceIds, noDistance].map(row));
  return {
    event: { id, name: event.name, zone: event.zone, currency: event.currency },
    ...(control.projectedAt && { asOf: control.projectedAt }),
    waiting: waiting.filter(({ effect }) => effect.event === id).length,
    ...(control.proven && { proven: control.proven }),
    totals: {
      ...bySource(event, all, money),
      received: money(all.received ?? 0),
      entryFees: money(all.entryFees ?? 0),
    },
    projects: event.projects.map(({ id: project, name }) => ({
      project,
      name,
      ...bySource({ projects: [{ id: project }] }, all, money),
    })),
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
          ...counted(event, row(distance.id), money),
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
        ...counted(event, row(noDistance), money),
      },
    ],
    incompleteTeams,
    days: [...rows]
      .filter(([name]) => name.startsWith(dayPrefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, figures]) => ({ day: name.slice(dayPrefix.length), ...counted(event, figures, money) })),
  };
}

type Projects = { readonly projects: readonly Pick<CatalogueEvent['projects'][number], 'id'>[] };

function bySource(event: Projects, figures: Figures, money: (amount: number) => Money) {
  const sum = (source: Source): number =>
    event.projects.reduce((total, { id }) => total + (figures[`project:${id}:${source}`] ?? 0), 0);
  const [feeShare, donation, refund] = [sum('feeShare'), sum('donation'), sum('refund')];
  return {
    feeShare: money(feeShare),
    donation: money(donation),
    refund: money(refund),
    total: money(feeShare + donation + refund),
  };
}

function counted(event: Projects, figures: Figures, money: (amount: number) => Money) {
  return {
    entriesConfirmed: figures.entries ?? 0,
    received: money(figures.received ?? 0),
    ...bySource(event, figures, money),
  };
}

function sumFigures(rows: readonly Figures[]): Figures {
  const sum: Record<string, number> = {};
  for (const row of rows)
    for (const [figure, amount] of Object.entries(row)) sum[figure] = (sum[figure] ?? 0) + amount;
  return sum;
}
