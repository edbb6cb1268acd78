import { translate } from '../../../messages/catalogue.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { DistanceView, EventView } from '../../../shared/contracts/events.ts';
import { IslandFrame } from '../island-frame.tsx';
import { eventPage, inLocale } from '../paths.ts';
import { WaitingForm, waitingFormGroups } from '../waiting-form/waiting-form.tsx';
import { BackToEvent } from './back-to-event.tsx';

/** Joining the waiting list of a distance that is sold out. */
export function WaitPage(props: { locale: Locale; event: EventView; distance: DistanceView }) {
  const { locale, event, distance } = props;
  const t = translate(locale);
  return (
    <div class="wrap section narrow">
      <BackToEvent locale={locale} event={event} />
      <h1>{t('waiting.titleFor', { distance: distance.name[locale] })}</h1>
      {canJoin(distance) ? (
        <>
          <p class="lead">{t('waiting.lead')}</p>
          <noscript>
            <p class="notice">{t('waiting.noscript')}</p>
          </noscript>
          <IslandFrame
            component={WaitingForm}
            groups={waitingFormGroups}
            locale={locale}
            data={{
              event: event.id,
              distance: distance.id,
              raceDay: event.raceDay,
              currency: event.currency,
            }}
          />
        </>
      ) : (
        <>
          <p class="notice">
            {t(
              distance.status !== 'closed'
                ? 'waiting.notOpen'
                : event.calledOff
                  ? 'problem.event_called_off'
                  : 'problem.registration_closed',
            )}
          </p>
          <p>
            <a class="button" href={inLocale(locale, eventPage(event.id))}>
              {t('waiting.toEvent')}
            </a>
          </p>
        </>
      )}
    </div>
  );
}

/** Whether the waiting list of a distance takes people. */
export function canJoin({ status, waitingList }: DistanceView): boolean {
  return status === 'sold_out' && waitingList === 'open';
}
