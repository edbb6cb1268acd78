import { formatDay } from '../../../messages/format.ts';
import { FailureNotice } from '../failure-notice.tsx';
import { useLanguage } from '../language.tsx';
import { Page } from '../page.tsx';
import { useService } from '../service.tsx';
import { useFollowed } from '../use-followed.ts';

/** The races, each with its report. */
export function EventsPage() {
  const { locale, t } = useLanguage();
  const { client } = useService();
  const { value, failure } = useFollowed('events', 60, (signal) => client.json('listEvents', { signal }));
  return (
    <Page title={t('console.events')}>
      {failure && <FailureNotice failure={failure} />}
      {!value && !failure && <p role="status">{t('console.loading')}</p>}
      {value?.events.length === 0 && <p>{t('console.noEvents')}</p>}
      <ul class="events">
        {value?.events.map((event) => (
          <li key={event.id} class="card">
            <h2>
              <a href={`/console/events/${event.id}`}>{event.name[locale]}</a>
            </h2>
            {event.calledOff && <p class="badge bad">{t(`callOff.${event.calledOff}`)}</p>}
            <p class="soft">
              {formatDay(event.raceDay, locale)} · {event.place[locale]}
            </p>
          </li>
        ))}
      </ul>
    </Page>
  );
}
