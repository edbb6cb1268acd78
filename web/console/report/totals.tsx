import { formatNumber } from '../../../messages/format.ts';
import type { Money } from '../../../shared/contracts/basics.ts';
import type { ReportView } from '../../../shared/contracts/reports.ts';
import { Amount } from '../../parts/amount.tsx';
import { useLanguage } from '../language.tsx';

/** The figures of the whole event: what charity got and from where, and what was paid in. */
export function Totals({ report: { totals, distances } }: { report: ReportView }) {
  const { locale, t } = useLanguage();
  const money = (label: string, of: Money) => (
    <div class="card">
      <dt>{label}</dt>
      <dd>
        <Amount of={of} locale={locale} />
      </dd>
    </div>
  );
  return (
    <dl class="totals">
      <div class="card raised">
        <dt>{t('totals.raised')}</dt>
        <dd>
          <Amount of={totals.total} locale={locale} />
        </dd>
      </div>
      {money(t('totals.feeShare'), totals.feeShare)}
      {money(t('totals.donation'), totals.donation)}
      {money(t('console.refunds'), totals.refund)}
      {money(t('console.received'), totals.received)}
      {money(t('console.entryFees'), totals.entryFees)}
      {totals.paidOut.amount !== 0 && money(t('console.paidOut'), totals.paidOut)}
      {totals.feeCover.amount !== 0 && money(t('console.feeCover'), totals.feeCover)}
      {totals.losses.amount !== 0 && money(t('console.losses'), totals.losses)}
      <div class="card">
        <dt>{t('console.entries')}</dt>
        <dd class="figure">
          {formatNumber(
            distances.reduce((sum, { entriesConfirmed }) => sum + entriesConfirmed, 0),
            locale,
          )}
        </dd>
      </div>
    </dl>
  );
}
