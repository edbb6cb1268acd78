import { useEffect, useRef, useState } from 'preact/hooks';
import { formatMoment, formatMoney, formatTime } from '../../../messages/format.ts';
import type { DistanceView, EventView } from '../../../shared/contracts/events.ts';
import type { FieldError, Problem } from '../../../shared/contracts/problems.ts';
import { CheckField, TextField } from '../../parts/fields.tsx';
import { call } from '../api.ts';
import { fieldMessage } from '../errors.ts';
import { ErrorSummary, IslandForm, inPageOrder, ProgressLine, RefusedNotice } from '../form-parts.tsx';
import type { IslandProps } from '../island.tsx';
import { recall, remember } from '../memory.ts';
import { eventApi } from '../paths.ts';
import { type Refused, useSubmit } from '../use-submit.ts';
import { BreakdownCard, sumOf } from './breakdown-card.tsx';
import {
  changedPaths,
  type EntryDraft,
  emptyRunner,
  nextRunner,
  type RunnerDraft,
  withoutPrice,
} from './draft.ts';
import { coverOf, type ExtrasData, type ExtrasDraft, extrasPaths, noExtras } from './extras.ts';
import { CodeCard, GiftCard } from './extras-fields.tsx';
import { askedOf, feeOf } from './fee.ts';
import { fieldLabel } from './labels.ts';
import { contactEmail, fieldShown, orderFields, readDraft } from './read-draft.ts';
import { RunnerFields } from './runner-fields.tsx';
import { useQuote } from './use-quote.ts';

export const entryFormGroups = ['entry', 'field', 'problem'] as const;

export interface EntryFormData
  extends Pick<EventView, 'raceDay' | 'zone' | 'currency' | 'distances' | 'projects' | 'rulesUrl'>,
    ExtrasData {
  readonly event: string;
  /** The distance of the page's address. */
  readonly distance: string;
  /** The place that is offered to one runner, which the order takes. */
  readonly offer?: { readonly token: string; readonly givenName: string; readonly familyName: string };
  /** How many runners one order may have. */
  readonly most: number;
  /** ISO codes with names in the page's language, in the order to show: browsers do not name them in Kazakh. */
  readonly countries: readonly (readonly [code: string, name: string])[];
}

/** Which entry a path of the request speaks of. */
const entryIndex = (field: string): number => Number(/^entries\.(\d+)/.exec(field)?.[1] ?? 0);

/** The entry form: one or several runners, where their money goes, and the way to payment. */
export function EntryForm({ locale, t, data }: IslandProps<EntryFormData, (typeof entryFormGroups)[number]>) {
  const [draft, setDraft] = useState<EntryDraft>({
    runners: [
      {
        ...emptyRunner(data.distance),
        ...(data.offer && { givenName: data.offer.givenName, familyName: data.offer.familyName }),
      },
    ],
    contactEmail: '',
    rules: false,
    personalData: false,
    extras: noExtras,
  });
  const [distances, setDistances] = useState<readonly DistanceView[]>(data.distances);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const [round, setRound] = useState(0);
  const { attempt, progress, send } = useSubmit('entry', data.event, locale);
  const { extras } = draft;
  const asked = draft.runners.map((runner) => askedOf(runner, data.raceDay));
  const codeState = useQuote(data.event, asked, extras.applied, data.offer?.token, round);
  const quoted = codeState.is === 'applied' ? codeState.quoted : undefined;
  const facts = { ...data, distances, quoted };
  const focusOn = useRef<string | undefined>(undefined);
  const restored = useRef(false);

  // After the first rendering, which must equal the server's.
  useEffect(() => {
    // An offer is for one runner, whose name the page knows.
    const found = data.offer ? undefined : recall<EntryDraft>('entry', data.event);
    attempt.current = found?.attempt;
    restored.current = true;
    if (found && found.draft.runners.length > 0) setDraft(found.draft);
  }, [data.event, data.offer, attempt]);
  useEffect(() => {
    if (restored.current) remember('entry', data.event, draft, attempt.current);
  }, [draft, data.event, attempt]);
  useEffect(() => {
    if (focusOn.current === undefined) return;
    document.getElementById(focusOn.current)?.focus();
    focusOn.current = undefined;
  });

  const amend = (paths: readonly string[]): void =>
    setErrors((old) => old.filter(({ field }) => !paths.includes(field)));
  const change = (changed: Partial<Omit<EntryDraft, 'runners'>>, path: string): void => {
    amend([path]);
    setDraft((old) => ({ ...old, ...changed }));
  };
  const changeExtras = (change: Partial<ExtrasDraft>, ...paths: readonly string[]): void => {
    amend(paths);
    setDraft((old) => ({
      ...old,
      extras: { ...old.extras, ...change },
      // With another code, the prices that the service named are no longer those to pay.
      runners: 'applied' in change ? old.runners.map(withoutPrice) : old.runners,
    }));
  };
  const changeRunner = (index: number, change: Partial<RunnerDraft>): void => {
    amend(changedPaths(index, change));
    setDraft((old) => ({
      ...old,
      runners: old.runners.map((runner, at) => {
        if (at !== index) return runner;
        return { ...('birthDate' in change ? withoutPrice(runner) : runner), ...change };
      }),
    }));
  };
  const setRunners = (runners: RunnerDraft[]): void => {
    setErrors([]);
    setDraft((old) => ({ ...old, runners }));
  };
  const addRunner = (): void => {
    const [first] = draft.runners;
    if (!first) return;
    setRunners([...draft.runners, nextRunner(first)]);
    focusOn.current = `runner-${draft.runners.length + 1}`;
  };
  const removeRunner = (index: number): void => {
    setRunners(draft.runners.filter((_, at) => at !== index));
    focusOn.current = 'runner-1';
  };

  const refuse = (found: readonly FieldError[]): void => {
    const shown = inPageOrder(found.map((error) => ({ ...error, field: fieldShown(error.field) })));
    setErrors(shown.filter(({ field }, at) => shown.findIndex((error) => error.field === field) === at));
    focusOn.current = shown[0]?.field;
  };
  const takePrices = async (prices: NonNullable<Problem['prices']>): Promise<void> => {
    setDraft((old) => ({
      ...old,
      runners: old.runners.map((runner, index) => {
        const changed = prices.find(({ field }) => entryIndex(field) === index);
        return changed ? { ...runner, price: changed.price } : runner;
      }),
    }));
    const answer = await call<'getEvent'>(eventApi(data.event));
    if (answer.is === 'value') setDistances(answer.value.distances);
    setRound((old) => old + 1);
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (progress) return;
    setRefused(undefined);
    const read = readDraft(draft, facts, locale);
    if (read.errors) {
      refuse(read.errors);
      return;
    }
    setErrors([]);
    const { order } = read;
    const offer = data.offer?.token;
    const outcome = await send(
      offer === undefined
        ? order
        : { ...order, entries: order.entries.map((entry) => ({ ...entry, offer })) },
      draft,
    );
    if (outcome?.is !== 'problem') {
      setRefused(outcome);
      return;
    }
    const { problem } = outcome;
    // The service names the price of every entry; told are those that differ from what was shown.
    const prices = problem.prices?.filter(
      ({ field, price, distance }) =>
        distance === undefined || read.order.entries[entryIndex(field)]?.price.amount !== price.amount,
    );
    setRefused({ is: 'problem', problem: prices ? { ...problem, prices } : problem });
    if (problem.errors) refuse(problem.errors);
    if (prices) await takePrices(prices);
  };

  const distanceName = (id: string | undefined): string =>
    distances.find((distance) => distance.id === id)?.name[locale] ?? t('entry.distance');
  const explain = (problem: Problem): string | undefined => {
    switch (problem.code) {
      case 'price_changed':
        return problem.prices
          ?.map(({ distance, price }) =>
            t('entry.priceChanged', {
              distance: distance === undefined ? t('entry.feeCover') : distanceName(distance),
              price: formatMoney(price, locale),
            }),
          )
          .join(' ');
      case 'sold_out':
        return problem.nextReleaseAt === undefined
          ? t('entry.soldOut', { distance: distanceName(problem.distance) })
          : t('entry.soldOutNext', {
              distance: distanceName(problem.distance),
              time: formatTime(problem.nextReleaseAt, data.zone, locale),
            });
      case 'registration_not_open':
        return (
          problem.opensAt &&
          t('entry.notOpenUntil', { time: formatMoment(problem.opensAt, data.zone, locale) })
        );
      case 'runner_already_entered':
        return t('entry.alreadyEntered', {
          name: draft.runners[entryIndex(problem.field ?? '')]?.givenName ?? '',
        });
      default:
        return undefined;
    }
  };

  const isNeeded = draft.runners.some(
    (runner) => distances.find(({ id }) => id === runner.distance)?.status === 'by_code',
  );
  const told = errors.map((error) => ({
    ...error,
    label: fieldLabel(t, error.field, draft.runners.length),
    text: fieldMessage(t, locale, error, data.currency),
  }));
  const errorOf = (name: string): string | undefined =>
    told.find(({ field }) => field === name)?.text ??
    (name === extrasPaths.code && codeState.is === 'refused'
      ? fieldMessage(t, locale, codeState.error, data.currency)
      : undefined);
  const fees = draft.runners.map((runner, index) => feeOf(runner, index, facts));
  const entries = draft.runners.map((runner, index) => ({
    label: [
      draft.runners.length > 1 && (runner.givenName || t('entry.runner', { number: index + 1 })),
      distanceName(runner.distance),
    ]
      .filter(Boolean)
      .join(' · '),
    project: runner.project,
    fee: fees[index],
  }));
  const sum = sumOf({ entries, extras, data });
  const total = sum + coverOf(extras, data, sum);

  return (
    <IslandForm onSubmit={submit}>
      <ErrorSummary t={t} errors={told} />
      {draft.runners.map((runner, index) => (
        <RunnerFields
          key={index}
          {...{ t, locale, data, distances, index, runner, errorOf }}
          fee={fees[index]}
          count={draft.runners.length}
          onChange={(change) => changeRunner(index, change)}
          onRemove={() => removeRunner(index)}
        />
      ))}
      {draft.runners.length < data.most && (
        <p>
          <button type="button" class="button quiet" onClick={addRunner}>
            + {t('entry.addRunner')}
          </button>
        </p>
      )}
      <GiftCard
        {...{ t, locale, data, extras, errorOf }}
        follows={draft.runners[0]?.project ?? ''}
        onChange={changeExtras}
      />
      <CodeCard {...{ t, extras, errorOf }} state={codeState} isNeeded={isNeeded} onChange={changeExtras} />
      <BreakdownCard
        {...{ t, locale, data, entries, extras }}
        onCoverFee={(coverFee) => changeExtras({ coverFee })}
      />
      <section class="card" aria-labelledby="confirmation">
        <h2 id="confirmation">{t('entry.confirmation')}</h2>
        <TextField
          name={orderFields.contactEmail}
          error={errorOf(orderFields.contactEmail)}
          type="email"
          autocomplete="email"
          label={t('entry.contactEmail')}
          value={contactEmail(draft)}
          onValue={(value) => change({ contactEmail: value }, orderFields.contactEmail)}
          required
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
          checked={draft.rules}
          onChecked={(rules) => change({ rules }, orderFields.rules)}
          required
        />
        <CheckField
          name={orderFields.personalData}
          error={errorOf(orderFields.personalData)}
          label={t('entry.consentData')}
          checked={draft.personalData}
          onChecked={(personalData) => change({ personalData }, orderFields.personalData)}
          required
        />
        <RefusedNotice {...{ t, locale, refused, explain }} zone={data.zone} />
        <button type="submit" class="button wide" aria-disabled={progress !== undefined}>
          {total === 0
            ? t('entry.submitFree')
            : t('entry.submit', { total: formatMoney({ amount: total, currency: data.currency }, locale) })}
        </button>
        <ProgressLine {...{ t, locale, progress }} zone={data.zone} sending={t('entry.sending')} />
        <p class="soft">{t(total === 0 ? 'entry.submitFreeHint' : 'entry.submitHint')}</p>
      </section>
    </IslandForm>
  );
}
