import { currencySymbol, formatMoney } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { EventView } from '../../../shared/contracts/events.ts';
import { ChoiceField, TextField } from '../../parts/fields.tsx';
import type { AmountDraft } from './amount.ts';

/** An amount to give: one of those suggested, or any other. */
export function AmountFields(props: {
  locale: Locale;
  data: Pick<EventView, 'currency' | 'donation'>;
  name: string;
  error: string | undefined;
  words: {
    readonly label: string;
    /** Names the field for another amount, after the sign of the currency. */
    readonly own: (symbol: string) => string;
    readonly range: (smallest: string, largest: string) => string;
    /** Given where nothing is an answer too. */
    readonly none?: string;
  };
  draft: AmountDraft;
  onChange: (change: AmountDraft) => void;
}) {
  const { locale, data, draft, words, onChange } = props;
  const { smallest, largest, suggested } = data.donation;
  const money = (amount: typeof smallest): string => formatMoney(amount, locale);
  return (
    <>
      <ChoiceField
        name={props.name}
        error={props.error}
        look="pills"
        label={words.label}
        value={draft.own.trim() === '' ? draft.suggested : 'own'}
        onValue={(value) => onChange({ suggested: value, own: '' })}
        options={[
          ...(words.none === undefined ? [] : [{ value: '', label: words.none }]),
          ...suggested.map((amount) => ({ value: String(amount.amount), label: money(amount) })),
        ]}
        hint={words.range(money(smallest), money(largest))}
      />
      <TextField
        name="own-amount"
        inputMode="decimal"
        autocomplete="off"
        label={words.own(currencySymbol(data.currency))}
        value={draft.own}
        onValue={(own) => onChange({ suggested: draft.suggested, own })}
      />
    </>
  );
}
