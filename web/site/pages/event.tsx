import { translate } from '../../../messages/catalogue.ts';
import { formatDay, formatMoney } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { EventView, ProjectView, TotalsView } from '../../../shared/contracts/events.ts';
import { Amount } from '../../parts/amount.tsx';
import { Counters, countersGroups } from '../counters/counters.tsx';
import { IslandFrame } from '../island-frame.tsx';
import { donatePage, inLocale, totalsPage } from '../paths.ts';

interface Props {
  readonly locale: Locale;
  readonly event: EventView;
  readonly totals: TotalsView | undefined;
}

/** A race: when and where, its distances, the projects it helps. */
export function EventPage({ locale, event, totals }: Props) {
  const t = translate(locale);
  return (
    <>
      <section class="hero">
        <div class="wrap">
          <p class="hero-day">
            {event.calledOff !== 'postponed' && (
              <time dateTime={event.raceDay}>{formatDay(event.raceDay, locale)}</time>
            )}
            <span class="hero-place">{event.place[locale]}</span>
          </p>
          <h1>{event.name[locale]}</h1>
          <p class="lead">{event.description[locale]}</p>
          {event.calledOff && (
            <div class="notice bad">
              <strong>{t(`callOff.${event.calledOff}`)}.</strong> {t('callOff.eventText')}
            </div>
          )}
          <p class="hero-actions">
            {!event.calledOff && (
              <a class="button" href="#distances">
                {t('event.seeDistances')}
              </a>
            )}
            <a class="button quiet" href="#charity">
              {t('event.donate')}
            </a>
          </p>
          {totals && (
            <p class="hero-raised">
              <span>{t('event.raised')}</span>
              <strong>
                <Amount of={totals.raised} locale={locale} />
              </strong>
              <a href={inLocale(locale, totalsPage(event.id))}>{t('event.seeTotals')}</a>
            </p>
          )}
        </div>
      </section>
      {!event.calledOff && (
        <section class="wrap section" id="distances" aria-labelledby="distances-title">
          <h2 id="distances-title">{t('event.distances')}</h2>
          <IslandFrame
            component={Counters}
            groups={countersGroups}
            locale={locale}
            data={{ event: event.id, zone: event.zone, raceDay: event.raceDay, distances: event.distances }}
          />
        </section>
      )}
      <section class="wrap section" id="charity" aria-labelledby="charity-title">
        <h2 id="charity-title">{t('event.charity')}</h2>
        <p class="lead">{t('event.charityLead')}</p>
        <ul class="projects">
          {event.projects.map((project) => (
            <Project key={project.id} locale={locale} event={event.id} project={project} />
          ))}
        </ul>
      </section>
      <section class="wrap section about" aria-labelledby="about-title">
        <h2 id="about-title">{t('event.about')}</h2>
        <dl class="facts">
          <div>
            <dt>{t('event.organiser')}</dt>
            <dd>{event.organiser[locale]}</dd>
          </div>
        </dl>
        {event.rulesUrl && (
          <p>
            <a href={event.rulesUrl}>{t('event.rules')}</a>
          </p>
        )}
      </section>
    </>
  );
}

function Project({ locale, event, project }: { locale: Locale; event: string; project: ProjectView }) {
  const t = translate(locale);
  const { goal, raised } = project;
  const name = project.name[locale];
  return (
    <li class="card project">
      <h3>{name}</h3>
      <p>{project.summary[locale]}</p>
      <div class="project-raised">
        {goal && goal.amount > 0 ? (
          <>
            <progress
              max={goal.amount}
              value={Math.max(0, Math.min(raised.amount, goal.amount))}
              aria-label={t('event.progress', {
                project: name,
                percent: Math.max(0, Math.floor((raised.amount / goal.amount) * 100)),
              })}
            />
            <p class="figure-line">
              {t('event.raisedOf', { raised: formatMoney(raised, locale), goal: formatMoney(goal, locale) })}
            </p>
          </>
        ) : (
          <p class="figure-line">{t('event.raisedBy', { raised: formatMoney(raised, locale) })}</p>
        )}
      </div>
      <a
        class="button quiet"
        href={inLocale(locale, donatePage(event, project.id))}
        aria-label={t('event.donateTo', { project: name })}
      >
        {t('event.donate')}
      </a>
    </li>
  );
}
