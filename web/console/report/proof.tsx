import { formatDayOf, formatMoment, formatTime } from '../../../messages/format.ts';
import type { ReportView } from '../../../shared/contracts/reports.ts';
import { useLanguage } from '../language.tsx';
import { Reconciled } from './reconciled.tsx';

/** As of when the totals are, what is not in them yet, and whether they were proven against the ledger. */
export function Proof({ report, isBehind }: { report: ReportView; isBehind: boolean }) {
  const { locale, t } = useLanguage();
  const { asOf, waiting, proven, event } = report;
  const provenAt = proven && {
    time: formatMoment(proven.at, event.zone, locale),
    count: proven.transactions,
    difference: proven.difference,
  };
  const asOfTime =
    asOf && `${formatDayOf(asOf, event.zone, locale)}, ${formatTime(asOf, event.zone, locale, true)}`;
  return (
    <div class="proof">
      <p>
        {asOfTime ? t('console.asOf', { time: asOfTime }) : t('console.asOfNever')}
        <span class="soft"> · {t('console.zone', { zone: event.zone })}</span>
      </p>
      {provenAt && provenAt.difference === 0 && (
        <p class="badge good">
          <Check /> {t('console.proven', provenAt)}
        </p>
      )}
      {!provenAt && <p class="badge warn">{t('console.notProven')}</p>}
      {waiting > 0 && !isBehind && <p class="badge">{t('console.waiting', { count: waiting })}</p>}
      {provenAt && provenAt.difference !== 0 && (
        <p class="notice bad" role="alert">
          {t('console.differs', provenAt)}
        </p>
      )}
      <Reconciled report={report} />
      {isBehind && (
        <p class="notice" role="alert">
          {t('console.waitingLong', { count: waiting })}
        </p>
      )}
    </div>
  );
}

/** A tick beside words that say the same. */
export function Check() {
  return <span aria-hidden="true">✓</span>;
}
