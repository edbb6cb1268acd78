import { useState } from 'preact/hooks';
import { formatMoment } from '../../../messages/format.ts';
import type { MatterView } from '../../../shared/contracts/staff.ts';
import { Amount } from '../../parts/amount.tsx';
import { TextField } from '../../parts/fields.tsx';
import { useLanguage } from '../language.tsx';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import { Refusal } from '../refusal.tsx';
import { useService } from '../service.tsx';
import { SubjectIds } from '../subject-ids.tsx';
import { fieldText, useAct } from '../use-act.ts';
import { useFollowed } from '../use-followed.ts';
import { staffZone } from '../zone.ts';

const everySeconds = 15;
const dayMilliseconds = 86_400_000;

/** The particulars that have words; Stripe's own codes, which may be new, are shown as they are. */
const knownDetails = [
  'account',
  'livemode',
  'order',
  'currency',
  'amount',
  'reference',
  'no_invoice',
  'invoice_closed',
  'address_refused',
  'bounced',
  'complaint',
  'too_old',
  'disputed',
  'balance',
  'less_left',
] as const;

function isKnown(detail: string): detail is (typeof knownDetails)[number] {
  return knownDetails.some((known) => known === detail);
}

/** What staff must look at, the oldest first, with what to do about it. */
export function MattersPage() {
  const { t } = useLanguage();
  const { client } = useService();
  const [settled, setSettled] = useState<string>();
  const followed = useFollowed('matters', everySeconds, (signal) => client.json('listMatters', { signal }));
  return (
    <Page title={t('console.matters')}>
      <p class="lead">{t('console.mattersLead')}</p>
      <div role="status">{settled !== undefined && <p class="notice good">{settled}</p>}</div>
      <Loaded of={followed}>
        {({ matters }) =>
          matters.length === 0 ? (
            <p>{t('console.noMatters')}</p>
          ) : (
            <ul class="cards">
              {matters.map((matter) => (
                <li key={matter.id} class="card">
                  <Matter
                    matter={matter}
                    onSettled={() => {
                      setSettled(t('console.settled', { kind: t(`matter.kind.${matter.kind}`) }));
                      followed.reload();
                    }}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}

function Matter({ matter, onSettled }: { matter: MatterView; onSettled: () => void }) {
  const { locale, t } = useLanguage();
  const { id, kind, raisedAt, about, amount, detail } = matter;
  const days = Math.max(0, Math.floor((Date.now() - Date.parse(raisedAt)) / dayMilliseconds));
  return (
    <article aria-labelledby={id}>
      <div class="part-head">
        <h2 id={id}>{t(`matter.kind.${kind}`)}</h2>
        <p class={days > 2 ? 'badge warn' : 'badge'}>
          {days === 0 ? t('console.today') : t('console.age', { days })}
        </p>
      </div>
      <p class="soft">
        {formatMoment(raisedAt, staffZone, locale)}
        {amount && (
          <>
            {' · '}
            <Amount of={amount} locale={locale} />
          </>
        )}
        {detail !== undefined && (
          <>
            {' · '}
            {isKnown(detail) ? t(`matter.detail.${detail}`) : <code>{detail}</code>}
          </>
        )}
      </p>
      <SubjectIds of={about} />
      <p>{t(`matter.todo.${kind}`)}</p>
      {kind === 'mail_refused' && about.order !== undefined && (
        <CorrectAddress matter={id} order={about.order} />
      )}
      <Settle matter={id} onSettled={onSettled} />
    </article>
  );
}

function Settle({ matter, onSettled }: { matter: string; onSettled: () => void }) {
  const { t } = useLanguage();
  const { client } = useService();
  const { isBusy, refused, act } = useAct();
  const [note, setNote] = useState('');
  const settle = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { note };
    if (await act(body, () => client.json('settleMatter', { params: { matter }, body }))) onSettled();
  };
  return (
    <form class="one-line" onSubmit={(event) => void settle(event)}>
      <TextField
        name={`${matter}.note`}
        label={t('console.note')}
        value={note}
        onValue={setNote}
        longest={500}
        required
        error={fieldText(refused, 'note', t)}
      />
      <button class="button" type="submit" disabled={isBusy}>
        {t('console.settle')}
      </button>
      <Refusal of={refused} />
    </form>
  );
}

function CorrectAddress({ matter, order }: { matter: string; order: string }) {
  const { t } = useLanguage();
  const { client } = useService();
  const { isBusy, refused, act } = useAct();
  const [email, setEmail] = useState('');
  const [mails, setMails] = useState<number>();
  const correct = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { email };
    await act(body, async () =>
      setMails((await client.json('correctContact', { params: { order }, body })).mails),
    );
  };
  return (
    <form class="one-line" onSubmit={(event) => void correct(event)}>
      <TextField
        name={`${matter}.email`}
        label={t('console.newAddress')}
        type="email"
        value={email}
        onValue={setEmail}
        required
        error={fieldText(refused, 'email', t)}
      />
      <button class="button quiet" type="submit" disabled={isBusy}>
        {t('console.sendAgain')}
      </button>
      <Refusal of={refused} />
      <div role="status">
        {mails !== undefined && <p class="notice good">{t('console.sentAgain', { count: mails })}</p>}
      </div>
    </form>
  );
}
