import { formatMoney } from '../../../messages/format.ts';
import type { KeyIn, Translate } from '../../../messages/translate.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import { ChoiceField, SelectField } from '../../parts/fields.tsx';
import { type EntryField, entryPath, type RunnerDraft } from './draft.ts';
import type { EntryFormData } from './entry-form.tsx';
import { choosesProject, type ShownFee } from './fee.ts';
import { PersonFields } from './person-fields.tsx';

interface Props {
  readonly t: Translate<KeyIn<'entry' | 'field'>>;
  readonly locale: Locale;
  readonly data: EntryFormData;
  readonly distances: readonly DistanceView[];
  readonly index: number;
  readonly count: number;
  readonly runner: RunnerDraft;
  readonly fee: ShownFee | undefined;
  readonly errorOf: (name: string) => string | undefined;
  readonly onChange: (change: Partial<RunnerDraft>) => void;
  readonly onRemove: () => void;
}

/** Everything asked about one entry. */
export function RunnerFields(props: Props) {
  const { t, locale, data, distances, index, count, runner, fee, errorOf, onChange } = props;
  const number = index + 1;
  const distance = distances.find(({ id }) => id === runner.distance);

  const at = (field: EntryField) => ({
    name: entryPath(index, field),
    error: errorOf(entryPath(index, field)),
  });
  const text = (field: 'distance' | 'project') => ({
    ...at(field),
    value: runner[field],
    onValue: (value: string) => onChange({ [field]: value }),
  });

  return (
    <section class="card runner" aria-labelledby={`runner-${number}`}>
      <div class="runner-head">
        <h2 id={`runner-${number}`} tabIndex={-1}>
          {count === 1 ? t('entry.onlyRunner') : t('entry.runner', { number })}
        </h2>
        {count > 1 && (
          <button
            type="button"
            class="text-button"
            onClick={props.onRemove}
            aria-label={t('entry.removeRunner', { number })}
          >
            {t('entry.remove')}
          </button>
        )}
      </div>
      <SelectField
        {...text('distance')}
        onValue={(value) => onChange({ distance: value, price: undefined })}
        label={t('entry.distance')}
        options={distances
          .filter(({ id, status }) => status === 'open' || id === runner.distance)
          .map(({ id, name, price }) => [
            id,
            price ? `${name[locale]} · ${formatMoney(price, locale)}` : name[locale],
          ])}
      />
      <PersonFields
        {...{ t, raceDay: data.raceDay, countries: data.countries, person: runner, at, onChange }}
        isOwn={index === 0}
      />
      {distance && choosesProject(fee, distance) && (
        <ChoiceField
          {...text('project')}
          look="cards"
          label={t('entry.project')}
          options={data.projects
            .filter(({ id }) => distance.charity.projects.includes(id))
            .map(({ id, name, summary }) => ({ value: id, label: name[locale], note: summary[locale] }))}
        />
      )}
    </section>
  );
}
