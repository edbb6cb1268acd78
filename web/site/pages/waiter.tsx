import { translate } from '../../../messages/catalogue.ts';
import { formatMoment } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { WaiterView } from '../../../shared/contracts/waiting.ts';
import { IslandFrame } from '../island-frame.tsx';
import { inLocale, offerPage, orderPage, waitPage } from '../paths.ts';
import { LeaveList, leaveListGroups } from '../waiter/leave-list.tsx';
import { BackToEvent } from './back-to-event.tsx';

/** Somebody on a waiting list, for whoever has their token: position, the place that is offered, what came of it. */
export function WaiterPage({ locale, waiter }: { locale: Locale; waiter: WaiterView }) {
  const t = translate(locale);
  const { event, distance, state, token } = waiter;
  return (
    <div class="wrap section narrow" data-state={state}>
      <BackToEvent locale={locale} event={event} />
      <h1>{t(`waiting.state.${state}`)}</h1>
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
        {(state === 'waiting' || state === 'offered') && (
          <IslandFrame
            component={LeaveList}
            groups={leaveListGroups}
            locale={locale}
            data={{ token, isOffered: state === 'offered' }}
          />
        )}
      </section>
      <p class="soft small">{t('waiting.keepLink')}</p>
    </div>
  );
}

function State({ locale, waiter }: { locale: Locale; waiter: WaiterView }) {
  const t = translate(locale);
  const { event, distance, token, place, offerUntil, orderToken } = waiter;
  switch (waiter.state) {
    case 'waiting':
      return <p>{t('waiting.waitingText')}</p>;
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
