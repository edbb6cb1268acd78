import { formatMoment, formatNumber } from '../../../messages/format.ts';
import type { ReportView } from '../../../shared/contracts/reports.ts';
import { useLanguage } from '../language.tsx';

/** The paid teams that lack members; nothing while there is none. */
export function TeamTable({ report }: { report: ReportView }) {
  const { locale, t } = useLanguage();
  const { incompleteTeams, distances, event } = report;
  if (incompleteTeams.length === 0) return null;
  const nameOf = (id: string) => distances.find(({ distance }) => distance === id)?.name[locale] ?? id;
  const figures = [t('console.place'), t('console.members'), t('console.missing'), t('console.missingWomen')];
  return (
    <div class="card part">
      <div class="part-head">
        <h2 id="teams">{t('console.teams')}</h2>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard. */}
      <section class="table-frame" tabIndex={0} aria-labelledby="teams">
        <table class="sums">
          <thead>
            <tr>
              <th scope="col">{t('console.team')}</th>
              <th scope="col">{t('console.distance')}</th>
              {figures.map((label) => (
                <th key={label} scope="col" class="amount">
                  {label}
                </th>
              ))}
              <th scope="col">{t('console.completeBy')}</th>
            </tr>
          </thead>
          <tbody>
            {incompleteTeams.map(({ distance, place, name, members, missing, completeBy }) => (
              <tr key={`${distance} ${place}`}>
                <th scope="row">{name}</th>
                <td>{nameOf(distance)}</td>
                {[place, members, missing.members, missing.women].map((figure, index) => (
                  <td key={index} class="amount">
                    {formatNumber(figure, locale)}
                  </td>
                ))}
                <td>{formatMoment(completeBy, event.zone, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
