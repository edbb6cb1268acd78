import { useRef, useState } from 'preact/hooks';
import type { RouteName } from '../../shared/contracts/routes.ts';
import { call } from './api.ts';
import { newKey } from './submit.ts';
import type { Refused } from './use-submit.ts';

/**
 * Sends what a button or a small form asks for. The same body goes out under the same key, so that repeating it after
 * a lost answer never does it twice.
 */
export function useAction() {
  const [isWorking, setWorking] = useState(false);
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const attempt = useRef<{ readonly key: string; readonly sent: string } | undefined>(undefined);

  /** The answer of a POST; undefined when it was refused, which `refused` tells then, or while another one runs. */
  const run = async <Name extends RouteName>(path: string, body?: unknown) => {
    if (isWorking) return undefined;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = `${path} ${text ?? ''}`;
    const used = attempt.current?.sent === sent ? attempt.current : { key: newKey(), sent };
    attempt.current = used;
    setWorking(true);
    setRefused(undefined);
    const answer = await call<Name>(path, {
      method: 'POST',
      headers: { 'idempotency-key': used.key },
      ...(text !== undefined && { body: text }),
    });
    if (answer.is === 'value') return answer.value;
    // What was done and then undone is done again only by a new request.
    if (answer.is === 'problem' && answer.problem.code === 'member_left') attempt.current = undefined;
    setWorking(false);
    setRefused(answer);
    return undefined;
  };

  return { isWorking, refused, run };
}

/** The server draws what a page has become, once something was done. */
export function redraw(done: unknown): void {
  if (done !== undefined) location.reload();
}
