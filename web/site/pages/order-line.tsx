import { translate } from '../../../messages/catalogue.ts';
import { formatMoment, formatMoney } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { OrderView } from '../../../shared/contracts/orders.ts';
import { Amount } from '../../parts/amount.tsx';
import { inLocale, orderPage, teamPage } from '../paths.ts';
import { projectName } from './line-texts.ts';
import { MemberList } from './member-list.tsx';
import { QrCode } from './qr-code.tsx';

type Line = OrderView['lines'][number];

/** One thing of an order: an entry with its ticket once it is paid, a gift, or what was added. */
export function LineItem({ locale, order, line }: { locale: Locale; order: OrderView; line: Line }) {
  const t = translate(locale);
  if (line.kind === 'donation')
    return (
      <li class="line">
        <div class="line-head">
          <h3>{t('order.donationTo', { project: projectName(locale, order, line.project) })}</h3>
          <Amount of={line.amount} locale={locale} />
        </div>
        <p class="soft">{line.name ?? t('order.anonymous')}</p>
        {line.message && <blockquote>{line.message}</blockquote>}
      </li>
    );
  if (line.kind !== 'entry')
    return (
      <li class="line">
        <div class="line-head">
          <h3>
            {line.kind === 'feeCover'
              ? t('order.feeCover')
              : t(`order.${line.kind}`, { distance: line.distanceName[locale] })}
          </h3>
          <Amount of={line.amount} locale={locale} />
        </div>
        {line.kind !== 'feeCover' && (
          <p class="no-print">
            <a href={inLocale(locale, orderPage(line.of))}>{t('order.toEntry')}</a>
          </p>
        )}
      </li>
    );
  return (
    <li class="line">
      <div class="line-head">
        <h3>{line.runnerName}</h3>
        <Amount of={line.price} locale={locale} />
      </div>
      {line.listPrice && (
        <p class="soft">
          {t('order.insteadOf', { price: formatMoney(line.listPrice, locale) })}
          {(line.reductions ?? []).map(({ why, amount }) => (
            <span key={why}> · {t(`order.reduced.${why}`, { amount: formatMoney(amount, locale) })}</span>
          ))}
        </p>
      )}
      <p>
        {line.distanceName[locale]}
        {!order.event.hasNoDay && (
          <span class="soft">
            {' '}
            · {t('order.start', { time: formatMoment(line.startsAt, order.event.zone, locale) })}
          </span>
        )}
      </p>
      {line.place !== undefined && line.ticket === undefined && (
        <p>
          {t('order.bib')} <strong>{line.place}</strong>
        </p>
      )}
      {line.carriedOver && <p class="badge good">{t('callOff.carriedOver')}</p>}
      {line.ticket !== undefined && order.event.calledOff?.kind !== 'cancelled' && (
        <div class="ticket">
          {line.place !== undefined && (
            <p class="bib">
              <span>{t('order.bib')}</span> <strong>{line.place}</strong>
            </p>
          )}
          <figure>
            <QrCode text={line.ticket} label={t('order.paid.codeOf', { name: line.runnerName })} />
            <figcaption>{t('order.paid.showCode')}</figcaption>
          </figure>
        </div>
      )}
      {line.cancelled && <p class="soft">{t('order.entryCancelled')}</p>}
      {line.handedOver && <p class="soft">{t('change.handedOver')}</p>}
      {line.team && (
        <div class="team">
          <MemberList {...{ locale, members: line.team.members, missing: line.team.missing }} />
          <p class="no-print">
            <a href={inLocale(locale, teamPage(line.team.token))}>{t('team.open')}</a>
            <br />
            <span class="soft small">{t('team.linkHint')}</span>
          </p>
        </div>
      )}
    </li>
  );
}
