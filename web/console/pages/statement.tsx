import { useRoute } from 'preact-iso/router';
import { formatDayOf, formatMoment, formatMoney } from '../../../messages/format.ts';
import type { StatementView } from '../../../shared/contracts/charity.ts';
import { useLanguage } from '../language.tsx';
import { Loaded } from '../loaded.tsx';
import { EventNavigation } from '../navigation.tsx';
import { Page } from '../page.tsx';
import { Downloads } from '../report/downloads.tsx';
import { useService } from '../service.tsx';
import { useFollowed } from '../use-followed.ts';

const everySeconds = 30;
const figures = ['feeShare', 'donation', 'assignment', 'refund', 'payout', 'balance'] as const;

/** What a project was credited with, day by day, what went back and out, and what is left. */
export function StatementPage() {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { event = '', project = '' } = useRoute().params;
  const followed = useFollowed(`${event} ${project}`, everySeconds, (signal) =>
    client.json('getStatement', { params: { event, project }, query: {}, signal }),
  );
  const name = followed.value ? (followed.value.name?.[locale] ?? t('charity.later')) : undefined;
  return (
    <Page title={name === undefined ? t('console.statement') : t('console.statementOf', { project: name })}>
      <EventNavigation event={event} />
      <Loaded of={followed}>
        {(value) => (
          <>
            <p class="soft">
              {value.asOf
                ? t('console.asOf', { time: formatMoment(value.asOf, value.event.zone, locale) })
                : t('console.asOfNever')}
            </p>
            <Downloads
              name={`${event}-${value.name ? project : 'unassigned'}-statement`}
              load={(format) =>
                client.file('getStatement', { params: { event, project }, query: { format } })
              }
            />
            <Movements statement={value} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Movements({ statement }: { statement: StatementView }) {
  const { locale, t } = useLanguage();
  const { totals, days } = statement;
  const labels = {
    feeShare: t('totals.feeShare'),
    donation: t('totals.donation'),
    assignment: t('console.assignment'),
    refund: t('console.refunds'),
    payout: t('console.paidOut'),
    balance: t('console.balance'),
  };
  if (days.length === 0) return <p>{t('console.noMovements')}</p>;
  return (
    <div class="card part">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section class="table-frame" tabIndex={0} aria-label={t('console.statement')}>
        <table class="sums">
          <thead>
            <tr>
              <th scope="col">{t('console.day')}</th>
              {figures.map((figure) => (
                <th key={figure} scope="col" class="amount">
                  {labels[figure]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.day}>
                <th scope="row">{formatDayOf(day.day, 'UTC', locale)}</th>
                {figures.map((figure) => (
                  <td key={figure} class="amount">
                    {formatMoney(day[figure], locale)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('totals.sum')}</th>
              {figures.map((figure) => (
                <td key={figure} class="amount">
                  {formatMoney(totals[figure], locale)}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </section>
      {totals.reserved.amount > 0 && (
        <p>
          {t('console.reserved')}: {formatMoney(totals.reserved, locale)}
        </p>
      )}
    </div>
  );
}
