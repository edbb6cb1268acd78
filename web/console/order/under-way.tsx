import { useState } from 'preact/hooks';
import { formatMoney } from '../../../messages/format.ts';
import type { StaffOrderView } from '../../../shared/contracts/staff-orders.ts';
import { Amount } from '../../parts/amount.tsx';
import { TextField } from '../../parts/fields.tsx';
import { SentForm } from '../bank/sent-form.tsx';
import { useLanguage } from '../language.tsx';
import { Refusal } from '../refusal.tsx';
import { useService } from '../service.tsx';
import { fieldText, useAct } from '../use-act.ts';

/** What is owed back and how that stands, and payments that do not fit the order. */
export function UnderWay({ order, onDone }: { order: StaffOrderView; onDone: () => void }) {
  const { t } = useLanguage();
  const unclear = order.suspense.filter(({ left }) => left.amount > 0);
  if (order.due.length === 0 && unclear.length === 0) return null;
  return (
    <section class="card part" aria-labelledby="under-way">
      <h2 id="under-way">{t('console.due')}</h2>
      {order.due.map((due) => (
        <Due key={due.id} order={order.id} due={due} onDone={onDone} />
      ))}
      {unclear.map((payment) => (
        <Unclear key={payment.payment} order={order.id} payment={payment} onDone={onDone} />
      ))}
    </section>
  );
}

function Due(props: { order: string; due: StaffOrderView['due'][number]; onDone: () => void }) {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { isBusy, refused, act } = useAct();
  const { order, due, onDone } = props;
  const retry = async (): Promise<void> => {
    const params = { order, refund: due.id };
    if (await act(params, () => client.json('retryRefund', { params }))) onDone();
  };
  return (
    <div class="step">
      <p>
        <Amount of={due.amount} locale={locale} /> · {t(`console.due.${due.status}`)}
      </p>
      {due.status === 'failed' && (
        <>
          <button class="button quiet" type="button" disabled={isBusy} onClick={() => void retry()}>
            {t('console.retry')}
          </button>
          <Refusal of={refused} />
          <SentForm
            name={due.id}
            label={t('console.sentByBank', { amount: formatMoney(due.amount, locale) })}
            send={(sent) =>
              client.json('recordRefundByBank', {
                params: { order, refund: due.id },
                body: { ...sent, amount: due.amount },
              })
            }
            onSent={onDone}
          />
        </>
      )}
    </div>
  );
}

function Unclear(props: { order: string; payment: StaffOrderView['suspense'][number]; onDone: () => void }) {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { isBusy, refused, act } = useAct();
  const [note, setNote] = useState('');
  const { order, payment, onDone } = props;
  const giveBack = async (submitted: Event): Promise<void> => {
    submitted.preventDefault();
    const body = { note };
    const params = { order, payment: payment.payment };
    if (await act(body, () => client.json('returnSuspense', { params, body }))) onDone();
  };
  return (
    <form class="step" onSubmit={(submitted) => void giveBack(submitted)}>
      <p>
        <Amount of={payment.left} locale={locale} /> · {t(`console.story.suspense.${payment.why}`)} ·{' '}
        <code>{payment.payment}</code>
      </p>
      <TextField
        name={`${payment.payment}.note`}
        label={t('console.why')}
        value={note}
        onValue={setNote}
        longest={500}
        required
        error={fieldText(refused, 'note', t)}
      />
      <button class="button quiet" type="submit" disabled={isBusy}>
        {t('console.return')}
      </button>
      <Refusal of={refused} />
    </form>
  );
}
