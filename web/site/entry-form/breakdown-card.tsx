import type { KeyIn, Translate } from '../../../messages/translate.ts';
import { type Locale, laterProject } from '../../../shared/contracts/basics.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import { Amount } from '../../parts/amount.tsx';
import { breakdown } from './breakdown.ts';
import type { RunnerDraft } from './draft.ts';
import type { EntryFormData } from './entry-form.tsx';
import { feeOf } from './read-draft.ts';

/** How many tenge go where, before anything is paid. */
export function BreakdownCard(props: {
  t: Translate<KeyIn<'entry'>>;
  locale: Locale;
  data: Pick<EntryFormData, 'currency' | 'projects'>;
  distances: readonly DistanceView[];
  runners: readonly Pick<RunnerDraft, 'distance' | 'project' | 'price'>[];
}) {
  const { t, locale, data, distances, runners } = props;
  const lines = runners.flatMap((runner) => {
    const distance = distances.find(({ id }) => id === runner.distance);
    const price = feeOf(runner, distances);
    return distance && price ? [{ distance, price, charity: distance.charity, project: runner.project }] : [];
  });
  // The shares are those of the price in the event's view: with another price they are not known yet.
  if (lines.some(({ distance, price }) => distance.price?.amount !== price.amount)) return null;
  const { total, shares, rest } = breakdown(lines);
  const amount = (value: number) => (
    <Amount of={{ amount: value, currency: data.currency }} locale={locale} />
  );
  const projectName = (id: string): string =>
    data.projects.find((project) => project.id === id)?.name[locale] ?? id;
  const shareLabel = (project: string | undefined): string => {
    if (project === undefined) return t('entry.shareUnchosen');
    if (project === laterProject) return t('entry.shareLater');
    return t('entry.shareOf', { project: projectName(project) });
  };
  return (
    <section class="card breakdown" aria-labelledby="breakdown">
      <h2 id="breakdown">{t('entry.whereItGoes')}</h2>
      <dl class="sums" aria-live="polite">
        {shares.map(({ project, amount: share }) => (
          <div class="charity" key={project}>
            <dt>{shareLabel(project)}</dt>
            <dd>{amount(share)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('entry.rest')}</dt>
          <dd>{amount(rest)}</dd>
        </div>
        <div class="total">
          <dt>{t('entry.total')}</dt>
          <dd>{amount(total)}</dd>
        </div>
      </dl>
    </section>
  );
}
