import { translate } from '../../../messages/catalogue.ts';
import { formatMoment } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { WaiterView } from '../../../shared/contracts/waiting.ts';
import { IslandFrame } from '../island-frame.tsx';
import { inLocale, offerPage, orderPage, waitPage } from '../paths.ts';
import { LeaveList, leaveListGroups } from '../waiter/leave-list.tsx';
import { BackToEvent } from './back-to-event.tsx';

/** What the page is headed with: who waits for nothing is told why. */
export function waiterTitle(locale: Locale, { state, noOffers }: WaiterView): string {
  const t = translate(locale);
  if (state !== 'waiting' || noOffers === undefined) return t(`waiting.state.${state}`);
  return t(noOffers === 'closed' ? 'waiting.closed' : `callOff.${noOffers}`);
}

/** Whether somebody can still leave the list, or give a place up. */
export function canLeave({ state, noOffers }: WaiterView): boolean {
  return state === 'offered' || (state === 'waiting' && (noOffers === undefined || noOffers === 'postponed'));
}

/**
 * Somebody on a waiting list, for whoever has their token: position, the place that is offered, what came of it, or why
 * nothing is offered.
 */
export function WaiterPage({ locale, waiter }: { locale: Locale; waiter: WaiterView }) {
  const t = translate(locale);
  const { event, distance, state, token, noOffers } = waiter;
  return (
    <div class="wrap section narrow" data-state={state}>
      <BackToEvent locale={locale} event={event} />
      <h1>{waiterTitle(locale, waiter)}</h1>
      <section
        class="card state-card"
        aria-label={t('waiting.titleFor', { distance: distance.name[locale] })}
      >
        <dl class="facts">
          <div>
            <dt>{t('waiting.runner')}</dt>
            <dd>{[waiter.givenName, waiter.familyName].filter(Boolean).join(' ')}</dd>
          </div>
          <div>
            <dt>{t('entry.distance')}</dt>
            <dd>{distance.name[locale]}</dd>
          </div>
          {waiter.position !== undefined && (
            <div>
              <dt>{t('waiting.position')}</dt>
              <dd class="figure">{waiter.position}</dd>
            </div>
          )}
        </dl>
        <State locale={locale} waiter={waiter} />
        {canLeave(waiter) && (
          <IslandFrame
            component={LeaveList}
            groups={leaveListGroups}
            locale={locale}
            data={{ token, isOffered: state === 'offered' }}
          />
        )}
      </section>
      {(noOffers === undefined || canLeave(waiter)) && <p class="soft small">{t('waiting.keepLink')}</p>}
    </div>
  );
}

function State({ locale, waiter }: { locale: Locale; waiter: WaiterView }) {
  const t = translate(locale);
  const { event, distance, token, place, offerUntil, orderToken, noOffers } = waiter;
  switch (waiter.state) {
    case 'waiting':
      return (
        <>
          <p>{t(noOffers === undefined ? 'waiting.waitingText' : `waiting.noOffers.${noOffers}`)}</p>
          {noOffers === 'postponed' && <p>{t('waiting.keptInQueue')}</p>}
        </>
      );
    case 'offered':
      return (
        <>
          {place !== undefined && offerUntil !== undefined && (
            <p class="lead">
              {t('waiting.offeredText', { place, time: formatMoment(offerUntil, event.zone, locale) })}
            </p>
          )}
          <p>
            <a class="button" href={inLocale(locale, offerPage(event.id, distance.id, token))}>
              {t('waiting.take')}
            </a>
          </p>
        </>
      );
    case 'accepted':
      return (
        <>
          <p>{t('waiting.acceptedText')}</p>
          {orderToken !== undefined && (
            <p>
              <a class="button" href={inLocale(locale, orderPage(orderToken))}>
                {t('waiting.openOrder')}
              </a>
            </p>
          )}
        </>
      );
    case 'lapsed':
    case 'left':
      if (noOffers !== undefined) return <p>{t(`waiting.noOffers.${noOffers}`)}</p>;
      return (
        <>
          <p>{t(waiter.state === 'lapsed' ? 'waiting.lapsedText' : 'waiting.leftText')}</p>
          <p>
            <a class="button" href={inLocale(locale, waitPage(event.id, distance.id))}>
              {t('waiting.again')}
            </a>
          </p>
        </>
      );
  }
}
