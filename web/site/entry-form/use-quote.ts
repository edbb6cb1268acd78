import { useEffect, useState } from 'preact/hooks';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import type { QuoteInput } from '../../../shared/contracts/quote.ts';
import { call } from '../api.ts';
import { quoteApi } from '../paths.ts';
import { extrasPaths } from './extras.ts';
import type { Quoted } from './fee.ts';

/** What is known of a code. */
export type CodeState =
  | { readonly is: 'none' | 'asking' | 'unanswered' }
  | { readonly is: 'applied'; readonly quoted: Quoted }
  | { readonly is: 'refused'; readonly error: FieldError };

/** Birth dates are typed figure by figure, and boxes are ticked in a row. */
const pause = 300;

/**
 * Asks the service what entries cost with a code, anew whenever what the prices depend on changes.
 * @param code empty when there is none.
 * @param round asks again when it changes, though nothing else has.
 */
export function useQuote(
  event: string,
  asked: QuoteInput['entries'],
  code: string,
  offer: string | undefined,
  round: number,
): CodeState {
  const [state, setState] = useState<CodeState>({ is: 'none' });
  const key = JSON.stringify(asked);
  useEffect(() => {
    if (code === '') {
      setState({ is: 'none' });
      return undefined;
    }
    let isStale = false;
    setState((old) => (old.is === 'applied' ? old : { is: 'asking' }));
    const ask = async (): Promise<void> => {
      const entries: QuoteInput['entries'] = JSON.parse(key);
      const body = JSON.stringify({
        entries: offer === undefined ? entries : entries.map((entry) => ({ ...entry, offer })),
        code,
      });
      const answer = await call<'quote'>(quoteApi(event), { method: 'POST', body });
      if (isStale) return;
      if (answer.is === 'value') {
        setState({ is: 'applied', quoted: { asked: entries, entries: answer.value.entries } });
        return;
      }
      const error =
        answer.is === 'problem'
          ? answer.problem.errors?.find(({ field }) => field === extrasPaths.code)
          : undefined;
      setState(error ? { is: 'refused', error } : { is: 'unanswered' });
    };
    const timer = setTimeout(() => void ask(), pause);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [event, key, code, offer, round]);
  return state;
}
