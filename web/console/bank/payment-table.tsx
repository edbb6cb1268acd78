import { useState } from 'preact/hooks';
import { formatReference } from '../../../messages/format.ts';
import type { BankPaymentView } from '../../../shared/contracts/bank-transfers.ts';
import { Amount } from '../../parts/amount.tsx';
import { TextField } from '../../parts/fields.tsx';
import { useLanguage } from '../language.tsx';
import { Refusal } from '../refusal.tsx';
import { useService } from '../service.tsx';
import { useAct } from '../use-act.ts';
import { SentForm } from './sent-form.tsx';
import { stateText } from './state-text.ts';

/** Bank payments, with what may be decided about each where `onChanged` is given. */
export function PaymentTable(props: {
  id: string;
  title: string;
  none: string;
  payments: readonly BankPaymentView[];
  onChanged?: () => void;
}) {
  const { id, title, none, payments, onChanged } = props;
  const { locale, t } = useLanguage();
  return (
    <div class="card part">
      <div class="part-head">
        <h2 id={id}>{title}</h2>
      </div>
      {payments.length === 0 ? (
        <p class="soft">{none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
        <section class="table-frame" tabIndex={0} aria-labelledby={id}>
          <table class="sums">
            <thead>
              <tr>
                <th scope="col">{t('transfers.date')}</th>
                <th scope="col">{t('transfers.payer')}</th>
                <th scope="col">{t('transfers.text')}</th>
                <th scope="col" class="amount">
                  {t('transfers.amount')}
                </th>
                <th scope="col">{t('transfers.order')}</th>
                <th scope="col">{t('transfers.state')}</th>
              </tr>
            </thead>
            <tbody>
              {payments.map((payment) => (
                <tr key={payment.id}>
                  <th scope="row">
                    {payment.date}
                    <br />
                    <span class="soft">{payment.line}</span>
                  </th>
                  <td>
                    {payment.payer.name}
                    {payment.payer.businessId !== undefined && (
                      <>
                        <br />
                        <span class="soft">{payment.payer.businessId}</span>
                      </>
                    )}
                  </td>
                  <td>{payment.text}</td>
                  <td class="amount">
                    <Amount of={payment.amount} locale={locale} />
                  </td>
                  <td>{payment.order && formatReference(payment.order.reference)}</td>
                  <td>
                    {stateText(t, locale, payment)}
                    {onChanged && <Decisions payment={payment} onChanged={onChanged} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}

function Decisions({ payment, onChanged }: { payment: BankPaymentView; onChanged: () => void }) {
  const { t } = useLanguage();
  const { client } = useService();
  const [to, setTo] = useState('');
  const { isBusy, refused, act } = useAct();
  const { id } = payment;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const assign = () => client.json('assignBankPayment', { params: { id }, body: { to } });
    if (await act({ id, to }, assign)) onChanged();
  };
  return (
    <>
      <details class="bank-act">
        <summary>{t('transfers.assign')}</summary>
        <form onSubmit={submit}>
          <TextField
            name={`${id}.to`}
            label={t('transfers.assignTo')}
            value={to}
            onValue={setTo}
            autocomplete="off"
            required
          />
          <Refusal of={refused} />
          <button class="button quiet" type="submit" aria-disabled={isBusy}>
            {t('transfers.assign')}
          </button>
        </form>
      </details>
      <SentForm
        name={`${id}.return`}
        label={t('transfers.return')}
        send={(body) => client.json('returnBankPayment', { params: { id }, body })}
        onSent={onChanged}
      />
    </>
  );
}
