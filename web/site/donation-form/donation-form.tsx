import { useEffect, useRef, useState } from 'preact/hooks';
import { formatMoney } from '../../../messages/format.ts';
import type { KeyIn, Translate } from '../../../messages/translate.ts';
import type { Money } from '../../../shared/contracts/basics.ts';
import type { EventView } from '../../../shared/contracts/events.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { ChoiceField, TextField } from '../../parts/fields.tsx';
import { fieldMessage } from '../errors.ts';
import { ErrorSummary, IslandForm, inPageOrder, ProgressLine, RefusedNotice } from '../form-parts.tsx';
import type { IslandProps } from '../island.tsx';
import { recall, remember } from '../memory.ts';
import { type Refused, useSubmit } from '../use-submit.ts';
import { type AmountDraft, amountErrors, chosenAmount } from './amount.ts';
import { AmountFields } from './amount-fields.tsx';

export const donationFormGroups = ['donate', 'entry', 'field', 'problem'] as const;

export interface DonationFormData extends Pick<EventView, 'zone' | 'currency' | 'projects' | 'donation'> {
  readonly event: string;
  /** The project that the address names; empty when it names none. */
  readonly project: string;
}

interface DonationDraft extends AmountDraft {
  readonly project: string;
  readonly isAnonymous: boolean;
  readonly name: string;
  readonly message: string;
  readonly email: string;
}

const fields = {
  project: 'donations.0.project',
  amount: 'donations.0.amount',
  name: 'donations.0.name',
  message: 'donations.0.message',
  email: 'contact.email',
} as const;

function labelOf(t: Translate<KeyIn<'donate'>>, field: string): string | undefined {
  const name = (['project', 'amount', 'name', 'message', 'email'] as const).find(
    (key) => fields[key] === field,
  );
  return name && t(`donate.${name}`);
}

/** The donation form: project, amount, name or none, and the way to payment. */
export function DonationForm({
  locale,
  t,
  data,
}: IslandProps<DonationFormData, (typeof donationFormGroups)[number]>) {
  const { currency, donation } = data;
  const [draft, setDraft] = useState<DonationDraft>({
    project: data.project,
    suggested: String(donation.suggested[0]?.amount ?? ''),
    own: '',
    isAnonymous: false,
    name: '',
    message: '',
    email: '',
  });
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const { attempt, progress, send } = useSubmit('donation', data.event, locale);
  const focusOn = useRef<string | undefined>(undefined);
  const restored = useRef(false);

  // After the first rendering, which must equal the server's.
  useEffect(() => {
    const found = recall<DonationDraft>('donation', data.event);
    attempt.current = found?.attempt;
    restored.current = true;
    // The address says which project was meant this time.
    if (found) setDraft({ ...found.draft, ...(data.project !== '' && { project: data.project }) });
  }, [data.event, data.project, attempt]);
  useEffect(() => {
    if (restored.current) remember('donation', data.event, draft, attempt.current);
  }, [draft, data.event, attempt]);
  useEffect(() => {
    if (focusOn.current === undefined) return;
    document.getElementById(focusOn.current)?.focus();
    focusOn.current = undefined;
  });

  const change = (changed: Partial<DonationDraft>, path?: string): void => {
    setErrors((old) => old.filter(({ field }) => field !== path));
    setDraft((old) => ({ ...old, ...changed }));
  };
  const money = (amount: Money): string => formatMoney(amount, locale);
  const amount = chosenAmount(draft, currency);

  const refuse = (found: readonly FieldError[]): void => {
    const shown = inPageOrder(
      found.map((error) =>
        error.field === 'donations' || error.field.startsWith(fields.amount)
          ? { ...error, field: fields.amount }
          : error,
      ),
    );
    setErrors(shown);
    focusOn.current = shown[0]?.field;
  };
  const check = (): FieldError[] => {
    const found: FieldError[] = [];
    if (draft.project === '') found.push({ field: fields.project, code: 'required' });
    const wrong = amountErrors(draft, data, fields.amount);
    found.push(...wrong);
    if (!amount && wrong.length === 0) found.push({ field: fields.amount, code: 'amount_invalid' });
    if (draft.email.trim() === '') found.push({ field: fields.email, code: 'required' });
    if (!draft.isAnonymous && draft.name.trim() === '') found.push({ field: fields.name, code: 'required' });
    return found;
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (progress) return;
    setRefused(undefined);
    const found = check();
    if (found.length > 0 || !amount) {
      refuse(found);
      return;
    }
    setErrors([]);
    const gift = {
      project: draft.project,
      amount,
      ...(!draft.isAnonymous && { name: draft.name }),
      ...(draft.message.trim() !== '' && { message: draft.message }),
    };
    const order = { contact: { email: draft.email, locale }, entries: [], donations: [gift] };
    const outcome = await send(order, draft);
    setRefused(outcome);
    if (outcome?.is === 'problem' && outcome.problem.errors) refuse(outcome.problem.errors);
  };

  const told = errors.map((error) => ({
    ...error,
    label: labelOf(t, error.field),
    text: fieldMessage(t, locale, error, currency),
  }));
  const at = (name: string) => ({ name, error: told.find(({ field }) => field === name)?.text });
  const optional = (label: string) => (
    <>
      {label} <span class="optional">({t('entry.optional')})</span>
    </>
  );

  return (
    <IslandForm onSubmit={submit}>
      <ErrorSummary t={t} errors={told} />
      <section class="card">
        <ChoiceField
          {...at(fields.project)}
          look="cards"
          label={t('donate.project')}
          value={draft.project}
          onValue={(project) => change({ project }, fields.project)}
          options={data.projects.map(({ id, name, summary }) => ({
            value: id,
            label: name[locale],
            note: summary[locale],
          }))}
        />
      </section>
      <section class="card">
        <AmountFields
          {...{ locale, data, draft }}
          {...at(fields.amount)}
          words={{
            label: t('donate.amount'),
            own: (symbol) => t('donate.ownAmount', { symbol }),
            range: (smallest, largest) => t('donate.range', { smallest, largest }),
          }}
          onChange={(chosen) => change(chosen, fields.amount)}
        />
      </section>
      <section class="card">
        <ChoiceField
          name="name-shown"
          look="pills"
          label={t('donate.who')}
          value={draft.isAnonymous ? 'anonymous' : 'named'}
          onValue={(value) => change({ isAnonymous: value === 'anonymous' }, fields.name)}
          options={[
            { value: 'named', label: t('donate.named') },
            { value: 'anonymous', label: t('donate.anonymous') },
          ]}
        />
        {!draft.isAnonymous && (
          <TextField
            {...at(fields.name)}
            autocomplete="name"
            label={t('donate.name')}
            value={draft.name}
            onValue={(name) => change({ name }, fields.name)}
            longest={80}
            required
          />
        )}
        <TextField
          {...at(fields.message)}
          autocomplete="off"
          label={optional(t('donate.message'))}
          value={draft.message}
          onValue={(message) => change({ message }, fields.message)}
          longest={280}
        />
        <TextField
          {...at(fields.email)}
          type="email"
          autocomplete="email"
          label={t('donate.email')}
          value={draft.email}
          onValue={(email) => change({ email }, fields.email)}
          required
        />
        <RefusedNotice {...{ t, locale, refused }} zone={data.zone} />
        <button type="submit" class="button wide" aria-disabled={progress !== undefined}>
          {amount ? t('donate.submit', { total: money(amount) }) : t('donate.submitEmpty')}
        </button>
        <ProgressLine {...{ t, locale, progress }} zone={data.zone} sending={t('donate.sending')} />
        <p class="soft">{t('donate.submitHint')}</p>
      </section>
    </IslandForm>
  );
}
