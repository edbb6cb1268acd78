import type { ComponentChildren } from 'preact';
import { formatTime } from '../../messages/format.ts';
import type { KeyIn, Translate } from '../../messages/translate.ts';
import type { Locale } from '../../shared/contracts/basics.ts';
import type { Problem, ProblemCode } from '../../shared/contracts/problems.ts';
import { inLocale, orderPage } from './paths.ts';
import type { Progress } from './submit.ts';
import type { Refused } from './use-submit.ts';

/**
 * The form of an island. Sent before its script is there it does nothing (that is what the method means outside of a
 * dialog), where another method would load the page anew and put what was typed into its address.
 */
export function IslandForm(props: {
  readonly onSubmit: (event: Event) => unknown;
  readonly children: ComponentChildren;
}) {
  return (
    <form method="dialog" noValidate onSubmit={(event) => void props.onSubmit(event)}>
      {props.children}
    </form>
  );
}

type FormText = Translate<KeyIn<'entry' | 'problem'>>;

/** Errors in the order in which their fields stand in the page; those without a field come last. */
export function inPageOrder<Error extends { readonly field: string }>(errors: readonly Error[]): Error[] {
  const ids = [...document.querySelectorAll('form [id]')].map(({ id }) => id);
  const position = ({ field }: Error): number => (ids.includes(field) ? ids.indexOf(field) : ids.length);
  return [...errors].sort((a, b) => position(a) - position(b));
}

/** The errors of a form in one place, each a way to its field. */
export function ErrorSummary(props: {
  t: Translate<KeyIn<'entry'>>;
  errors: readonly { readonly field: string; readonly label: string | undefined; readonly text: string }[];
}) {
  return (
    <div role="alert">
      {props.errors.length > 0 && (
        <div class="notice bad">
          <p>
            <strong>{props.t('entry.errors', { count: props.errors.length })}</strong>
          </p>
          <ul>
            {props.errors.map(({ field, label, text }) => (
              <li key={field}>
                <a
                  href={`#${field}`}
                  onClick={(event) => {
                    event.preventDefault();
                    document.getElementById(field)?.focus();
                  }}
                >
                  {label === undefined ? text : `${label}: ${text}`}
                </a>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** What the form is waiting for, said politely to screen readers too. */
export function ProgressLine(props: {
  t: FormText;
  locale: Locale;
  zone: string;
  progress: Progress | undefined;
  sending: string;
}) {
  const { t, locale, zone, progress } = props;
  const text = (): string | undefined => {
    if (progress?.is === 'sending') return props.sending;
    if (progress?.is === 'busy') return t('entry.busyRetrying');
    if (progress?.is === 'preparing')
      return progress.heldUntil === undefined
        ? t('entry.givenPreparing')
        : t('entry.heldPreparing', { time: formatTime(progress.heldUntil, zone, locale) });
    return undefined;
  };
  return (
    <p class="progress-line" role="status">
      {text()}
    </p>
  );
}

/** Problems that a form can meet and that mean something to who fills it in. */
const meaningful = [
  'body_too_large',
  'event_unknown',
  'idempotency_key_reused',
  'registration_not_open',
  'registration_closed',
  'price_changed',
  'sold_out',
  'runner_already_entered',
  'waiting_list_not_open',
  'runner_already_waiting',
  'too_many_waiting',
  'offer_over',
  'too_many_holds',
  'order_not_paid',
  'entry_handed_over',
  'team_full',
  'team_closed',
  'team_composition',
  'member_left',
  'transfer_over',
  'transfer_closed',
  'change_under_way',
  'busy',
  'payment_unavailable',
] as const satisfies readonly ProblemCode[];

/** The sentence for a problem. */
export function problemMessage(t: Translate<KeyIn<'problem'>>, problem: Problem): string {
  return t(`problem.${meaningful.find((code) => code === problem.code) ?? 'internal'}`);
}

/** Why the form is still here, other than by its fields. */
export function RefusedNotice(props: {
  t: FormText;
  locale: Locale;
  zone: string;
  refused: Refused | undefined;
  /** What the form itself can say about a problem. */
  explain?: (problem: Problem) => string | undefined;
}) {
  const { t, locale, zone, refused, explain } = props;
  const text = (): string | undefined => {
    if (refused?.is === 'unanswered') return t('entry.network');
    if (refused?.is === 'unpaid')
      return refused.heldUntil === undefined
        ? t('problem.payment_unavailable')
        : t('entry.heldNoPayment', { time: formatTime(refused.heldUntil, zone, locale) });
    if (refused?.is !== 'problem' || refused.problem.code === 'validation_failed') return undefined;
    return explain?.(refused.problem) ?? problemMessage(t, refused.problem);
  };
  const shown = text();
  return (
    <div role="alert">
      {shown && (
        <div class="notice">
          <p>{shown}</p>
          {refused?.is === 'unpaid' && (
            <p>
              <a href={inLocale(locale, orderPage(refused.token))}>{t('entry.openOrder')}</a>
            </p>
          )}
        </div>
      )}
    </div>
  );
}
