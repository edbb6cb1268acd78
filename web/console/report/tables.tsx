import { formatDayOf } from '../../../messages/format.ts';
import type { Translate } from '../../../messages/translate.ts';
import type { ReportView } from '../../../shared/contracts/reports.ts';
import { useLanguage } from '../language.tsx';
import { paidColumns, projectColumns, sourceColumns } from './columns.ts';
import { DayChart } from './day-chart.tsx';
import { type Column, SumTable } from './sum-table.tsx';

export function ProjectTable({ report }: { report: ReportView }) {
  const { locale, t } = useLanguage();
  return (
    <SumTable
      id="by-project"
      title={t('console.byProject')}
      head={t('totals.project')}
      rows={report.projects.map((row) => ({
        key: row.project,
        name: row.name?.[locale] ?? t('charity.later'),
        row,
      }))}
      columns={projectColumns(report, t)}
    />
  );
}

type Distance = ReportView['distances'][number];

export function DistanceTable({ report }: { report: ReportView }) {
  const { locale, t } = useLanguage();
  // Donations stand among the distances, but have no places.
  const places = (label: string, value: (row: Distance) => number): Column<Distance> => ({
    label,
    value: (row) => (row.capacity > 0 ? value(row) : undefined),
  });
  return (
    <SumTable
      id="by-distance"
      title={t('console.byDistance')}
      head={t('console.distance')}
      rows={report.distances.map((row) => ({ key: row.distance, name: row.name[locale], row }))}
      columns={[
        places(t('console.capacity'), ({ capacity }) => capacity),
        places(t('console.taken'), ({ taken }) => taken),
        places(t('console.held'), ({ held }) => held),
        places(t('console.left'), ({ left }) => left),
        ...listColumns(report, t).map(({ label, value }) => places(label, value)),
        ...paidColumns<Distance>(report, t),
        ...sourceColumns<Distance>(report, t),
      ]}
    />
  );
}

/** How many wait, and what is kept for them and offered to them; nothing where there is no list. */
function listColumns(
  { distances }: ReportView,
  t: Translate,
): readonly { label: string; value: (row: Distance) => number }[] {
  const columns = [
    { label: t('console.listed'), value: ({ waiting }: Distance) => waiting },
    { label: t('console.keptForList'), value: ({ reserved }: Distance) => reserved },
    { label: t('console.offered'), value: ({ offered }: Distance) => offered },
  ];
  return distances.some((row) => columns.some(({ value }) => value(row) > 0)) ? columns : [];
}

type Day = ReportView['days'][number];

export function DayTable({ report }: { report: ReportView }) {
  const { locale, t } = useLanguage();
  return (
    <SumTable
      id="by-day"
      title={t('console.byDay')}
      head={t('console.day')}
      // The latest day is the one that is looked at.
      rows={report.days
        .toReversed()
        .map((row) => ({ key: row.day, name: formatDayOf(row.day, 'UTC', locale), row }))}
      columns={[...paidColumns<Day>(report, t), ...sourceColumns<Day>(report, t)]}
    >
      {report.days.length === 0 ? <p>{t('console.noDays')}</p> : <DayChart report={report} />}
    </SumTable>
  );
}
