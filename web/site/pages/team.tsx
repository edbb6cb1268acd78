import { translate } from '../../../messages/catalogue.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { TeamView } from '../../../shared/contracts/teams.ts';
import { IslandFrame } from '../island-frame.tsx';
import { Participant, participantGroups } from '../participant-form/participant-form.tsx';
import { countriesIn } from './countries.ts';
import { EntryHead } from './entry-head.tsx';
import { MemberList } from './member-list.tsx';
import { TeamRule } from './team-rule.tsx';

interface Props {
  readonly locale: Locale;
  readonly team: TeamView;
  /** The key of the member whose page this is. */
  readonly member: string | undefined;
}

/** A team for whoever has its link: who is on it, what it lacks, and the way to join. */
export function TeamPage({ locale, team, member }: Props) {
  const t = translate(locale);
  const { event, rule } = team;
  return (
    <div class="wrap section narrow order">
      <EntryHead {...{ locale, event }} {...team} title={team.name} />
      <section class="card" aria-labelledby="members">
        <h2 id="members">{t('team.members')}</h2>
        <MemberList {...{ locale, members: team.members, missing: team.missing }} />
        <TeamRule {...{ locale, rule }} zone={event.zone} />
      </section>
      {member !== undefined ? (
        <section class="card">
          <p>
            <strong>{t('team.joined')}</strong> {t('team.keepLink')}
          </p>
          <IslandFrame
            component={Participant}
            groups={participantGroups}
            locale={locale}
            data={{ purpose: 'leave', team: team.token, member, zone: event.zone }}
          />
        </section>
      ) : team.joinable ? (
        <>
          <noscript>
            <p class="notice">{t('entry.noscript')}</p>
          </noscript>
          <IslandFrame
            component={Participant}
            groups={participantGroups}
            locale={locale}
            data={{
              purpose: 'join',
              token: team.token,
              raceDay: event.raceDay,
              zone: event.zone,
              minAge: team.minAge,
              maxAge: team.maxAge,
              countries: countriesIn(locale),
            }}
          />
        </>
      ) : (
        <p class="notice">{t(team.members.length >= rule.largest ? 'team.full' : 'team.over')}</p>
      )}
    </div>
  );
}
