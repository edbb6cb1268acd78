import { useState } from 'preact/hooks';
import type { SentInput } from '../../../shared/contracts/bank-transfers.ts';
import { TextField } from '../../parts/fields.tsx';
import { useLanguage } from '../language.tsx';
import { Refusal } from '../refusal.tsx';
import { fieldText, useAct } from '../use-act.ts';

/** By which payment of ours money was sent back. */
export function SentForm(props: {
  name: string;
  label: string;
  send: (sent: SentInput) => Promise<unknown>;
  onSent: () => void;
}) {
  const { name, label, send, onSent } = props;
  const { t } = useLanguage();
  const [sent, setSent] = useState({ reference: '', date: '' });
  const { isBusy, refused, act } = useAct();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await act(sent, () => send(sent))) onSent();
  };
  return (
    <details class="bank-act">
      <summary>{label}</summary>
      <form onSubmit={submit}>
        <TextField
          name={`${name}.reference`}
          label={t('transfers.sentReference')}
          value={sent.reference}
          error={fieldText(refused, 'reference', t)}
          onValue={(reference) => setSent((old) => ({ ...old, reference }))}
          required
        />
        <TextField
          name={`${name}.date`}
          label={t('transfers.date')}
          type="date"
          value={sent.date}
          error={fieldText(refused, 'date', t)}
          onValue={(date) => setSent((old) => ({ ...old, date }))}
          required
        />
        <Refusal of={refused} />
        <button class="button quiet" type="submit" aria-disabled={isBusy}>
          {label}
        </button>
      </form>
    </details>
  );
}
