import { useState } from 'preact/hooks';
import type { BankPaymentView } from '../../../shared/contracts/bank-transfers.ts';
import { PaymentTable } from '../bank/payment-table.tsx';
import { RecordForm } from '../bank/record-form.tsx';
import { RefundTable } from '../bank/refund-table.tsx';
import { stateText } from '../bank/state-text.ts';
import { useLanguage } from '../language.tsx';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import { useService } from '../service.tsx';
import { useFollowed } from '../use-followed.ts';

const everySeconds = 30;

/** What came to the bank account, what of it is unclear, and what is to be sent back. */
export function BankTransfersPage() {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const [recorded, setRecorded] = useState<BankPaymentView | undefined>(undefined);
  const followed = useFollowed('bank transfers', everySeconds, (signal) =>
    client.json('getBankTransfers', { query: {}, signal }),
  );
  const onChanged = followed.reload;
  return (
    <Page title={t('transfers.title')}>
      <p class="lead">{t('transfers.lead')}</p>
      <RecordForm
        onRecorded={(payment) => {
          setRecorded(payment);
          onChanged();
        }}
      />
      <p role="status">{recorded && t('transfers.recorded', { state: stateText(t, locale, recorded) })}</p>
      <Loaded of={followed}>
        {({ suspense, refunds, payments }) => (
          <>
            <PaymentTable
              id="suspense"
              title={t('transfers.suspense')}
              none={t('transfers.noSuspense')}
              payments={suspense}
              onChanged={onChanged}
            />
            <RefundTable refunds={refunds} onChanged={onChanged} />
            <PaymentTable
              id="month"
              title={t('transfers.month')}
              none={t('transfers.noPayments')}
              payments={payments}
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}
