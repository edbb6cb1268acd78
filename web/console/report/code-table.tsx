import { formatMoment, formatMoney, formatNumber } from '../../../messages/format.ts';
import type { ReportView } from '../../../shared/contracts/reports.ts';
import { useLanguage } from '../language.tsx';

type Code = ReportView['codes'][number];

/** The event's codes and how often each was used; nothing where there is none. */
export function CodeTable({ report: { codes, event } }: { report: ReportView }) {
  const { locale, t } = useLanguage();
  if (codes.length === 0) return null;
  const gives = ({ off, unlocks }: Code): string =>
    [
      off &&
        ('fixed' in off ? formatMoney(off.fixed, locale) : `${formatNumber(off.percent / 100, locale)}%`),
      unlocks && t('console.codeUnlocks'),
    ]
      .filter(Boolean)
      .join(', ');
  const figures = [t('console.codeUsed'), t('console.codeLeft'), t('console.codeUses')];
  return (
    <div class="card part">
      <div class="part-head">
        <h2 id="codes">{t('console.codes')}</h2>
      </div>
      <p class="hint">{t('console.codeHint')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section class="table-frame" tabIndex={0} aria-labelledby="codes">
        <table class="sums">
          <thead>
            <tr>
              <th scope="col">{t('console.code')}</th>
              {figures.map((label) => (
                <th key={label} scope="col" class="amount">
                  {label}
                </th>
              ))}
              <th scope="col">{t('console.codeOff')}</th>
              <th scope="col">{t('console.codeClosesAt')}</th>
            </tr>
          </thead>
          <tbody>
            {codes.map((row) => (
              <tr key={row.code}>
                <th scope="row">{row.code}</th>
                {[row.used, Math.max(0, row.uses - row.used), row.uses].map((figure, index) => (
                  <td key={index} class="amount">
                    {formatNumber(figure, locale)}
                  </td>
                ))}
                <td>{gives(row)}</td>
                <td>{row.closesAt === undefined ? '–' : formatMoment(row.closesAt, event.zone, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
