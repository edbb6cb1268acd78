import { formatMoment, formatMoney } from '../../../messages/format.ts';
import { inLocale, orderPage } from '../paths.ts';
import type { ChangeableLine } from './changeable.ts';
import type { ChangeProps } from './changes.tsx';

/** A change of an entry that waits to be paid: what for, until when, and the way to its own page. */
export function Pending({
  locale,
  t,
  data,
  pending,
}: ChangeProps & { readonly pending: NonNullable<ChangeableLine['pending']> }) {
  const { token, kind, distanceName, until } = pending;
  const amount = formatMoney(pending.amount, locale);
  return (
    <section class="block notice">
      <p>
        {t(`change.pending.${kind}`, { distance: distanceName[locale], amount })}{' '}
        {until !== undefined && t('change.pendingUntil', { time: formatMoment(until, data.zone, locale) })}
      </p>
      <a class="button" href={inLocale(locale, orderPage(token))}>
        {t('change.pay', { amount })}
      </a>
    </section>
  );
}
