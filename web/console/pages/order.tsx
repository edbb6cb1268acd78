import { useRoute } from 'preact-iso/router';
import type { StaffOrderView } from '../../../shared/contracts/staff-orders.ts';
import { Amount } from '../../parts/amount.tsx';
import { useLanguage } from '../language.tsx';
import { Loaded } from '../loaded.tsx';
import { GiveBack } from '../order/give-back.tsx';
import { Lines } from '../order/lines.tsx';
import { Story } from '../order/story.tsx';
import { UnderWay } from '../order/under-way.tsx';
import { Page } from '../page.tsx';
import { useService } from '../service.tsx';
import { useFollowed } from '../use-followed.ts';

const everySeconds = 15;

/** An order's money: what was paid for what, what became of it, and how to give it back. */
export function OrderPage() {
  const { t } = useLanguage();
  const { client } = useService();
  const { order: id = '' } = useRoute().params;
  const followed = useFollowed(id, everySeconds, (signal) =>
    client.json('getStaffOrder', { params: { order: id }, signal }),
  );
  return (
    <Page title={t('console.orderOf', { id: followed.value?.id ?? id })}>
      <p class="back">
        <a href="/console/orders">{t('console.orders')}</a>
      </p>
      <Loaded of={followed}>
        {(order) => (
          <>
            <Summary order={order} />
            <Lines order={order} />
            <UnderWay order={order} onDone={followed.reload} />
            <Story order={order} />
            {order.left.amount > 0 && <GiveBack order={order} onDone={followed.reload} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Summary({ order }: { order: StaffOrderView }) {
  const { locale, t } = useLanguage();
  const { state, event, contact, total, left, owed } = order;
  const sum = (label: string, of: typeof total) => (
    <div class="card">
      <dt>{label}</dt>
      <dd>
        <Amount of={of} locale={locale} />
      </dd>
    </div>
  );
  return (
    <>
      <dl class="ids">
        <div>
          <dt>{t('console.state')}</dt>
          <dd>
            <strong>{t(`console.state.${state}`)}</strong>
          </dd>
        </div>
        <div>
          <dt>{t('subject.event')}</dt>
          <dd>
            <a href={`/console/events/${event}`}>{event}</a>
          </dd>
        </div>
        {contact && (
          <div>
            <dt>{t('console.contact')}</dt>
            <dd>{contact.email}</dd>
          </div>
        )}
      </dl>
      <dl class="totals">
        {sum(t('console.paidSum'), total)}
        {sum(t('console.leftSum'), left)}
        {sum(t('console.owedSum'), owed)}
      </dl>
    </>
  );
}
