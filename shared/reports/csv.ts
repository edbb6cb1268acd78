import type { LocalText, Money } from '../contracts/basics.ts';
import type { ReportView } from '../contracts/reports.ts';
import { decimal, spreadsheet, text } from './spreadsheet.ts';

/** One line of the table. Money is in minor units; a cell without a figure stays empty. */
interface Line {
  readonly dimension: 'total' | 'project' | 'distance' | 'day';
  readonly key: string;
  readonly name?: LocalText;
  readonly figures: Pick<ReportView['totals'], 'feeShare' | 'donation' | 'assignment' | 'refund' | 'total'>;
  readonly paidOut?: Money;
  readonly received?: Money;
  readonly entries?: number;
}

/**
 * The report as one table: a line for the whole event, then one for each project, distance and day, so that the lines of
 * a dimension add up to the total.
 */
export function reportCsv(report: ReportView): string {
  const rows = linesOf(report).map(({ dimension, key, name, figures, paidOut, received, entries }) => ({
    dimension,
    key: text(key),
    name_kk: text(name?.kk),
    name_ru: text(name?.ru),
    name_en: text(name?.en),
    fee_share: decimal(figures.feeShare),
    donation: decimal(figures.donation),
    assignment: decimal(figures.assignment),
    refund: decimal(figures.refund),
    total: decimal(figures.total),
    paid_out: paidOut && decimal(paidOut),
    received: received && decimal(received),
    entries,
    currency: report.event.currency,
  }));
  return spreadsheet(rows);
}

function linesOf(report: ReportView): Line[] {
  const { event, totals } = report;
  return [
    {
      dimension: 'total',
      key: event.id,
      name: event.name,
      figures: totals,
      paidOut: totals.paidOut,
      received: totals.received,
      entries: report.distances.reduce((sum, { entriesConfirmed }) => sum + entriesConfirmed, 0),
    },
    ...report.projects.map(
      (project): Line => ({
        dimension: 'project',
        key: project.project,
        ...(project.name && { name: project.name }),
        figures: project,
        paidOut: project.paidOut,
      }),
    ),
    ...report.distances.map(
      (distance): Line => ({
        dimension: 'distance',
        key: distance.distance,
        name: distance.name,
        figures: distance,
        received: distance.received,
        entries: distance.entriesConfirmed,
      }),
    ),
    ...report.days.map(
      (day): Line => ({
        dimension: 'day',
        key: day.day,
        figures: day,
        received: day.received,
        entries: day.entriesConfirmed,
      }),
    ),
  ];
}
