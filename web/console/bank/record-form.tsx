import { useState } from 'preact/hooks';
import type { BankPaymentInput, BankPaymentView } from '../../../shared/contracts/bank-transfers.ts';
import { TextField } from '../../parts/fields.tsx';
import { parseAmount } from '../../parts/parse-amount.ts';
import { useLanguage } from '../language.tsx';
import { Refusal } from '../refusal.tsx';
import { useService } from '../service.tsx';
import { fieldText, useAct } from '../use-act.ts';

/** What the fund's account is kept in. */
const currency = 'KZT';

const empty = { line: '', date: '', amount: '', text: '', payer: '', businessId: '' };
type Field = keyof typeof empty;

/** Where the request has what a field asks for. */
const paths: Readonly<Record<Field, string>> = {
  line: 'line',
  date: 'date',
  amount: 'amount',
  text: 'text',
  payer: 'payer.name',
  businessId: 'payer.businessId',
};

/** One line of the bank statement. */
export function RecordForm({ onRecorded }: { onRecorded: (payment: BankPaymentView) => void }) {
  const { t } = useLanguage();
  const { client } = useService();
  const [draft, setDraft] = useState(empty);
  const { isBusy, refused, act } = useAct();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body: BankPaymentInput = {
      line: draft.line,
      date: draft.date,
      amount: parseAmount(draft.amount, currency) ?? { amount: 0, currency },
      ...(draft.text.trim() !== '' && { text: draft.text }),
      payer: { name: draft.payer, ...(draft.businessId.trim() !== '' && { businessId: draft.businessId }) },
    };
    const done = await act(body, async () => onRecorded(await client.json('recordBankPayment', { body })));
    if (done) setDraft({ ...empty, date: draft.date });
  };
  const field = (name: Field, more: { type?: 'date'; inputMode?: 'decimal'; required?: boolean } = {}) => (
    <TextField
      name={`record.${name}`}
      label={t(`transfers.${name}`)}
      value={draft[name]}
      onValue={(value) => setDraft((old) => ({ ...old, [name]: value }))}
      autocomplete="off"
      error={fieldText(refused, paths[name], t)}
      {...more}
    />
  );
  return (
    <form class="card part" onSubmit={submit} aria-labelledby="record">
      <h2 id="record">{t('transfers.record')}</h2>
      <div class="grid">
        {field('line', { required: true })}
        {field('date', { type: 'date', required: true })}
        {field('amount', { inputMode: 'decimal', required: true })}
        {field('payer', { required: true })}
        {field('businessId')}
        {field('text')}
      </div>
      <Refusal of={refused} />
      <button class="button" type="submit" aria-disabled={isBusy}>
        {t('transfers.save')}
      </button>
    </form>
  );
}
