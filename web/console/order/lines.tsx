import { formatMoney } from '../../../messages/format.ts';
import type { Translate } from '../../../messages/translate.ts';
import type { StaffOrderView } from '../../../shared/contracts/staff-orders.ts';
import { useLanguage } from '../language.tsx';

type Line = StaffOrderView['lines'][number];

/** A line in words: what it is, and of which distance, place or project. */
export function lineName({ kind, distance, place, project, cancelled }: Line, t: Translate): string {
  return [
    t(`console.line.${kind}`),
    distance,
    ...(place === undefined ? [] : [String(place)]),
    project,
    ...(cancelled ? [t('console.lineCancelled')] : []),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** What was paid for what, and what is left of it. */
export function Lines({ order: { lines } }: { order: StaffOrderView }) {
  const { locale, t } = useLanguage();
  const figures = [
    ['amount', t('console.amount')],
    ['reversed', t('console.refunds')],
    ['disputed', t('console.disputed')],
    ['left', t('console.leftOfLine')],
  ] as const;
  return (
    <div class="card part">
      <h2 id="lines">{t('console.lines')}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section class="table-frame" tabIndex={0} aria-labelledby="lines">
        <table class="sums">
          <thead>
            <tr>
              <th scope="col">{t('console.what')}</th>
              {figures.map(([figure, label]) => (
                <th key={figure} scope="col" class="amount">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <tr key={index}>
                <th scope="row">{lineName(line, t)}</th>
                {figures.map(([figure]) => (
                  <td key={figure} class="amount">
                    {formatMoney(line[figure], locale)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
