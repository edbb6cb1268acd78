import { useRef, useState } from 'preact/hooks';
import type { Translate } from '../../messages/translate.ts';
import { ProblemError } from '../../shared/contracts/client.ts';
import { type FieldError, isProblemCode } from '../../shared/contracts/problems.ts';
import { failureOf } from './failure.ts';
import { useService } from './service.tsx';

/** Why something was not done. */
export interface Refused {
  readonly text: (t: Translate) => string;
  readonly errors: readonly FieldError[];
}

/**
 * Does what a button or a form asks for, one thing at a time. The same request goes out under the same key, so that
 * repeating it after a lost answer never does it twice.
 */
export function useAct() {
  const { onSessionEnd } = useService();
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused>();
  const attempt = useRef<{ readonly key: string; readonly of: string }>(undefined);

  /** @returns whether it was done. */
  const act = async (of: unknown, work: (idempotencyKey: string) => Promise<unknown>): Promise<boolean> => {
    if (isBusy) return false;
    const text = JSON.stringify(of);
    const used = attempt.current?.of === text ? attempt.current : { key: crypto.randomUUID(), of: text };
    attempt.current = used;
    setBusy(true);
    setRefused(undefined);
    try {
      await work(used.key);
      attempt.current = undefined;
      return true;
    } catch (error) {
      if (failureOf(error) === 'signed_out') onSessionEnd();
      else setRefused(refusedBy(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, refused, act };
}

function refusedBy(error: unknown): Refused {
  if (!(error instanceof ProblemError)) return { text: (t) => t('console.notDone'), errors: [] };
  const { code, errors = [] } = error.problem;
  return { text: (t) => t(isProblemCode(code) ? `problem.${code}` : 'problem.internal'), errors };
}

/** The words for what is wrong with a field, or with any part of it. */
export function fieldText(refused: Refused | undefined, field: string, t: Translate): string | undefined {
  const found = refused?.errors.find((error) => error.field === field || error.field.startsWith(`${field}.`));
  return found && t(`field.${found.code}`, { limit: found.limit ?? '' });
}
