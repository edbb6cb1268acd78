import { useState } from 'preact/hooks';
import { formatMoment } from '../../../messages/format.ts';
import type { AuditView } from '../../../shared/contracts/staff.ts';
import { Amount } from '../../parts/amount.tsx';
import { useLanguage } from '../language.tsx';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import { Person } from '../person.tsx';
import { useService } from '../service.tsx';
import { SubjectIds } from '../subject-ids.tsx';
import { useFollowed } from '../use-followed.ts';
import { staffZone } from '../zone.ts';

const everySeconds = 30;

/** Who did what, a month at a time, the latest first. */
export function AuditPage() {
  const { t } = useLanguage();
  const { client } = useService();
  const [month, setMonth] = useState(() => new Date().toISOString().slice(0, 7));
  const [before, setBefore] = useState<string>();
  const followed = useFollowed(`audit ${month} ${before ?? ''}`, everySeconds, (signal) =>
    client.json('listAudit', { query: { month, ...(before !== undefined && { before }) }, signal }),
  );
  return (
    <Page title={t('console.audit')}>
      <p class="field month">
        <label for="month">{t('console.month')}</label>
        <input
          id="month"
          type="month"
          value={month}
          max={new Date().toISOString().slice(0, 7)}
          onChange={(event) => {
            if (!/^\d{4}-\d{2}$/.test(event.currentTarget.value)) return;
            setMonth(event.currentTarget.value);
            setBefore(undefined);
          }}
        />
      </p>
      <Loaded of={followed}>
        {({ acts, before: older }) => (
          <>
            {acts.length === 0 ? <p>{t('console.noActs')}</p> : <Acts acts={acts} />}
            {before !== undefined && (
              <button class="button quiet" type="button" onClick={() => setBefore(undefined)}>
                {t('console.latest')}
              </button>
            )}
            {older !== undefined && (
              <button class="button quiet" type="button" onClick={() => setBefore(older)}>
                {t('console.earlier')}
              </button>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Acts({ acts }: { acts: readonly AuditView[] }) {
  const { locale, t } = useLanguage();
  return (
    <ol class="cards acts">
      {acts.map(({ id, at, by, act, about, amount, note }) => (
        <li key={id} class="card">
          <p class="act">
            <strong>{t(`act.${act}`)}</strong>
            {amount && <Amount of={amount} locale={locale} />}
          </p>
          <p class="soft">
            {formatMoment(at, staffZone, locale)} · <Person of={by} />
          </p>
          {note !== undefined && <p>{note}</p>}
          <SubjectIds of={about} />
        </li>
      ))}
    </ol>
  );
}
