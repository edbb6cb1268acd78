import { useEffect, useRef, useState } from 'preact/hooks';
import { formatMoney } from '../../../messages/format.ts';
import type { DistanceView, EventView } from '../../../shared/contracts/events.ts';
import type { FieldError, Problem } from '../../../shared/contracts/problems.ts';
import { CheckField, ChoiceField, TextField } from '../../parts/fields.tsx';
import { BreakdownCard, sumOf } from '../entry-form/breakdown-card.tsx';
import { coverOf, type ExtrasData, type ExtrasDraft, extrasPaths } from '../entry-form/extras.ts';
import { CodeCard, GiftCard } from '../entry-form/extras-fields.tsx';
import { choosesProject } from '../entry-form/fee.ts';
import { fieldShown } from '../entry-form/read-draft.ts';
import { useQuote } from '../entry-form/use-quote.ts';
import { fieldMessage } from '../errors.ts';
import { ErrorSummary, IslandForm, inPageOrder, ProgressLine, RefusedNotice } from '../form-parts.tsx';
import type { IslandProps } from '../island.tsx';
import { recall, remember } from '../memory.ts';
import { type Refused, useSubmit } from '../use-submit.ts';
import { emptyTeam, readTeam, type TeamDraft, type TeamField, teamFee, teamPaths } from './read-team.ts';

export const teamFormGroups = ['entry', 'field', 'problem', 'team'] as const;

export interface TeamFormData
  extends Pick<EventView, 'zone' | 'currency' | 'projects' | 'rulesUrl'>,
    ExtrasData {
  readonly event: string;
  readonly distance: DistanceView;
}

const labels = {
  [teamPaths.name]: 'team.name',
  [teamPaths.givenName]: 'entry.givenName',
  [teamPaths.familyName]: 'entry.familyName',
  [teamPaths.email]: 'entry.email',
  [teamPaths.phone]: 'entry.phone',
  [teamPaths.project]: 'entry.project',
  [teamPaths.rules]: 'entry.confirmation',
  [teamPaths.personalData]: 'entry.confirmation',
  [extrasPaths.code]: 'entry.codeLabel',
  [extrasPaths.gift]: 'entry.addGift',
  [extrasPaths.giftProject]: 'entry.giftProject',
} as const;
const isLabelled = (field: string): field is keyof typeof labels => field in labels;

/** The form of a relay team: its name, whom to call, where the money goes, and the way to payment. */
export function TeamForm({ locale, t, data }: IslandProps<TeamFormData, (typeof teamFormGroups)[number]>) {
  const { distance, event, currency, zone } = data;
  const [draft, setDraft] = useState<TeamDraft>(emptyTeam);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const [round, setRound] = useState(0);
  const { attempt, progress, send } = useSubmit('team', event, locale);
  const { extras } = draft;
  const codeState = useQuote(event, [{ distance: distance.id }], extras.applied, undefined, round);
  const quoted = codeState.is === 'applied' ? codeState.quoted : undefined;
  const fee = teamFee(draft, distance, quoted);
  const focusOn = useRef<string | undefined>(undefined);
  const restored = useRef(false);

  // After the first rendering, which must equal the server's.
  useEffect(() => {
    const found = recall<TeamDraft>('team', event);
    attempt.current = found?.attempt;
    restored.current = true;
    if (found) setDraft(found.draft);
  }, [event, attempt]);
  useEffect(() => {
    if (restored.current) remember('team', event, draft, attempt.current);
  }, [draft, event, attempt]);
  useEffect(() => {
    if (focusOn.current === undefined) return;
    document.getElementById(focusOn.current)?.focus();
    focusOn.current = undefined;
  });

  const change = (field: TeamField, changed: Partial<TeamDraft>): void => {
    setErrors((old) => old.filter((error) => error.field !== teamPaths[field]));
    setDraft((old) => ({ ...old, ...changed }));
  };
  const changeExtras = (change: Partial<ExtrasDraft>, ...paths: readonly string[]): void => {
    setErrors((old) => old.filter(({ field }) => !paths.includes(field)));
    setDraft((old) => ({
      ...old,
      extras: { ...old.extras, ...change },
      ...('applied' in change && { price: undefined }),
    }));
  };
  const refuse = (found: readonly FieldError[]): void => {
    const shown = inPageOrder(found.map((error) => ({ ...error, field: fieldShown(error.field) })));
    setErrors(shown);
    focusOn.current = shown[0]?.field;
  };
  const submit = async (submitted: Event): Promise<void> => {
    submitted.preventDefault();
    if (progress) return;
    setRefused(undefined);
    const read = readTeam(draft, distance, data, locale, quoted);
    if (read.errors) return refuse(read.errors);
    setErrors([]);
    const outcome = await send(read.order, draft);
    setRefused(outcome);
    if (outcome?.is !== 'problem') return;
    const { errors: wrong, prices } = outcome.problem;
    if (wrong) refuse(wrong);
    const changed = prices?.find((found) => found.distance !== undefined);
    if (changed) setDraft((old) => ({ ...old, price: changed.price }));
    setRound((old) => old + 1);
  };
  const explain = ({ code, prices }: Problem): string | undefined => {
    const [changed] = prices ?? [];
    if (code !== 'price_changed' || !changed) return undefined;
    return t('entry.priceChanged', {
      distance: changed.distance === undefined ? t('entry.feeCover') : distance.name[locale],
      price: formatMoney(changed.price, locale),
    });
  };

  const told = errors.map((error) => ({
    ...error,
    label: isLabelled(error.field) ? t(labels[error.field]) : undefined,
    text: fieldMessage(t, locale, error, currency),
  }));
  const at = (field: TeamField) => ({
    name: teamPaths[field],
    error: told.find((error) => error.field === teamPaths[field])?.text,
  });
  const text = (field: Exclude<TeamField, 'rules' | 'personalData'>) => ({
    ...at(field),
    value: draft[field],
    onValue: (value: string) => change(field, { [field]: value }),
  });
  const errorOf = (name: string): string | undefined =>
    told.find(({ field }) => field === name)?.text ??
    (name === extrasPaths.code && codeState.is === 'refused'
      ? fieldMessage(t, locale, codeState.error, currency)
      : undefined);
  const entries = [{ label: distance.name[locale], project: draft.project, fee }];
  const sum = sumOf({ entries, extras, data });
  const price = { amount: sum + coverOf(extras, data, sum), currency };

  return (
    <IslandForm onSubmit={submit}>
      <ErrorSummary t={t} errors={told} />
      <section class="card" aria-labelledby="team">
        <h2 id="team">{t('team.title')}</h2>
        <TextField {...text('name')} autocomplete="off" label={t('team.name')} longest={60} required />
        <fieldset class="block">
          <legend>{t('team.captain')}</legend>
          <p class="soft">{t('team.captainHint')}</p>
          <div class="pair">
            <TextField
              {...text('givenName')}
              autocomplete="given-name"
              label={t('entry.givenName')}
              required
            />
            <TextField
              {...text('familyName')}
              autocomplete="family-name"
              label={
                <>
                  {t('entry.familyName')} <span class="optional">({t('entry.optional')})</span>
                </>
              }
            />
          </div>
          <div class="pair">
            <TextField
              {...text('email')}
              type="email"
              autocomplete="email"
              label={t('entry.contactEmail')}
              required
            />
            <TextField
              {...text('phone')}
              type="tel"
              autocomplete="tel"
              label={t('entry.phone')}
              hint={t('entry.phoneHint')}
              required
            />
          </div>
        </fieldset>
        {choosesProject(fee, distance) && (
          <ChoiceField
            {...text('project')}
            look="cards"
            label={t('entry.project')}
            options={data.projects
              .filter(({ id }) => distance.charity.projects.includes(id))
              .map(({ id, name, summary }) => ({ value: id, label: name[locale], note: summary[locale] }))}
          />
        )}
      </section>
      <GiftCard {...{ t, locale, data, extras, errorOf }} follows={draft.project} onChange={changeExtras} />
      <CodeCard
        {...{ t, extras, errorOf }}
        state={codeState}
        isNeeded={distance.status === 'by_code'}
        onChange={changeExtras}
      />
      <BreakdownCard
        {...{ t, locale, data, entries, extras }}
        onCoverFee={(coverFee) => changeExtras({ coverFee })}
      />
      <section class="card" aria-labelledby="confirmation">
        <h2 id="confirmation">{t('entry.confirmation')}</h2>
        <CheckField
          {...at('rules')}
          label={t('entry.consentRules')}
          hint={
            data.rulesUrl && (
              <a href={data.rulesUrl} target="_blank" rel="noreferrer">
                {t('entry.rulesLink')}
              </a>
            )
          }
          checked={draft.rules}
          onChecked={(rules) => change('rules', { rules })}
          required
        />
        <CheckField
          {...at('personalData')}
          label={t('entry.consentData')}
          checked={draft.personalData}
          onChecked={(personalData) => change('personalData', { personalData })}
          required
        />
        <RefusedNotice {...{ t, locale, zone, refused, explain }} />
        <button type="submit" class="button wide" aria-disabled={progress !== undefined}>
          {price.amount === 0
            ? t('entry.submitFree')
            : t('entry.submit', { total: formatMoney(price, locale) })}
        </button>
        <ProgressLine {...{ t, locale, zone, progress }} sending={t('entry.sending')} />
        <p class="soft">{t(price.amount === 0 ? 'entry.submitFreeHint' : 'entry.submitHint')}</p>
      </section>
    </IslandForm>
  );
}
