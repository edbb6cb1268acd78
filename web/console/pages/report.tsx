import { useRef } from 'preact/hooks';
import { useRoute } from 'preact-iso/router';
import { formatTime } from '../../../messages/format.ts';
import type { ReportView } from '../../../shared/contracts/reports.ts';
import { FailureNotice } from '../failure-notice.tsx';
import { useLanguage } from '../language.tsx';
import { EventNavigation } from '../navigation.tsx';
import { Page } from '../page.tsx';
import { CodeTable } from '../report/code-table.tsx';
import { Downloads } from '../report/downloads.tsx';
import { Proof } from '../report/proof.tsx';
import { DifferenceTable } from '../report/reconciled.tsx';
import { DayTable, DistanceTable, ProjectTable } from '../report/tables.tsx';
import { TeamTable } from '../report/team-table.tsx';
import { Totals } from '../report/totals.tsx';
import { followWaiting, isLong, type Waiting } from '../report/waiting.ts';
import { useService } from '../service.tsx';
import { useFollowed } from '../use-followed.ts';

const everySeconds = 5;

/** The report of one event, which keeps itself up to date. */
export function ReportPage() {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { event = '' } = useRoute().params;
  const waiting = useRef<Waiting>(undefined);
  const { value, receivedAt, failure } = useFollowed(event, everySeconds, async (signal) => {
    const report = await client.json('getReport', { params: { event }, query: {}, signal });
    const now = Date.now();
    waiting.current = followWaiting(waiting.current, report, now);
    return { report, isBehind: isLong(waiting.current, now) };
  });
  const report = value?.report;
  return (
    <Page title={report ? report.event.name[locale] : t('console.report')}>
      <EventNavigation event={event} />
      {failure && !(value && failure === 'no_answer') && <FailureNotice failure={failure} />}
      {failure === 'no_answer' && report && receivedAt !== undefined && (
        <p class="notice" role="alert">
          {t('console.stale', { time: formatTime(receivedAt, report.event.zone, locale, true) })}
        </p>
      )}
      {!value && !failure && <p role="status">{t('console.loading')}</p>}
      {value && <Report {...value} />}
    </Page>
  );
}

function Report({ report, isBehind }: { report: ReportView; isBehind: boolean }) {
  const { client } = useService();
  return (
    <>
      <Proof report={report} isBehind={isBehind} />
      <Downloads
        name={`${report.event.id}-report`}
        load={(format) => client.file('getReport', { params: { event: report.event.id }, query: { format } })}
      />
      <Totals report={report} />
      <DifferenceTable report={report} />
      <ProjectTable report={report} />
      <DistanceTable report={report} />
      <TeamTable report={report} />
      <CodeTable report={report} />
      <DayTable report={report} />
    </>
  );
}
