import type { KeyIn, Translate } from '../../../messages/translate.ts';
import { CheckField, ChoiceField, SelectField, TextField } from '../../parts/fields.tsx';
import { ageOfMajority, ageOnRaceDay } from './age.ts';
import type { PersonDraft, PersonField } from './draft.ts';

interface Props {
  readonly t: Translate<KeyIn<'entry'>>;
  readonly raceDay: string;
  readonly countries: readonly (readonly [code: string, name: string])[];
  readonly person: PersonDraft;
  /** The name of a field, which is its path in the request, and what is wrong with it. */
  readonly at: (field: PersonField) => { name: string; error: string | undefined };
  readonly onChange: (change: Partial<PersonDraft>) => void;
  /** Whether these may be the visitor's own details, which the browser may fill in. */
  readonly isOwn: boolean;
}

/** Everything asked about a person who runs. */
export function PersonFields({ t, raceDay, countries, person, at, onChange, isOwn }: Props) {
  const age = ageOnRaceDay(person.birthDate, raceDay);
  const text = (field: Exclude<PersonField, 'wheelchair' | 'guardianConsent' | 'sex'>) => ({
    ...at(field),
    value: person[field],
    onValue: (value: string) => onChange({ [field]: value }),
  });
  const own = (token: string) => ({ autocomplete: isOwn ? token : 'off' });
  const optional = (label: string) => (
    <>
      {label} <span class="optional">({t('entry.optional')})</span>
    </>
  );
  return (
    <>
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
          max={raceDay}
          label={t('entry.birthDate')}
          hint={age !== undefined && t('entry.ageOnRaceDay', { age })}
          required
        />
        <SelectField
          {...text('country')}
          {...own('country')}
          label={t('entry.country')}
          options={countries}
        />
      </div>
      <ChoiceField
        {...at('sex')}
        look="pills"
        label={t('entry.sex')}
        value={person.sex}
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
        checked={person.wheelchair}
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
            checked={person.guardianConsent}
            onChecked={(guardianConsent) => onChange({ guardianConsent })}
            required
          />
        </fieldset>
      )}
    </>
  );
}
