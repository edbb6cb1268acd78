import { translate } from '../../../messages/catalogue.ts';
import { formatDayOf, formatMoney } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { OrderReturn, OrderView } from '../../../shared/contracts/orders.ts';
import { Sum } from './facts.tsx';
import { projectName } from './line-texts.ts';

/** What of the money goes or went another way, and what stays paid; nothing while nothing does. */
export function Returns({ locale, order }: { locale: Locale; order: OrderView }) {
  const t = translate(locale);
  const returns = openReturns(order.returns ?? []);
  if (returns.length === 0) return null;
  return (
    <section class="card" aria-labelledby="returns">
      <h2 id="returns">{t('receipt.returns')}</h2>
      <dl class="sums">
        {returns.map(({ id, what, at, amount, project }) => (
          <Sum
            key={id}
            label={t(`order.return.${what}`, {
              date: formatDayOf(at, order.event.zone, locale),
              project: project === undefined ? '' : projectName(locale, order, project),
            })}
            of={amount}
            locale={locale}
          />
        ))}
        {order.kept && <Sum label={t('receipt.remains')} of={order.kept} locale={locale} look="total" />}
      </dl>
    </section>
  );
}

/** What each project has of the order, less what went back. */
export function Charity({ locale, order }: { locale: Locale; order: OrderView }) {
  const t = translate(locale);
  const sum = order.shares.reduce((total, { amount }) => total + amount.amount, 0);
  return (
    <section class="card breakdown" aria-labelledby="charity">
      <h2 id="charity">{t('order.charity')}</h2>
      <dl class="sums">
        {order.shares.map(({ project, amount }) => (
          <Sum
            key={project}
            label={projectName(locale, order, project)}
            of={amount}
            locale={locale}
            look="charity"
          />
        ))}
      </dl>
      {order.shares.length > 1 && (
        <p>
          {t('order.charityPaid', {
            amount: formatMoney({ amount: sum, currency: order.total.currency }, locale),
          })}
        </p>
      )}
    </section>
  );
}

/** What was done, and what is decided and not done yet: a refund settles the decisions before it, the oldest first. */
function openReturns(returns: readonly OrderReturn[]): OrderReturn[] {
  const refunds = returns
    .filter(({ what, ofOrder }) => what === 'given_back' && ofOrder)
    .map(({ at, amount }) => ({ at, left: amount.amount }));
  return returns.flatMap((one) => {
    if (one.what !== 'decided') return [one];
    let { amount } = one.amount;
    for (const refund of refunds) {
      const settled = refund.at < one.at ? 0 : Math.min(refund.left, amount);
      refund.left -= settled;
      amount -= settled;
    }
    return amount > 0 ? [{ ...one, amount: { ...one.amount, amount } }] : [];
  });
}
