import { translate } from '../../../messages/catalogue.ts';
import { formatMoment } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { EventView, TotalsView } from '../../../shared/contracts/events.ts';
import { Amount } from '../../parts/amount.tsx';
import { BackToEvent } from './back-to-event.tsx';

/** What a race has raised, by project and source, as of when, and when that was compared with the ledger. */
export function TotalsPage(props: { locale: Locale; event: EventView; totals: TotalsView }) {
  const { locale, event, totals } = props;
  const t = translate(locale);
  // What has not happened yet needs no column of zeros.
  const columns = (['feeShare', 'donation', 'assignment', 'refund', 'raised', 'paidOut'] as const).filter(
    (figure) =>
      figure === 'feeShare' ||
      figure === 'donation' ||
      figure === 'raised' ||
      totals.projects.some((project) => project[figure].amount !== 0),
  );
  const labels: Record<(typeof columns)[number], string> = {
    feeShare: t('totals.feeShare'),
    donation: t('totals.donation'),
    assignment: t('totals.assignment'),
    refund: t('totals.refund'),
    raised: t('totals.sum'),
    paidOut: t('totals.paidOut'),
  };
  const sum = (figure: (typeof columns)[number]) => ({
    amount: totals.projects.reduce((total, project) => total + project[figure].amount, 0),
    currency: totals.raised.currency,
  });
  return (
    <div class="wrap section">
      <BackToEvent locale={locale} event={event} />
      <h1>{t('totals.title')}</h1>
      <p class="lead">{t('totals.lead')}</p>
      <div class="card total-card">
        <p class="soft">{t('totals.raised')}</p>
        <p class="big-figure">
          <Amount of={totals.raised} locale={locale} />
        </p>
        <p>{t('totals.entries', { count: totals.entries })}</p>
        <dl class="facts">
          {totals.asOf && (
            <div>
              <dt>{t('totals.asOf')}</dt>
              <dd>{formatMoment(totals.asOf, event.zone, locale)}</dd>
            </div>
          )}
          <div>
            <dt>{totals.provenAt ? t('totals.provenAt') : t('totals.notProven')}</dt>
            {totals.provenAt && <dd>{formatMoment(totals.provenAt, event.zone, locale)}</dd>}
          </div>
        </dl>
      </div>
      {totals.projects.length === 0 ? (
        <p>{t('totals.none')}</p>
      ) : (
        <table class="stacking">
          <caption class="visually-hidden">{t('totals.title')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('totals.project')}</th>
              {columns.map((column) => (
                <th key={column} scope="col" class="amount">
                  {labels[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {totals.projects.map((project) => (
              <tr key={project.project}>
                <th scope="row">{project.name?.[locale] ?? t('charity.later')}</th>
                {columns.map((column) => (
                  <td key={column} class="amount" data-label={labels[column]}>
                    {column === 'raised' ? (
                      <strong>
                        <Amount of={project[column]} locale={locale} />
                      </strong>
                    ) : (
                      <Amount of={project[column]} locale={locale} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('totals.sum')}</th>
              {columns.map((column) => (
                <td key={column} class="amount" data-label={labels[column]}>
                  <Amount of={sum(column)} locale={locale} />
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      )}
    </div>
  );
}
