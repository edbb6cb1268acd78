import { translate } from '../../../messages/catalogue.ts';
import { formatDayOf, formatMoment, formatMoney } from '../../../messages/format.ts';
import { type Locale, laterProject } from '../../../shared/contracts/basics.ts';
import type { OrderView } from '../../../shared/contracts/orders.ts';
import { Amount } from '../../parts/amount.tsx';
import { IslandFrame } from '../island-frame.tsx';
import { Waiting, type WaitingData, waitingGroups, waitingStates } from '../order/waiting.tsx';
import type { ChangeableLine } from '../order-changes/changeable.ts';
import { Changes, type ChangesData, changesGroups } from '../order-changes/changes.tsx';
import { calendarApi, donatePage, eventPage, inLocale, orderPage, receiptPage, teamPage } from '../paths.ts';
import { MemberList } from './member-list.tsx';
import { QrCode } from './qr-code.tsx';

interface Props {
  readonly locale: Locale;
  readonly order: OrderView;
  readonly returned: WaitingData['returned'];
  /** Entries with which something may be done. */
  readonly changeable: readonly ChangeableLine[];
  /** The event's projects, to which money may be left. */
  readonly projects: ChangesData['projects'];
}

type Line = OrderView['lines'][number];

/** An order for whoever has its token: what state it is in, what to do next, what is in it. */
export function OrderPage({ locale, order, returned, changeable, projects }: Props) {
  const t = translate(locale);
  const about = aboutOf(order);
  const isPaid = order.state === 'paid';
  return (
    <div
      class={`wrap section narrow order ${order.state}`}
      data-state={order.state}
      data-paid-event={isPaid ? order.event.id : undefined}
    >
      <p class="back">
        <a href={inLocale(locale, eventPage(order.event.id))}>{order.event.name[locale]}</a>
      </p>
      <h1>{title(locale, order, returned, about)}</h1>
      <section class="card state-card" aria-label={t('order.title')}>
        <State locale={locale} order={order} returned={returned} about={about} />
      </section>
      {order.event.calledOff && <CalledOff {...{ locale, order, asks: changeable.length > 0 }} />}
      <section class="card" aria-labelledby="lines">
        <h2 id="lines">{t('order.lines')}</h2>
        <ul class="lines">
          {order.lines.map((line, index) => (
            <LineItem key={index} {...{ locale, order, line }} />
          ))}
        </ul>
        <dl class="sums">
          <div class="total">
            <dt>{t('order.total')}</dt>
            <dd>
              <Amount of={order.total} locale={locale} />
            </dd>
          </div>
        </dl>
      </section>
      {order.returns && <Returns locale={locale} order={order} returns={order.returns} />}
      {changeable.length > 0 && (
        <section class="card no-print" aria-labelledby="changes">
          <h2 id="changes">{t('change.title')}</h2>
          {!order.event.calledOff && <p class="soft">{t('change.lead')}</p>}
          <IslandFrame
            component={Changes}
            groups={changesGroups}
            locale={locale}
            data={{
              token: order.token,
              zone: order.event.zone,
              lines: changeable,
              projects: projects.map(({ id, name }) => ({ id, name })),
            }}
          />
        </section>
      )}
      {order.shares.length > 0 && !endedUnpaid(order) && <Charity locale={locale} order={order} />}
      {hasReceipt(order) && (
        <p class="no-print">
          <a href={inLocale(locale, receiptPage(order.token))}>{t('receipt.open')}</a>
        </p>
      )}
      <p class="soft small">
        {t('order.number', { id: order.id })}. {t('order.keepLink')}
      </p>
    </div>
  );
}

/** Whether nothing came of the order: then it gives nothing either. */
function endedUnpaid({ state }: OrderView): boolean {
  return state === 'expired' || state === 'cancelled';
}

/** Whether a payment of the order has arrived, whatever became of it. */
function hasReceipt({ state, total }: OrderView): boolean {
  return (state === 'paid' && total.amount > 0) || state === 'refund_due' || state === 'refunded';
}

/** Whether an order is paid and has no entry any more, though not all of its money went back. */
function isEnded({ state, lines }: OrderView): boolean {
  const entries = lines.filter((line) => line.kind === 'entry');
  return state === 'paid' && entries.length > 0 && entries.every(({ cancelled }) => cancelled);
}

/** What an order is for: entries, gifts alone, or the change of an entry that another order has. */
type About = 'entries' | 'gifts' | 'change';

function aboutOf({ lines }: OrderView): About {
  if (lines.some(({ kind }) => kind === 'entry')) return 'entries';
  return lines.some(({ kind }) => kind === 'change' || kind === 'transferFee') ? 'change' : 'gifts';
}

function title(locale: Locale, order: OrderView, returned: Props['returned'], about: About): string {
  const t = translate(locale);
  const hasEntries = about === 'entries';
  if (order.invoice && waitingStates.has(order.state)) return t('invoice.waiting');
  if (returned === 'paid' && waitingStates.has(order.state)) return t('order.state.pending');
  if (isEnded(order)) return t('order.state.ended');
  if (!hasEntries && order.state === 'paid') return t('order.state.paidDonation');
  if (!hasEntries && order.state === 'expired') return t('order.state.expiredDonation');
  return t(`order.state.${order.state}`);
}

function State({
  locale,
  order,
  returned,
  about,
}: Omit<Props, 'changeable' | 'projects'> & { about: About }) {
  const t = translate(locale);
  const hasEntries = about === 'entries';
  const { state, event } = order;
  if (waitingStates.has(state)) {
    const { token, heldUntil, total, bankTransferUntil, invoice } = order;
    return (
      <IslandFrame
        component={Waiting}
        groups={waitingGroups}
        locale={locale}
        data={{
          order: {
            token,
            state,
            total,
            ...(heldUntil !== undefined && { heldUntil }),
            ...(bankTransferUntil !== undefined && { bankTransferUntil }),
            ...(invoice && { invoice }),
          },
          event: event.id,
          zone: event.zone,
          hasPlaces: hasEntries || order.lines.some(({ kind }) => kind === 'change'),
          returned,
        }}
      />
    );
  }
  if (isEnded(order)) return <p>{t('order.ended.text')}</p>;
  if (state === 'paid')
    return (
      <>
        <p class="lead">{t(paidTexts[about])}</p>
        {order.paidAt && (
          <p class="soft">{t('order.paid.at', { time: formatMoment(order.paidAt, event.zone, locale) })}</p>
        )}
        {hasEntries && (
          <p class="no-print">
            <a class="button" href={calendarApi(order.token, locale)}>
              {t('order.paid.calendar')}
            </a>
          </p>
        )}
        {hasEntries && <p class="soft small no-print">{t('order.paid.print')}</p>}
      </>
    );
  if (state === 'expired')
    return (
      <>
        <p>{t(hasEntries ? 'order.expired.text' : 'order.expired.textDonation')}</p>
        {about !== 'change' && (
          <p>
            <a
              class="button"
              href={inLocale(locale, hasEntries ? eventPage(event.id) : donatePage(event.id))}
            >
              {t(hasEntries ? 'order.expired.again' : 'order.expired.againDonation')}
            </a>
          </p>
        )}
      </>
    );
  if (state === 'cancelled') return <p>{t('order.cancelled.text')}</p>;
  return <p>{t(state === 'refunded' ? 'order.refunded.text' : 'order.refund_due.text')}</p>;
}

const paidTexts = {
  entries: 'order.paid.text',
  gifts: 'order.paid.textDonation',
  change: 'order.paid.textChange',
} as const;

/** That the event does not take place, or not on its day, and what is asked of the holder. */
function CalledOff({ locale, order, asks }: { locale: Locale; order: OrderView; asks: boolean }) {
  const t = translate(locale);
  const { calledOff, zone } = order.event;
  if (!calledOff) return null;
  const time = formatMoment(calledOff.answerBy, zone, locale);
  return (
    <section class="card notice bad" aria-labelledby="called-off">
      <h2 id="called-off">{t(`callOff.${calledOff.kind}`)}</h2>
      {asks && (
        <p>
          {t('callOff.lead', { time })}{' '}
          {t(calledOff.unanswered === 'refund' ? 'callOff.unansweredRefund' : 'callOff.unansweredCarryOver')}
        </p>
      )}
    </section>
  );
}

function LineItem({ locale, order, line }: { locale: Locale; order: OrderView; line: Line }) {
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
        <span class="soft">
          {' '}
          · {t('order.start', { time: formatMoment(line.startsAt, order.event.zone, locale) })}
        </span>
      </p>
      {line.place !== undefined && line.ticket === undefined && (
        <p>
          {t('order.bib')} <strong>{line.place}</strong>
        </p>
      )}
      {line.ticket !== undefined && (
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
      {line.carriedOver && <p class="badge good">{t('callOff.carriedOver')}</p>}
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

/** What of the money goes or went another way, and what stays paid. */
function Returns(props: { locale: Locale; order: OrderView; returns: NonNullable<OrderView['returns']> }) {
  const { locale, order, returns } = props;
  const t = translate(locale);
  return (
    <section class="card" aria-labelledby="returns">
      <h2 id="returns">{t('receipt.returns')}</h2>
      <dl class="sums">
        {returns.map(({ id, what, at, amount, project }) => (
          <div key={id}>
            <dt>
              {t(`order.return.${what}`, {
                date: formatDayOf(at, order.event.zone, locale),
                project: project === undefined ? '' : projectName(locale, order, project),
              })}
            </dt>
            <dd>
              <Amount of={amount} locale={locale} />
            </dd>
          </div>
        ))}
        {order.kept && (
          <div class="total">
            <dt>{t('receipt.remains')}</dt>
            <dd>
              <Amount of={order.kept} locale={locale} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Charity({ locale, order }: { locale: Locale; order: OrderView }) {
  const t = translate(locale);
  const sum = order.shares.reduce((total, { amount }) => total + amount.amount, 0);
  return (
    <section class="card breakdown" aria-labelledby="charity">
      <h2 id="charity">{t('order.charity')}</h2>
      <dl class="sums">
        {order.shares.map(({ project, amount }) => (
          <div class="charity" key={project}>
            <dt>{projectName(locale, order, project)}</dt>
            <dd>
              <Amount of={amount} locale={locale} />
            </dd>
          </div>
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

function projectName(locale: Locale, order: OrderView, id: string): string {
  if (id === laterProject) return translate(locale)('charity.later');
  return order.projects.find((project) => project.id === id)?.name[locale] ?? id;
}
