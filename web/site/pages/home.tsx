import { translate } from '../../../messages/catalogue.ts';
import { formatDay } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { EventSummary } from '../../../shared/contracts/events.ts';
import { eventPage, inLocale } from '../paths.ts';

/** Every race there is to enter, the next one first. */
export function HomePage({ locale, events }: { locale: Locale; events: readonly EventSummary[] }) {
  const t = translate(locale);
  return (
    <>
      <section class="hero">
        <div class="wrap">
          <h1>{t('home.title')}</h1>
          <p class="lead">{t('home.lead')}</p>
        </div>
      </section>
      <section class="wrap section" aria-labelledby="events">
        <h2 id="events">{t('home.events')}</h2>
        {events.length === 0 && <p>{t('home.none')}</p>}
        <ul class="events">
          {[...events]
            .sort((a, b) => (a.raceDay < b.raceDay ? -1 : 1))
            .map((event) => (
              <li class="card event-card" key={event.id}>
                {event.calledOff && <p class="badge bad">{t(`callOff.${event.calledOff}`)}</p>}
                {event.calledOff !== 'postponed' && (
                  <p class="event-day">
                    <time dateTime={event.raceDay}>{formatDay(event.raceDay, locale)}</time>
                  </p>
                )}
                <h3>
                  <a class="card-link" href={inLocale(locale, eventPage(event.id))}>
                    {event.name[locale]}
                  </a>
                </h3>
                <p class="soft">{event.place[locale]}</p>
                <span class="button" aria-hidden="true">
                  {t('home.open')}
                </span>
              </li>
            ))}
        </ul>
      </section>
    </>
  );
}
