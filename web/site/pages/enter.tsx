import { translate } from '../../../messages/catalogue.ts';
import { formatDay, formatMoment, formatTime } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { DistanceView, EventView } from '../../../shared/contracts/events.ts';
import { mostEntries } from '../../../shared/contracts/orders.ts';
import { EntryForm, entryFormGroups } from '../entry-form/entry-form.tsx';
import { IslandFrame } from '../island-frame.tsx';
import { eventPage, inLocale } from '../paths.ts';
import { TeamForm, teamFormGroups } from '../team-form/team-form.tsx';
import { countriesIn } from './countries.ts';
import { TeamRule } from './team-rule.tsx';

/** The way into one distance: the form while it is open, else why not. */
export function EnterPage(props: { locale: Locale; event: EventView; distance: DistanceView }) {
  const { locale, event, distance } = props;
  const t = translate(locale);
  return (
    <div class="wrap section narrow">
      <p class="back">
        <a href={inLocale(locale, eventPage(event.id))}>{event.name[locale]}</a>
      </p>
      <h1>{distance.name[locale]}</h1>
      <p class="soft">
        {formatDay(event.raceDay, locale)}, {formatTime(distance.startsAt, event.zone, locale)} ·{' '}
        {event.place[locale]}
      </p>
      {distance.status === 'open' ? (
        <>
          <p class="lead">
            {distance.kind === 'team' ? t('team.lead') : t('entry.lead', { most: mostEntries })}
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
                distances: event.distances.filter(({ kind }) => kind === 'individual'),
                projects: event.projects,
                ...(event.rulesUrl !== undefined && { rulesUrl: event.rulesUrl }),
                distance: distance.id,
                most: mostEntries,
                countries: countriesIn(locale),
              }}
            />
          )}
        </>
      ) : (
        <>
          <p class="notice">{whyNot(locale, event.zone, distance)}</p>
          <p>
            <a class="button" href={inLocale(locale, eventPage(event.id))}>
              {t('entry.back')}
            </a>
          </p>
        </>
      )}
    </div>
  );
}

function whyNot(locale: Locale, zone: string, distance: DistanceView): string {
  const t = translate(locale);
  const name = distance.name[locale];
  switch (distance.status) {
    case 'not_open':
      return t('entry.notOpenUntil', { time: formatMoment(distance.opensAt, zone, locale) });
    case 'closed':
      return t('problem.registration_closed');
    case 'later':
      return t('distance.opensLater');
    case 'sold_out':
      return distance.nextReleaseAt === undefined
        ? t('entry.soldOut', { distance: name })
        : t('entry.soldOutNext', { distance: name, time: formatTime(distance.nextReleaseAt, zone, locale) });
    case 'open':
      return '';
  }
}
