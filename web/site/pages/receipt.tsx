import { translate } from '../../../messages/catalogue.ts';
import { formatDay, formatDayOf, formatMoment } from '../../../messages/format.ts';
import type { Locale, Money } from '../../../shared/contracts/basics.ts';
import type { ReceiptLine, ReceiptView } from '../../../shared/contracts/receipts.ts';
import { Amount } from '../../parts/amount.tsx';
import { inLocale, orderPage } from '../paths.ts';
import { Fact, Sum } from './facts.tsx';

interface Props {
  readonly locale: Locale;
  readonly receipt: ReceiptView;
  /** When the page is made: a later refund changes what it says. */
  readonly now: string;
}

/** The receipt of an order, to print or to save: it needs no script. */
export function ReceiptPage({ locale, receipt, now }: Props) {
  const t = translate(locale);
  const { event, payee } = receipt;
  return (
    <div class="wrap section narrow receipt">
      <p class="back">
        <a href={inLocale(locale, orderPage(receipt.token))}>{t('receipt.toOrder')}</a>
      </p>
      <header>
        <h1>{t(isDonation(receipt) ? 'receipt.titleDonation' : 'receipt.title')}</h1>
        <p class="soft">{t('receipt.asOf', { time: formatMoment(now, event.zone, locale) })}</p>
      </header>
      <dl class="receipt-facts">
        <Fact label={t('receipt.number')}>
          <span class="break">{receipt.number}</span>
        </Fact>
        <Fact label={t('receipt.date')}>
          {/* The bank's statement knows the day alone. */}
          {(receipt.how === 'transfer' ? formatDayOf : formatMoment)(receipt.paidAt, event.zone, locale)}
        </Fact>
        <Fact label={t('receipt.how')}>{t(`receipt.how.${receipt.how}`)}</Fact>
        <Fact label={t('receipt.payer')}>
          <span class="break">{receipt.payer}</span>
        </Fact>
        <Fact label={t('receipt.payee')}>
          {payee.legal?.name[locale] ?? payee.name[locale]}
          {payee.legal && (
            <>
              <br />
              {t('receipt.bin', { bin: payee.legal.bin })}
              <br />
              {payee.legal.address[locale]}
            </>
          )}
        </Fact>
        <Fact label={t('receipt.event')}>
          {event.name[locale]}
          {!event.hasNoDay && (
            <>
              <br />
              <span class="soft">{formatDay(event.raceDay, locale)}</span>
            </>
          )}
        </Fact>
      </dl>
      <Lines {...{ locale, receipt }} />
      {receipt.returns.length > 0 && <Returns {...{ locale, receipt }} />}
      {receipt.shares.length > 0 ? (
        <Shares {...{ locale, receipt }} />
      ) : (
        receipt.returns.length > 0 && <p>{t('receipt.notUsed')}</p>
      )}
      <p class="soft small break">
        {t('receipt.facts')}: {receipt.facts.join(', ')}
      </p>
      <p class="soft small no-print">{t('order.paid.print')}</p>
    </div>
  );
}

/** Whether only gifts were paid for. */
function isDonation({ lines }: ReceiptView): boolean {
  return lines.every(({ kind }) => kind === 'donation');
}

function Lines({ locale, receipt }: Omit<Props, 'now'>) {
  const t = translate(locale);
  const { lines, total } = receipt;
  const hasDiscount = lines.some(({ discount }) => discount !== undefined);
  return (
    <table class="stacking">
      <thead>
        <tr>
          <th scope="col">{t('receipt.item')}</th>
          {hasDiscount && <AmountHead label={t('receipt.listPrice')} />}
          {hasDiscount && <AmountHead label={t('receipt.discount')} />}
          <AmountHead label={t('receipt.amount')} />
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id}>
            <th scope="row">
              <span>
                {itemOf(locale, line)}
                <br />
                <span class="soft">{whoOf(locale, line)}</span>
              </span>
            </th>
            {hasDiscount && (
              <AmountCell label={t('receipt.listPrice')} of={line.listPrice ?? line.amount} {...{ locale }} />
            )}
            {hasDiscount && <AmountCell label={t('receipt.discount')} of={line.discount} {...{ locale }} />}
            <AmountCell label={t('receipt.amount')} of={line.amount} {...{ locale }} />
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={hasDiscount ? 3 : 1}>
            {t('receipt.total')}
          </th>
          <td class="amount">
            <Amount of={total} locale={locale} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function itemOf(locale: Locale, { kind, what }: ReceiptLine): string {
  const t = translate(locale);
  const name = what?.[locale] ?? '';
  if (kind === 'entry' || kind === 'donation') return t(`receipt.${kind}`, { what: name });
  return t(`order.${kind}`, { distance: name });
}

function whoOf(locale: Locale, { kind, who }: ReceiptLine): string | undefined {
  return kind === 'donation' ? (who ?? translate(locale)('order.anonymous')) : who;
}

function Returns({ locale, receipt }: Omit<Props, 'now'>) {
  const t = translate(locale);
  const { returns, kept, event } = receipt;
  return (
    <section aria-labelledby="returns">
      <h2 id="returns">{t('receipt.returns')}</h2>
      <dl class="sums">
        {returns.map(({ id, state, at, amount, project }) => (
          <Sum
            key={id}
            label={t(`receipt.return.${state}`, {
              date: formatDayOf(at, event.zone, locale),
              project: project?.[locale] ?? t('charity.later'),
            })}
            of={amount}
            locale={locale}
          />
        ))}
        <Sum label={t('receipt.remains')} of={kept} locale={locale} look="total" />
      </dl>
    </section>
  );
}

function Shares({ locale, receipt }: Omit<Props, 'now'>) {
  const t = translate(locale);
  const { shares, total } = receipt;
  const hasReturned = shares.some(({ returned }) => returned.amount !== 0);
  const sum = (of: 'given' | 'returned' | 'kept'): Money => ({
    amount: shares.reduce((all, share) => all + share[of].amount, 0),
    currency: total.currency,
  });
  const columns = hasReturned ? (['given', 'returned', 'kept'] as const) : (['given'] as const);
  return (
    <section aria-labelledby="charity">
      <h2 id="charity">{t('receipt.charity')}</h2>
      <table class="stacking">
        <thead>
          <tr>
            <th scope="col">{t('receipt.project')}</th>
            {columns.map((column) => (
              <AmountHead key={column} label={t(`receipt.${column}`)} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shares.map((share) => (
            <tr key={share.project}>
              <th scope="row">{share.name?.[locale] ?? t('charity.later')}</th>
              {columns.map((column) => (
                <AmountCell key={column} label={t(`receipt.${column}`)} of={share[column]} {...{ locale }} />
              ))}
            </tr>
          ))}
        </tbody>
        {shares.length > 1 && (
          <tfoot>
            <tr>
              <th scope="row">{t('receipt.together')}</th>
              {columns.map((column) => (
                <AmountCell key={column} label={t(`receipt.${column}`)} of={sum(column)} {...{ locale }} />
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}

function AmountHead({ label }: { label: string }) {
  return (
    <th scope="col" class="amount">
      {label}
    </th>
  );
}

function AmountCell(props: { label: string; of: ReceiptLine['discount']; locale: Locale }) {
  const { label, of, locale } = props;
  return (
    <td class="amount" data-label={label}>
      {of && <Amount of={of} locale={locale} />}
    </td>
  );
}
