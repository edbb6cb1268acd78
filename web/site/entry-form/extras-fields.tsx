import { useState } from 'preact/hooks';
import type { KeyIn, Translate } from '../../../messages/translate.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import { SelectField, TextField } from '../../parts/fields.tsx';
import { AmountFields } from '../donation-form/amount-fields.tsx';
import { type ExtrasData, type ExtrasDraft, extrasPaths, giftOf } from './extras.ts';
import type { CodeState } from './use-quote.ts';

interface Props {
  readonly t: Translate<KeyIn<'entry'>>;
  readonly locale: Locale;
  readonly data: ExtrasData;
  readonly extras: ExtrasDraft;
  readonly errorOf: (name: string) => string | undefined;
  readonly onChange: (change: Partial<ExtrasDraft>, ...paths: readonly string[]) => void;
}

/** A gift with the entry: it goes whole to a project. @param props.follows the project of the first entry. */
export function GiftCard({
  t,
  locale,
  data,
  extras,
  errorOf,
  onChange,
  follows,
}: Props & { follows: string }) {
  const gift = giftOf(extras, data, follows);
  return (
    <section class="card" aria-labelledby="gift">
      <h2 id="gift">{t('entry.addGift')}</h2>
      <AmountFields
        {...{ locale, data }}
        name={extrasPaths.gift}
        error={errorOf(extrasPaths.gift)}
        words={{
          label: t('entry.giftLead'),
          none: t('entry.giftNone'),
          own: (symbol) => t('entry.giftOwn', { symbol }),
          range: (smallest, largest) => t('entry.giftRange', { smallest, largest }),
        }}
        draft={extras}
        onChange={(change) => onChange(change, extrasPaths.gift)}
      />
      {(gift || extras.own.trim() !== '') && (
        <SelectField
          name={extrasPaths.giftProject}
          error={errorOf(extrasPaths.giftProject)}
          label={t('entry.giftProject')}
          empty={t('entry.giftProjectEmpty')}
          value={gift?.project ?? extras.giftProject}
          onValue={(giftProject) => onChange({ giftProject }, extrasPaths.giftProject)}
          options={data.projects.map(({ id, name }) => [id, name[locale]])}
        />
      )}
    </section>
  );
}

/** The field for a code, closed until it is wanted. @param props.isNeeded the distance is entered with a code only. */
export function CodeCard(props: Omit<Props, 'locale' | 'data'> & { state: CodeState; isNeeded: boolean }) {
  const { t, extras, errorOf, onChange, state, isNeeded } = props;
  const [isOpen, setOpen] = useState(false);
  const error = errorOf(extrasPaths.code);
  const code = extras.code.trim();
  const apply = () => onChange({ applied: code }, extrasPaths.code);
  const told = (): string | undefined => {
    if (code === '' || code !== extras.applied) return undefined;
    if (state.is === 'asking') return t('entry.codeAsking');
    if (state.is === 'applied') return t('entry.codeApplied');
    return state.is === 'unanswered' ? t('entry.codeUnanswered') : undefined;
  };
  if (!isOpen && !isNeeded && extras.code === '' && error === undefined)
    return (
      <p>
        <button type="button" class="text-button" onClick={() => setOpen(true)}>
          {t('entry.haveCode')}
        </button>
      </p>
    );
  return (
    <section class="card code" aria-labelledby="code-title">
      <h2 id="code-title">{t('entry.code')}</h2>
      {isNeeded && <p>{t('entry.byCodeLead')}</p>}
      <div class="with-button">
        <TextField
          name={extrasPaths.code}
          error={error}
          label={t('entry.codeLabel')}
          autocomplete="off"
          longest={40}
          value={extras.code}
          onValue={(typed) => onChange({ code: typed }, extrasPaths.code)}
          onCommit={apply}
          required={isNeeded}
        />
        {/* It stays where it is: leaving the field applies the code too, and the press must still meet it. */}
        <button type="button" class="button quiet" onClick={apply}>
          {t('entry.codeApply')}
        </button>
      </div>
      <p class="code-state" role="status">
        {told()}
      </p>
      {code !== '' && (
        <button
          type="button"
          class="text-button"
          onClick={() => onChange({ code: '', applied: '' }, extrasPaths.code)}
        >
          {t('entry.codeRemove')}
        </button>
      )}
    </section>
  );
}
