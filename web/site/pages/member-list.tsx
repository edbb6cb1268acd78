import { translate } from '../../../messages/catalogue.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import type { TeamView } from '../../../shared/contracts/teams.ts';

/** Who is on a team, and what it lacks. */
export function MemberList({
  locale,
  members,
  missing,
}: { locale: Locale } & Pick<TeamView, 'members' | 'missing'>) {
  const t = translate(locale);
  const lacks = [
    ...(missing.members > 0 ? [t('team.missingMembers', { count: missing.members })] : []),
    ...(missing.women > 0 ? [t('team.missingWomen', { count: missing.women })] : []),
  ];
  return (
    <>
      {members.length === 0 ? (
        <p class="soft">{t('team.nobody')}</p>
      ) : (
        <ul>
          {members.map(({ name }, index) => (
            <li key={index}>{name}</li>
          ))}
        </ul>
      )}
      <p>
        <strong>{lacks.length > 0 ? `${lacks.join('; ')}.` : t('team.complete')}</strong>
      </p>
    </>
  );
}
