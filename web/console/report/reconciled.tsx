import { formatMoment, formatMoney } from '../../../messages/format.ts';
import type { ReportView } from '../../../shared/contracts/reports.ts';
import { useLanguage } from '../language.tsx';
import { Check } from './proof.tsx';

/** When the ledger was last compared with the account at the payment provider, for all events together. */
export function Reconciled({ report }: { report: ReportView }) {
  const { locale, t } = useLanguage();
  const { reconciled, event } = report;
  if (!reconciled) return <p class="badge">{t('console.reconciledNever')}</p>;
  const { at, difference, balances } = reconciled;
  const time = formatMoment(at, event.zone, locale);
  if (difference === 0)
    return (
      <p class="badge good">
        <Check /> {t('console.reconciled', { time })}
      </p>
    );
  const currency = balances[0]?.currency ?? event.currency;
  return (
    <p class="notice bad" role="alert">
      {t('console.reconciledDiffers', {
        time,
        difference: formatMoney({ amount: difference, currency }, locale),
      })}
    </p>
  );
}

/** What differs from the account at the payment provider; nothing while nothing does. */
export function DifferenceTable({ report: { reconciled } }: { report: ReportView }) {
  const { locale, t } = useLanguage();
  if (!reconciled || reconciled.difference === 0) return null;
  const money = (amount: number, currency: string) => formatMoney({ amount, currency }, locale);
  const rest = reconciled.balances.filter(({ unexplained }) => unexplained !== 0);
  return (
    <div class="card part">
      <div class="part-head">
        <h2 id="differences">{t('console.differences')}</h2>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section class="table-frame" tabIndex={0} aria-labelledby="differences">
        <table class="sums">
          <thead>
            <tr>
              <th scope="col">{t('console.difference.fact')}</th>
              <th scope="col">{t('console.difference.kind')}</th>
              <th scope="col" class="amount">
                {t('console.difference.provider')}
              </th>
              <th scope="col" class="amount">
                {t('console.difference.ledger')}
              </th>
            </tr>
          </thead>
          <tbody>
            {reconciled.differences.map(({ fact, kind, currency, provider, ledger }) => (
              <tr key={fact}>
                <th scope="row">
                  <code>{fact}</code>
                </th>
                <td>{t(`console.difference.${kind}`)}</td>
                <td class="amount">{money(provider, currency)}</td>
                <td class="amount">{money(ledger, currency)}</td>
              </tr>
            ))}
            {rest.map(({ currency, unexplained }) => (
              <tr key={currency}>
                <th scope="row">{t('totals.sum')}</th>
                <td>{t('console.difference.unexplained')}</td>
                <td class="amount">–</td>
                <td class="amount">{money(unexplained, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
