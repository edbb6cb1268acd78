import { translate } from '../../../messages/catalogue.ts';
import { formatMoment } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { EventView, TotalsView } from '../../../shared/contracts/events.ts';
import { Amount } from '../../parts/amount.tsx';
import { eventPage, inLocale } from '../paths.ts';

/** What a race has raised, by project and source, as of when, and when that was compared with the ledger. */
export function TotalsPage(props: { locale: Locale; event: EventView; totals: TotalsView }) {
  const { locale, event, totals } = props;
  const t = translate(locale);
  const sum = (source: 'feeShare' | 'donation') => ({
    amount: totals.projects.reduce((total, project) => total + project[source].amount, 0),
    currency: totals.raised.currency,
  });
  return (
    <div class="wrap section">
      <p class="back">
        <a href={inLocale(locale, eventPage(event.id))}>{event.name[locale]}</a>
      </p>
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
              <th scope="col" class="amount">
                {t('totals.feeShare')}
              </th>
              <th scope="col" class="amount">
                {t('totals.donation')}
              </th>
              <th scope="col" class="amount">
                {t('totals.sum')}
              </th>
            </tr>
          </thead>
          <tbody>
            {totals.projects.map((project) => (
              <tr key={project.project}>
                <th scope="row">{project.name[locale]}</th>
                <td class="amount" data-label={t('totals.feeShare')}>
                  <Amount of={project.feeShare} locale={locale} />
                </td>
                <td class="amount" data-label={t('totals.donation')}>
                  <Amount of={project.donation} locale={locale} />
                </td>
                <td class="amount" data-label={t('totals.sum')}>
                  <strong>
                    <Amount of={project.raised} locale={locale} />
                  </strong>
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('totals.sum')}</th>
              <td class="amount" data-label={t('totals.feeShare')}>
                <Amount of={sum('feeShare')} locale={locale} />
              </td>
              <td class="amount" data-label={t('totals.donation')}>
                <Amount of={sum('donation')} locale={locale} />
              </td>
              <td class="amount" data-label={t('totals.sum')}>
                <Amount of={totals.raised} locale={locale} />
              </td>
            </tr>
          </tfoot>
        </table>
      )}
    </div>
  );
}
