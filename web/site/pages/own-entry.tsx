import { translate } from '../../../messages/catalogue.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { EntryView } from '../../../shared/contracts/changes.ts';
import { EntryHead } from './entry-head.tsx';
import { QrCode } from './qr-code.tsx';

/** An entry for the runner to whom it was handed: bib and QR code. */
export function OwnEntryPage({ locale, entry }: { locale: Locale; entry: EntryView }) {
  const t = translate(locale);
  return (
    <div class="wrap section narrow order">
      <EntryHead {...{ locale }} {...entry} title={t('transfer.own')} />
      <section class="card line">
        <h2>{entry.runnerName}</h2>
        <div class="ticket">
          <p class="bib">
            <span>{t('order.bib')}</span> <strong>{entry.place}</strong>
          </p>
          <figure>
            <QrCode text={entry.ticket} label={t('order.paid.codeOf', { name: entry.runnerName })} />
            <figcaption>{t('order.paid.showCode')}</figcaption>
          </figure>
        </div>
      </section>
      <p class="soft small">{t('transfer.keepLink')}</p>
    </div>
  );
}
