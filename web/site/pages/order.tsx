import { translate } from '../../../messages/catalogue.ts';
import { formatDayOf, formatMoment } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { OrderView } from '../../../shared/contracts/orders.ts';
import { IslandFrame } from '../island-frame.tsx';
import { Waiting, type WaitingData, waitingGroups, waitingStates } from '../order/waiting.tsx';
import type { ChangeableLine } from '../order-changes/changeable.ts';
import { Changes, type ChangesData, changesGroups } from '../order-changes/changes.tsx';
import { calendarApi, donatePage, eventPage, inLocale, receiptPage } from '../paths.ts';
import { BackToEvent } from './back-to-event.tsx';
import { Sum } from './facts.tsx';
import { LineItem } from './order-line.tsx';
import { Charity, Returns } from './order-money.tsx';

interface Props {
  readonly locale: Locale;
  readonly order: OrderView;
  readonly returned: WaitingData['returned'];
  /** Entries with which something may be done. */
  readonly changeable: readonly ChangeableLine[];
  /** The event's projects, to which money may be left. */
  readonly projects: ChangesData['projects'];
}

/** An order for whoever has its token: what state it is in, what to do next, what is in it. */
export function OrderPage({ locale, order, returned, changeable, projects }: Props) {
  const t = translate(locale);
  const about = aboutOf(order);
  const isPaid = order.state === 'paid';
  const { calledOff } = order.event;
  const isOff = hasEntryOfNoDay(order);
  return (
    <div
      class={`wrap section narrow order ${isOff || isEnded(order) ? 'over' : order.state}`}
      data-state={order.state}
      data-paid-event={isPaid ? order.event.id : undefined}
    >
      <BackToEvent locale={locale} event={order.event} />
      <h1>{title(locale, order, returned, about)}</h1>
      {isOff ? (
        <CalledOff {...{ locale, order, asks: changeable.length > 0 }} />
      ) : (
        <section class="card state-card" aria-label={t('order.title')}>
          <State locale={locale} order={order} returned={returned} about={about} />
        </section>
      )}
      <section class="card" aria-labelledby="lines">
        <h2 id="lines">{t('order.lines')}</h2>
        <ul class="lines">
          {order.lines.map((line, index) => (
            <LineItem key={index} {...{ locale, order, line }} />
          ))}
        </ul>
        <dl class="sums">
          <Sum label={t('order.total')} of={order.total} locale={locale} look="total" />
        </dl>
      </section>
      <Returns {...{ locale, order }} />
      {changeable.length > 0 && (
        <section class="card no-print" aria-labelledby="changes">
          <h2 id="changes">{t(calledOff ? 'callOff.title' : 'change.title')}</h2>
          {!calledOff && <p class="soft">{t('change.lead')}</p>}
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

/** Whether an order has entries of a race that takes place on no day that is known. */
function hasEntryOfNoDay(order: OrderView): boolean {
  return (
    order.event.hasNoDay === true && aboutOf(order) === 'entries' && order.state === 'paid' && !isEnded(order)
  );
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
  if (order.event.calledOff && hasEntryOfNoDay(order)) return t(`callOff.${order.event.calledOff.kind}`);
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
          <p class="soft">{t('order.paid.at', { time: paidAt(order, order.paidAt, locale) })}</p>
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
  if (state === 'refund_due') return <p>{t('order.refund_due.text')}</p>;
  const isByBank = order.returns?.some(({ byBank, ofOrder }) => byBank && ofOrder);
  return <p>{t(isByBank ? 'order.refunded.byBank' : 'order.refunded.text')}</p>;
}

/** When an order was paid: of a bank transfer the bank's statement knows the day alone. */
function paidAt({ invoice, event }: OrderView, at: string, locale: Locale): string {
  return (invoice ? formatDayOf : formatMoment)(at, event.zone, locale);
}

const paidTexts = {
  entries: 'order.paid.text',
  gifts: 'order.paid.textDonation',
  change: 'order.paid.textChange',
} as const;

/** In place of the state of a paid order: what is asked of the holder, as the race does not take place on its day. */
function CalledOff({ locale, order, asks }: { locale: Locale; order: OrderView; asks: boolean }) {
  const t = translate(locale);
  const { event } = order;
  if (!event.calledOff) return null;
  const { answerBy, unanswered } = event.calledOff;
  const isKept =
    unanswered === 'carryOver' ||
    order.lines.every((line) => line.kind !== 'entry' || line.cancelled || line.carriedOver);
  return (
    <section class="card notice bad" aria-label={t('order.title')}>
      <p>
        {asks ? (
          <>
            {t('callOff.lead', { time: formatMoment(answerBy, event.zone, locale) })}{' '}
            {t(unanswered === 'refund' ? 'callOff.unansweredRefund' : 'callOff.unansweredCarryOver')}
          </>
        ) : (
          t(isKept ? 'callOff.kept' : 'callOff.over')
        )}
      </p>
      {order.paidAt && <p>{t('order.paid.at', { time: paidAt(order, order.paidAt, locale) })}</p>}
    </section>
  );
}
