import type { BankRefundView } from '../../../shared/contracts/bank-transfers.ts';
import { Amount } from '../../parts/amount.tsx';
import { useLanguage } from '../language.tsx';
import { useService } from '../service.tsx';
import { SentForm } from './sent-form.tsx';

/** Money that is owed back to who paid by bank transfer. */
export function RefundTable(props: { refunds: readonly BankRefundView[]; onChanged: () => void }) {
  const { refunds, onChanged } = props;
  const { locale, t } = useLanguage();
  const { client } = useService();
  return (
    <div class="card part">
      <div class="part-head">
        <h2 id="refunds">{t('transfers.refunds')}</h2>
      </div>
      {refunds.length === 0 ? (
        <p class="soft">{t('transfers.noRefunds')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
        <section class="table-frame" tabIndex={0} aria-labelledby="refunds">
          <table class="sums">
            <thead>
              <tr>
                <th scope="col">{t('transfers.payer')}</th>
                <th scope="col">{t('transfers.order')}</th>
                <th scope="col" class="amount">
                  {t('transfers.amount')}
                </th>
                <th scope="col">{t('transfers.sent')}</th>
              </tr>
            </thead>
            <tbody>
              {refunds.map(({ id, payment, order, amount, payer }) => (
                <tr key={id}>
                  <th scope="row">{payer?.name ?? payment}</th>
                  <td>{order}</td>
                  <td class="amount">
                    <Amount of={amount} locale={locale} />
                  </td>
                  <td>
                    <SentForm
                      name={id}
                      label={t('transfers.return')}
                      send={(body) => client.json('confirmBankRefund', { params: { payment, id }, body })}
                      onSent={onChanged}
                    />
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
