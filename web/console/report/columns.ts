import type { Translate } from '../../../messages/translate.ts';
import type { ReportView } from '../../../shared/contracts/reports.ts';
import type { Column } from './sum-table.tsx';

type Totals = ReportView['totals'];
type Project = ReportView['projects'][number];

/** Fee share, donation, refund and their sum: the columns of every table. */
export function sourceColumns<Row extends Pick<Totals, 'feeShare' | 'donation' | 'refund' | 'total'>>(
  { totals, event: { currency } }: ReportView,
  t: Translate,
): readonly Column<Row>[] {
  return [
    {
      label: t('totals.feeShare'),
      value: ({ feeShare }) => feeShare.amount,
      currency,
      total: totals.feeShare.amount,
    },
    {
      label: t('totals.donation'),
      value: ({ donation }) => donation.amount,
      currency,
      total: totals.donation.amount,
    },
    {
      label: t('console.refunds'),
      value: ({ refund }) => refund.amount,
      currency,
      total: totals.refund.amount,
    },
    { label: t('totals.sum'), value: ({ total }) => total.amount, currency, total: totals.total.amount },
  ];
}

/** The columns of projects: besides, what was assigned later and what was paid out, once there is such a thing. */
export function projectColumns(report: ReportView, t: Translate): readonly Column<Project>[] {
  const { totals, projects } = report;
  const { currency } = report.event;
  const [feeShare, donation, ...rest] = sourceColumns<Project>(report, t);
  const assignment: Column<Project> = {
    label: t('console.assignment'),
    value: (row) => row.assignment.amount,
    currency,
    total: totals.assignment.amount,
  };
  const paidOut: Column<Project> = {
    label: t('console.paidOut'),
    value: (row) => row.paidOut.amount,
    currency,
    total: totals.paidOut.amount,
  };
  return [
    ...(feeShare ? [feeShare] : []),
    ...(donation ? [donation] : []),
    ...(projects.some((row) => row.assignment.amount !== 0) ? [assignment] : []),
    ...rest,
    ...(totals.paidOut.amount === 0 ? [] : [paidOut]),
  ];
}

/** Paid entries and what was paid in, where rows know them. */
export function paidColumns<Row extends { readonly entriesConfirmed: number } & Pick<Totals, 'received'>>(
  { totals, distances, event: { currency } }: ReportView,
  t: Translate,
): readonly Column<Row>[] {
  return [
    {
      label: t('console.entries'),
      value: ({ entriesConfirmed }) => entriesConfirmed,
      total: distances.reduce((sum, { entriesConfirmed }) => sum + entriesConfirmed, 0),
    },
    {
      label: t('console.received'),
      value: ({ received }) => received.amount,
      currency,
      total: totals.received.amount,
    },
  ];
}
