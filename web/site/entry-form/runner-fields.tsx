import { formatMoney } from '../../../messages/format.ts';
import type { KeyIn, Translate } from '../../../messages/translate.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import { CheckField, ChoiceField, SelectField, TextField } from '../../parts/fields.tsx';
import { ageOfMajority, ageOnRaceDay } from './age.ts';
import { type EntryField, entryPath, type RunnerDraft } from './draft.ts';
import type { EntryFormData } from './entry-form.tsx';

interface Props {
  readonly t: Translate<KeyIn<'entry' | 'field'>>;
  readonly locale: Locale;
  readonly data: EntryFormData;
  readonly distances: readonly DistanceView[];
  readonly index: number;
  readonly count: number;
  readonly runner: RunnerDraft;
  readonly errorOf: (name: string) => string | undefined;
  readonly onChange: (change: Partial<RunnerDraft>) => void;
  readonly onRemove: () => void;
}

/** Everything asked about one runner. */
export function RunnerFields(props: Props) {
  const { t, locale, data, distances, index, count, runner, errorOf, onChange } = props;
  const number = index + 1;
  const distance = distances.find(({ id }) => id === runner.distance);
  const age = ageOnRaceDay(runner.birthDate, data.raceDay);

  const at = (field: EntryField) => ({
    name: entryPath(index, field),
    error: errorOf(entryPath(index, field)),
  });
  const text = (field: Exclude<EntryField, 'wheelchair' | 'guardianConsent' | 'sex'>) => ({
    ...at(field),
    value: runner[field],
    onValue: (value: string) => onChange({ [field]: value }),
  });
  // The browser may fill in the visitor's own details, which are the first runner's.
  const own = (token: string) => ({ autocomplete: index === 0 ? token : 'off' });
  const optional = (label: string) => (
    <>
      {label} <span class="optional">({t('entry.optional')})</span>
    </>
  );

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
      <div class="pair">
        <TextField {...text('givenName')} {...own('given-name')} label={t('entry.givenName')} required />
        <TextField {...text('familyName')} {...own('family-name')} label={optional(t('entry.familyName'))} />
      </div>
      <div class="pair">
        <TextField
          {...text('birthDate')}
          {...own('bday')}
          type="date"
          min="1900-01-01"
          max={data.raceDay}
          label={t('entry.birthDate')}
          hint={age !== undefined && t('entry.ageOnRaceDay', { age })}
          required
        />
        <SelectField
          {...text('country')}
          {...own('country')}
          label={t('entry.country')}
          options={data.countries}
        />
      </div>
      <ChoiceField
        {...at('sex')}
        look="pills"
        label={t('entry.sex')}
        value={runner.sex}
        onValue={(value) => onChange({ sex: value === 'female' ? 'female' : 'male' })}
        options={[
          { value: 'female', label: t('entry.female') },
          { value: 'male', label: t('entry.male') },
        ]}
      />
      <div class="pair">
        <TextField {...text('email')} {...own('email')} type="email" label={t('entry.email')} required />
        <TextField
          {...text('phone')}
          {...own('tel')}
          type="tel"
          label={t('entry.phone')}
          hint={t('entry.phoneHint')}
          required
        />
      </div>
      <TextField {...text('club')} autocomplete="off" label={optional(t('entry.club'))} longest={80} />
      <CheckField
        {...at('wheelchair')}
        label={t('entry.wheelchair')}
        checked={runner.wheelchair}
        onChecked={(wheelchair) => onChange({ wheelchair })}
      />
      <fieldset class="block">
        <legend>{t('entry.emergency')}</legend>
        <p class="soft">{t('entry.emergencyHint')}</p>
        <div class="pair">
          <TextField {...text('emergencyName')} autocomplete="off" label={t('entry.contactName')} required />
          <TextField
            {...text('emergencyPhone')}
            autocomplete="off"
            type="tel"
            label={t('entry.contactPhone')}
            required
          />
        </div>
      </fieldset>
      {age !== undefined && age < ageOfMajority && (
        <fieldset class="block">
          <legend>{t('entry.guardian')}</legend>
          <p class="soft">{t('entry.guardianHint')}</p>
          <div class="pair">
            <TextField {...text('guardianName')} autocomplete="off" label={t('entry.contactName')} required />
            <TextField
              {...text('guardianPhone')}
              autocomplete="off"
              type="tel"
              label={t('entry.contactPhone')}
              required
            />
          </div>
          <CheckField
            {...at('guardianConsent')}
            label={t('entry.guardianConsent')}
            checked={runner.guardianConsent}
            onChecked={(guardianConsent) => onChange({ guardianConsent })}
            required
          />
        </fieldset>
      )}
      {distance?.charity.chosenBy === 'runner' && (
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
