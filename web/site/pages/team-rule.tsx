import { translate } from '../../../messages/catalogue.ts';
import { formatMoment } from '../../../messages/format.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { TeamView } from '../../../shared/contracts/teams.ts';

/** What makes a team complete, and until when. */
export function TeamRule({ locale, rule, zone }: { locale: Locale; rule: TeamView['rule']; zone: string }) {
  const t = translate(locale);
  const { smallest, largest, leastWomen, completeBy } = rule;
  const size =
    smallest === largest ? t('team.exactSize', { count: largest }) : t('team.size', { smallest, largest });
  return (
    <p>
      {[size, ...(leastWomen === undefined ? [] : [t('team.leastWomen', { count: leastWomen })])].join(', ')}.{' '}
      <span class="soft">{t('team.completeBy', { time: formatMoment(completeBy, zone, locale) })}</span>
    </p>
  );
}
