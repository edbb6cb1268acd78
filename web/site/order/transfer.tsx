import { formatMoment, formatMoney, formatReference } from '../../../messages/format.ts';
import type { KeyIn, Translate } from '../../../messages/translate.ts';
import type { Locale, Money } from '../../../shared/contracts/basics.ts';
import type { InvoiceView } from '../../../shared/contracts/payers.ts';
import { inLocale, invoicePage } from '../paths.ts';

/** An order that waits for its bank transfer: what is still to come, until when, and the invoice. */
export function TransferAwaited(props: {
  t: Translate<KeyIn<'invoice'>>;
  locale: Locale;
  token: string;
  total: Money;
  invoice: InvoiceView;
  zone: string;
}) {
  const { t, locale, token, total, invoice, zone } = props;
  const rest = { ...total, amount: total.amount - invoice.received.amount };
  return (
    <>
      {invoice.received.amount > 0 && (
        <p>{t('invoice.waitingPart', { received: formatMoney(invoice.received, locale) })}</p>
      )}
      <p>
        {t('invoice.waitingText', {
          rest: formatMoney(rest, locale),
          until: formatMoment(invoice.dueAt, zone, locale),
          reference: formatReference(invoice.reference),
        })}
      </p>
      <p>
        <a class="button wide" href={inLocale(locale, invoicePage(token))}>
          {t('invoice.open')}
        </a>
      </p>
    </>
  );
}
