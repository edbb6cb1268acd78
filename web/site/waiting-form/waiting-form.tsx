import { useEffect, useRef, useState } from 'preact/hooks';
import type { KeyIn, Translate } from '../../../messages/translate.ts';
import type { FieldError, Problem } from '../../../shared/contracts/problems.ts';
import type { WaitingInput } from '../../../shared/contracts/waiting.ts';
import { TextField } from '../../parts/fields.tsx';
import { call } from '../api.ts';
import { fieldMessage } from '../errors.ts';
import { ErrorSummary, IslandForm, inPageOrder, problemMessage } from '../form-parts.tsx';
import type { IslandProps } from '../island.tsx';
import { inLocale, waiterPage, waitingApi } from '../paths.ts';
import { newKey, persist } from '../submit.ts';

export const waitingFormGroups = ['waiting', 'entry', 'field', 'problem'] as const;
type Group = (typeof waitingFormGroups)[number];

export interface WaitingFormData {
  readonly event: string;
  readonly distance: string;
  readonly raceDay: string;
  readonly currency: string;
}

const fields = {
  givenName: 'runner.givenName',
  familyName: 'runner.familyName',
  birthDate: 'runner.birthDate',
  email: 'contact.email',
} as const;
type Field = keyof typeof fields;
const fieldNames = ['givenName', 'familyName', 'birthDate', 'email'] as const satisfies readonly Field[];

function labelOf(t: Translate<KeyIn<Group>>, field: string): string | undefined {
  const name = fieldNames.find((name) => fields[name] === field);
  return name && t(`entry.${name}`);
}

/** The way onto a waiting list: who waits, and where to write when a place is offered. */
export function WaitingForm({ locale, t, data }: IslandProps<WaitingFormData, Group>) {
  const [draft, setDraft] = useState<Record<Field, string>>({
    givenName: '',
    familyName: '',
    birthDate: '',
    email: '',
  });
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [refused, setRefused] = useState<Problem | 'unanswered' | undefined>(undefined);
  const [progress, setProgress] = useState<'sending' | 'busy' | undefined>(undefined);
  // The same request goes out under the same key, so that it never becomes two.
  const attempt = useRef<{ key: string; body: string } | undefined>(undefined);
  const focusOn = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (focusOn.current === undefined) return;
    document.getElementById(focusOn.current)?.focus();
    focusOn.current = undefined;
  });

  const refuse = (found: readonly FieldError[]): void => {
    const shown = inPageOrder(found);
    setErrors(shown);
    focusOn.current = shown[0]?.field;
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (progress) return;
    setRefused(undefined);
    const missing = fieldNames.filter((name) => name !== 'familyName' && draft[name].trim() === '');
    refuse(missing.map((name) => ({ field: fields[name], code: 'required' })));
    if (missing.length > 0) return;
    const { givenName, familyName, birthDate, email } = draft;
    const input: WaitingInput = {
      runner: { givenName, ...(familyName.trim() !== '' && { familyName }), birthDate },
      contact: { email, locale },
    };
    const body = JSON.stringify(input);
    if (attempt.current?.body !== body) attempt.current = { key: newKey(), body };
    const headers = { 'idempotency-key': attempt.current.key };
    setProgress('sending');
    const answer = await persist(
      () => call<'joinWaitingList'>(waitingApi(data.event, data.distance), { method: 'POST', body, headers }),
      () => setProgress('busy'),
    );
    if (answer.is === 'value') {
      location.assign(inLocale(locale, waiterPage(answer.value.token)));
      return;
    }
    setProgress(undefined);
    if (answer.is === 'problem' && answer.problem.errors) refuse(answer.problem.errors);
    else setRefused(answer.is === 'problem' ? answer.problem : 'unanswered');
  };

  const told = errors.map((error) => ({
    ...error,
    label: labelOf(t, error.field),
    text: fieldMessage(t, locale, error, data.currency),
  }));
  const field = (name: Field) => ({
    name: fields[name],
    error: told.find((error) => error.field === fields[name])?.text,
    value: draft[name],
    onValue: (value: string) => {
      setErrors((old) => old.filter((error) => error.field !== fields[name]));
      setDraft((old) => ({ ...old, [name]: value }));
    },
  });

  return (
    <IslandForm onSubmit={submit}>
      <ErrorSummary t={t} errors={told} />
      <section class="card">
        <TextField
          {...field('givenName')}
          label={t('entry.givenName')}
          autocomplete="given-name"
          longest={60}
          required
        />
        <TextField
          {...field('familyName')}
          label={
            <>
              {t('entry.familyName')} <span class="optional">({t('entry.optional')})</span>
            </>
          }
          autocomplete="family-name"
          longest={60}
        />
        <TextField
          {...field('birthDate')}
          type="date"
          label={t('entry.birthDate')}
          autocomplete="bday"
          max={data.raceDay}
          required
        />
        <TextField
          {...field('email')}
          type="email"
          label={t('entry.email')}
          hint={t('waiting.emailHint')}
          autocomplete="email"
          required
        />
        <div role="alert">
          {refused && (
            <div class="notice">
              <p>{refused === 'unanswered' ? t('entry.network') : problemMessage(t, refused)}</p>
            </div>
          )}
        </div>
        <button type="submit" class="button wide" aria-disabled={progress !== undefined}>
          {t('waiting.submit')}
        </button>
        <p class="progress-line" role="status">
          {progress && t(progress === 'busy' ? 'entry.busyRetrying' : 'waiting.sending')}
        </p>
      </section>
    </IslandForm>
  );
}
