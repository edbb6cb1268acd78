import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Failure, failureOf } from './failure.ts';
import { useService } from './service.tsx';

/** What is known of something that is asked for again and again. */
export interface Followed<Value> {
  readonly value?: Value;
  /** When `value` was received, in ISO 8601. */
  readonly receivedAt?: string;
  /** What became of the last request, if not `value`. */
  readonly failure?: Failure;
}

/** After a failure that may pass by itself. */
const retrySeconds = 5;

/**
 * Loads at once and then every so many seconds while the page is visible. After a failure the last value stays, and
 * loading goes on where that can help.
 * @param key what is loaded; with another, everything starts anew.
 * @returns besides, `reload`, which loads at once: after something was changed here.
 */
export function useFollowed<Value>(
  key: string,
  seconds: number,
  load: (signal: AbortSignal) => Promise<Value>,
): Followed<Value> & { readonly reload: () => void } {
  const { onSessionEnd } = useService();
  const [followed, setFollowed] = useState<Followed<Value> & { readonly key: string }>({ key });
  const [round, setRound] = useState(0);

  // `load` is made anew by every render; the key names what it loads.
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const follow = async (): Promise<void> => {
      while (!signal.aborted) {
        await untilVisible(signal);
        let rest = seconds;
        try {
          const value = await load(signal);
          if (!signal.aborted) setFollowed({ key, value, receivedAt: new Date().toISOString() });
        } catch (error) {
          if (signal.aborted) return;
          const failure = failureOf(error);
          if (failure === 'signed_out') return onSessionEnd();
          setFollowed((before) => (before.key === key ? { ...before, failure } : { key, failure }));
          if (failure !== 'no_answer') return;
          rest = retrySeconds;
        }
        await pause(rest * 1000, signal);
      }
    };
    void follow();
    return () => leaving.abort();
  }, [key, seconds, onSessionEnd, round]);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  return { ...(followed.key === key ? followed : {}), reload };
}

function untilVisible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve();
  return new Promise((resolve) => {
    const seen = () => document.visibilityState === 'visible' && resolve();
    document.addEventListener('visibilitychange', seen, { signal });
    signal.addEventListener('abort', () => resolve());
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
