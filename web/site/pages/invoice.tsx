import { translate } from '../../../messages/catalogue.ts';
import { formatMoment, formatReference } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { OrderView } from '../../../shared/contracts/orders.ts';
import type { InvoiceView } from '../../../shared/contracts/payers.ts';
import { inLocale, orderPage } from '../paths.ts';
import { Fact, Sum } from './facts.tsx';
import { lineTexts } from './line-texts.ts';

interface Props {
  readonly locale: Locale;
  readonly order: OrderView;
  readonly invoice: InvoiceView;
}

/** The invoice of an order, to pay from and to print: it needs no script. */
export function InvoicePage({ locale, order, invoice }: Props) {
  const t = translate(locale);
  const { zone } = order.event;
  const { beneficiary, payer, reference } = invoice;
  return (
    <div class="wrap section narrow receipt">
      <p class="back">
        <a href={inLocale(locale, orderPage(order.token))}>{t('invoice.toOrder')}</a>
      </p>
      <header>
        <h1>
          {t('invoice.title')}{' '}
          <span class="nowrap">{t('invoice.number', { reference: formatReference(reference) })}</span>
        </h1>
        {order.state === 'paid' && <p class="notice good">{t('invoice.paid')}</p>}
      </header>
      <dl class="receipt-facts">
        <Fact label={t('invoice.issued')}>{formatMoment(invoice.issuedAt, zone, locale)}</Fact>
        <Fact label={t('invoice.due')}>
          <strong>{formatMoment(invoice.dueAt, zone, locale)}</strong>
        </Fact>
        <Fact label={t('invoice.reference')}>
          <strong class="figure">{formatReference(reference)}</strong>
          <br />
          <span class="soft small">{t('invoice.referenceHint')}</span>
        </Fact>
        <Fact label={t('invoice.beneficiary')}>
          {beneficiary.name}
          <br />
          {t('invoice.bin', { number: beneficiary.businessId })}
        </Fact>
        <Fact label={t('invoice.iban')}>
          <strong class="break">{beneficiary.iban}</strong>
        </Fact>
        <Fact label={t('invoice.bank')}>
          {beneficiary.bank}
          <br />
          {t('invoice.bic')} {beneficiary.bic}
        </Fact>
        {beneficiary.kbe !== undefined && <Fact label={t('invoice.kbe')}>{beneficiary.kbe}</Fact>}
        {beneficiary.knp !== undefined && <Fact label={t('invoice.knp')}>{beneficiary.knp}</Fact>}
        {payer && (
          <Fact label={t('invoice.payer')}>
            {payer.company}
            <br />
            {t('invoice.binOrIin', { number: payer.businessId })}
            {payer.address !== undefined && (
              <>
                <br />
                {payer.address}
              </>
            )}
          </Fact>
        )}
      </dl>
      <Lines {...{ locale, order, invoice }} />
      <p class="soft small no-print">{t('invoice.print')}</p>
    </div>
  );
}

function Lines({ locale, order, invoice }: Props) {
  const t = translate(locale);
  const { total } = order;
  const rest = { ...total, amount: total.amount - invoice.received.amount };
  return (
    <section class="card" aria-labelledby="for">
      <h2 id="for">
        {t('invoice.for')}: {order.event.name[locale]}
      </h2>
      <dl class="sums">
        {order.lines.map((line, index) => {
          const { name, detail, amount } = lineTexts(line, order, locale);
          return (
            <Sum
              key={index}
              label={
                <>
                  {name}
                  {detail !== undefined && <span class="soft"> · {detail}</span>}
                </>
              }
              of={amount}
              locale={locale}
            />
          );
        })}
        <Sum label={t('invoice.total')} of={total} locale={locale} look="total" />
        {invoice.received.amount > 0 && rest.amount > 0 && (
          <>
            <Sum label={t('invoice.received')} of={invoice.received} locale={locale} />
            <Sum label={t('invoice.rest')} of={rest} locale={locale} look="total" />
          </>
        )}
      </dl>
    </section>
  );
}
