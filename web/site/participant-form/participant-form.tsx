import { useEffect, useRef, useState } from 'preact/hooks';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { CheckField } from '../../parts/fields.tsx';
import { emptyPerson, type PersonDraft, type PersonField, personPaths } from '../entry-form/draft.ts';
import { fieldLabel } from '../entry-form/labels.ts';
import { PersonFields } from '../entry-form/person-fields.tsx';
import { fieldShown, orderFields } from '../entry-form/read-draft.ts';
import { readPerson } from '../entry-form/read-person.ts';
import { fieldMessage } from '../errors.ts';
import { ErrorSummary, IslandForm, inPageOrder, RefusedNotice } from '../form-parts.tsx';
import type { IslandProps } from '../island.tsx';
import { inLocale, joinApi, leaveTeamApi, teamPage, transferApi, transferPage } from '../paths.ts';
import { useAction } from '../use-action.ts';

export const participantGroups = ['entry', 'field', 'problem', 'team', 'transfer'] as const;
type Groups = (typeof participantGroups)[number];

/** Somebody who joins a team or accepts an entry fills in their details; somebody on a team may leave it. */
export type ParticipantData =
  | ({ readonly purpose: 'join' | 'accept' } & FormData)
  | { readonly purpose: 'leave'; readonly team: string; readonly member: string; readonly zone: string };

interface FormData {
  /** The key of the team or of the offer. */
  readonly token: string;
  readonly raceDay: string;
  readonly zone: string;
  readonly minAge: number;
  readonly maxAge?: number | undefined;
  readonly rulesUrl?: string | undefined;
  readonly countries: readonly (readonly [code: string, name: string])[];
}

export function Participant(props: IslandProps<ParticipantData, Groups>) {
  const { data, ...rest } = props;
  return data.purpose === 'leave' ? <Leave {...rest} data={data} /> : <Form {...rest} data={data} />;
}

function Leave({ locale, t, data }: IslandProps<Extract<ParticipantData, { purpose: 'leave' }>, Groups>) {
  const { isWorking, refused, run } = useAction();
  const leave = async (): Promise<void> => {
    if (await run<'leaveTeam'>(leaveTeamApi(data.member)))
      location.replace(inLocale(locale, teamPage(data.team)));
  };
  return (
    <>
      <RefusedNotice {...{ t, locale, refused }} zone={data.zone} />
      <button type="button" class="button quiet" onClick={leave} aria-disabled={isWorking}>
        {t('team.leave')}
      </button>
    </>
  );
}

function Form({
  locale,
  t,
  data,
}: IslandProps<Extract<ParticipantData, { purpose: 'join' | 'accept' }>, Groups>) {
  const [person, setPerson] = useState<PersonDraft>(emptyPerson);
  const [consents, setConsents] = useState({ rules: false, personalData: false });
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const { isWorking, refused, run } = useAction();
  const focusOn = useRef<string | undefined>(undefined);
  const isJoin = data.purpose === 'join';

  useEffect(() => {
    if (focusOn.current === undefined) return;
    document.getElementById(focusOn.current)?.focus();
    focusOn.current = undefined;
  });
  const refuse = (found: readonly FieldError[]): void => {
    const shown = inPageOrder(found.map((error) => ({ ...error, field: fieldShown(error.field) })));
    setErrors(shown);
    focusOn.current = shown[0]?.field;
  };
  useEffect(() => {
    if (refused?.is === 'problem' && refused.problem.errors) refuse(refused.problem.errors);
  }, [refused]);

  const amend = (fields: readonly string[]): void =>
    setErrors((old) => old.filter(({ field }) => !fields.includes(field)));
  const change = (changed: Partial<PersonDraft>): void => {
    amend(Object.keys(changed).flatMap((key) => (isPersonField(key) ? [personPaths[key]] : [])));
    setPerson((old) => ({ ...old, ...changed }));
  };
  const agree = (name: keyof typeof consents, given: boolean): void => {
    amend([orderFields[name]]);
    setConsents((old) => ({ ...old, [name]: given }));
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const found: FieldError[] = [];
    const runner = readPerson(person, data, (field, code, limit) => {
      found.push({ field: personPaths[field], code, ...(limit !== undefined && { limit }) });
    });
    for (const name of ['rules', 'personalData'] as const)
      if (!consents[name]) found.push({ field: orderFields[name], code: 'consent_required' });
    if (!runner || found.length > 0) return refuse(found);
    setErrors([]);
    const body = { runner, consents, locale };
    if (isJoin) {
      const joined = await run<'joinTeam'>(joinApi(data.token), body);
      if (joined) location.assign(inLocale(locale, teamPage(data.token, joined.token)));
    } else if (await run<'acceptTransfer'>(transferApi(data.token), body))
      location.replace(inLocale(locale, transferPage(data.token)));
  };

  const told = errors.map((error) => ({
    ...error,
    label: fieldLabel(t, error.field, 1),
    text: fieldMessage(t, locale, error, ''),
  }));
  const errorOf = (name: string): string | undefined => told.find(({ field }) => field === name)?.text;
  return (
    <IslandForm onSubmit={submit}>
      <ErrorSummary t={t} errors={told} />
      <section class="card" aria-labelledby="participant">
        <h2 id="participant">{t(isJoin ? 'team.join' : 'transfer.form')}</h2>
        {isJoin && <p class="soft">{t('team.joinHint')}</p>}
        <PersonFields
          {...{ t, raceDay: data.raceDay, countries: data.countries, person }}
          at={(field: PersonField) => ({ name: personPaths[field], error: errorOf(personPaths[field]) })}
          onChange={change}
          isOwn
        />
        <CheckField
          name={orderFields.rules}
          error={errorOf(orderFields.rules)}
          label={t('entry.consentRules')}
          hint={
            data.rulesUrl && (
              <a href={data.rulesUrl} target="_blank" rel="noreferrer">
                {t('entry.rulesLink')}
              </a>
            )
          }
          checked={consents.rules}
          onChecked={(given) => agree('rules', given)}
          required
        />
        <CheckField
          name={orderFields.personalData}
          error={errorOf(orderFields.personalData)}
          label={t('entry.consentData')}
          checked={consents.personalData}
          onChecked={(given) => agree('personalData', given)}
          required
        />
        <RefusedNotice {...{ t, locale, refused }} zone={data.zone} />
        <button type="submit" class="button wide" aria-disabled={isWorking}>
          {t(isJoin ? 'team.join' : 'transfer.submit')}
        </button>
        <p class="progress-line" role="status">
          {isWorking && t('entry.sendingForm')}
        </p>
      </section>
    </IslandForm>
  );
}

const isPersonField = (name: string): name is PersonField => name in personPaths;
