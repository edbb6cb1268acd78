import { formatMoment, formatMoney } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { OrderView } from '../../../shared/contracts/orders.ts';
import { inLocale, orderPage } from '../paths.ts';
import { redraw } from '../use-action.ts';
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
    <section class="block">
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

/** Goes to the payment where a change waits for it; else the server draws what the page has become. */
export function goOn(order: OrderView | undefined, entry: string, locale: Locale): void {
  const line = order?.lines.find((found) => found.kind === 'entry' && found.entry === entry);
  if (line?.kind === 'entry' && line.pending)
    location.assign(inLocale(locale, orderPage(line.pending.token)));
  else redraw(order);
}
