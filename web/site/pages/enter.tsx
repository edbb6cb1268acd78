import { translate } from '../../../messages/catalogue.ts';
import { formatDay, formatMoment, formatTime } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { DistanceView, EventView } from '../../../shared/contracts/events.ts';
import { mostEntries } from '../../../shared/contracts/orders.ts';
import type { WaiterView } from '../../../shared/contracts/waiting.ts';
import { EntryForm, entryFormGroups } from '../entry-form/entry-form.tsx';
import { IslandFrame } from '../island-frame.tsx';
import { eventPage, inLocale, waitPage } from '../paths.ts';
import { TeamForm, teamFormGroups } from '../team-form/team-form.tsx';
import { BackToEvent } from './back-to-event.tsx';
import { countriesIn } from './countries.ts';
import { TeamRule } from './team-rule.tsx';
import { canJoin } from './wait.tsx';

/** An offer of a place that the page's address names; `over` when it has ended or was never one of this distance. */
export type OfferShown = WaiterView | 'over' | undefined;

/** The distance as it is for somebody to whom a place is offered: open, at the price of that place. */
function forOffer(distance: DistanceView, offer: OfferShown): DistanceView {
  if (offer === undefined || offer === 'over') return distance;
  const { price, charity = distance.charity, agePrices = distance.agePrices } = offer;
  return { ...distance, status: 'open', ...(price && { price }), charity, agePrices };
}

/** Whether the form of a distance is shown: to everybody, or to those who have a code. */
export function isEnterable({ status }: Pick<DistanceView, 'status'>): boolean {
  return status === 'open' || status === 'by_code';
}

/** The way into one distance: the form while it is open or a place of it is offered, else why not. */
export function EnterPage(props: {
  locale: Locale;
  event: EventView;
  distance: DistanceView;
  offer?: OfferShown;
}) {
  const { locale, event, offer } = props;
  const distance = forOffer(props.distance, offer);
  const taken = offer === 'over' ? undefined : offer;
  const t = translate(locale);
  return (
    <div class="wrap section narrow">
      <BackToEvent locale={locale} event={event} />
      <h1>{distance.name[locale]}</h1>
      <p class="soft">
        {event.calledOff !== 'postponed' && (
          <>
            {formatDay(event.raceDay, locale)}, {formatTime(distance.startsAt, event.zone, locale)} ·{' '}
          </>
        )}
        {event.place[locale]}
      </p>
      {isEnterable(distance) && offer !== 'over' ? (
        <>
          <p class="lead">
            {taken?.offerUntil
              ? t('entry.offerLead', {
                  name: [taken.givenName, taken.familyName].filter(Boolean).join(' '),
                  time: formatMoment(taken.offerUntil, event.zone, locale),
                })
              : distance.kind === 'team'
                ? t('team.lead')
                : t('entry.lead', { most: mostEntries })}
          </p>
          <noscript>
            <p class="notice">{t('entry.noscript')}</p>
          </noscript>
          {distance.kind === 'team' ? (
            <>
              {distance.team && <TeamRule {...{ locale, rule: distance.team }} zone={event.zone} />}
              <IslandFrame
                component={TeamForm}
                groups={teamFormGroups}
                locale={locale}
                data={{
                  event: event.id,
                  zone: event.zone,
                  currency: event.currency,
                  projects: event.projects,
                  donation: event.donation,
                  ...(event.feeCover && { feeCover: event.feeCover }),
                  ...(event.rulesUrl !== undefined && { rulesUrl: event.rulesUrl }),
                  distance,
                }}
              />
            </>
          ) : (
            <IslandFrame
              component={EntryForm}
              groups={entryFormGroups}
              locale={locale}
              data={{
                event: event.id,
                raceDay: event.raceDay,
                zone: event.zone,
                currency: event.currency,
                distances: taken ? [distance] : event.distances.filter(({ kind }) => kind === 'individual'),
                projects: event.projects,
                donation: event.donation,
                ...(event.feeCover && { feeCover: event.feeCover }),
                ...(event.rulesUrl !== undefined && { rulesUrl: event.rulesUrl }),
                distance: distance.id,
                most: taken ? 1 : mostEntries,
                ...(taken && {
                  offer: {
                    token: taken.token,
                    givenName: taken.givenName,
                    familyName: taken.familyName ?? '',
                  },
                }),
                countries: countriesIn(locale),
              }}
            />
          )}
        </>
      ) : (
        <>
          <p class="notice">
            {offer === 'over' && distance.status !== 'closed'
              ? t('entry.offerOver')
              : whyNot(locale, event, distance)}
          </p>
          {canJoin(distance) && (
            <p>
              <a class="button" href={inLocale(locale, waitPage(event.id, distance.id))}>
                {t('distance.joinList', { count: distance.waiting })}
              </a>
            </p>
          )}
          <p>
            <a class="button quiet" href={inLocale(locale, eventPage(event.id))}>
              {t('entry.back')}
            </a>
          </p>
        </>
      )}
    </div>
  );
}

function whyNot(locale: Locale, { zone, calledOff }: EventView, distance: DistanceView): string {
  const t = translate(locale);
  const name = distance.name[locale];
  switch (distance.status) {
    case 'not_open':
      return t('entry.notOpenUntil', { time: formatMoment(distance.opensAt, zone, locale) });
    case 'closed':
      return t(calledOff ? 'problem.event_called_off' : 'problem.registration_closed');
    case 'later':
      return t('distance.opensLater');
    case 'sold_out':
      return distance.nextReleaseAt === undefined
        ? t('entry.soldOut', { distance: name })
        : t('entry.soldOutNext', { distance: name, time: formatTime(distance.nextReleaseAt, zone, locale) });
    case 'open':
    case 'by_code':
      return '';
  }
}
