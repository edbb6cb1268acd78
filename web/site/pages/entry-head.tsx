import { translate } from '../../../messages/catalogue.ts';
import { formatMoment } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { TeamView } from '../../../shared/contracts/teams.ts';
import { BackToEvent } from './back-to-event.tsx';

type Props = { readonly locale: Locale; readonly title: string } & Pick<
  TeamView,
  'event' | 'distanceName' | 'startsAt'
>;

/** The head of a page about one entry: the race, the title, the distance and its start. */
export function EntryHead({ locale, title, event, distanceName, startsAt }: Props) {
  return (
    <>
      <BackToEvent locale={locale} event={event} />
      <h1>{title}</h1>
      <p class="lead">
        {distanceName[locale]}
        {!event.hasNoDay && (
          <span class="soft">
            {' '}
            · {translate(locale)('order.start', { time: formatMoment(startsAt, event.zone, locale) })}
          </span>
        )}
      </p>
    </>
  );
}
