import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { TextField } from '../../parts/fields.tsx';
import { useLanguage } from '../language.tsx';
import { Page } from '../page.tsx';

/** Finds an order by its number or a payment. */
export function OrdersPage() {
  const { t } = useLanguage();
  const { route } = useLocation();
  const [id, setId] = useState('');
  return (
    <Page title={t('console.orders')}>
      <p class="lead">{t('console.orderLead')}</p>
      <form
        class="card one-line"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          route(`/console/orders/${encodeURIComponent(id.trim())}`);
        }}
      >
        <TextField
          name="order"
          label={t('console.orderId')}
          value={id}
          onValue={setId}
          longest={100}
          required
        />
        <button class="button" type="submit">
          {t('console.find')}
        </button>
      </form>
    </Page>
  );
}
