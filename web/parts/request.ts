import type { Problem } from '../../shared/contracts/problems.ts';

/** What came of a request: the answer, the problem that the service named, or no usable answer at all. */
export type Answer<Value> =
  | { readonly is: 'value'; readonly value: Value }
  | { readonly is: 'problem'; readonly problem: Problem; readonly retryAfterSeconds?: number }
  /** The connection failed, took too long, or something between answered: the request may or may not have arrived. */
  | { readonly is: 'unanswered'; readonly isBusy?: true; readonly retryAfterSeconds?: number };

/** What a gateway answers that is asked too often, with a text of its own and mostly without `Retry-After`. */
const busyStatuses: readonly number[] = [429, 503];

export interface RequestOptions {
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const longestSeconds = 20;

/**
 * Calls the API of the own origin.
 * @param read makes the value of a successful answer's text; what it throws counts as unanswered.
 */
export async function request<Value>(
  path: string,
  read: (text: string) => Value,
  options: RequestOptions = {},
): Promise<Answer<Value>> {
  try {
    const response = await fetch(path, {
      ...options,
      headers: {
        accept: 'application/json',
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      signal: AbortSignal.timeout(longestSeconds * 1000),
    });
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retry = Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {};
    const text = await response.text();
    if (response.ok) return { is: 'value', value: read(text) };
    const body = jsonOf(text);
    if (isProblem(body)) return { is: 'problem', problem: body, ...retry };
    return { is: 'unanswered', ...(busyStatuses.includes(response.status) && { isBusy: true }), ...retry };
  } catch {
    return { is: 'unanswered' };
  }
}

/** The value of a text; undefined when it is not JSON, as the pages of a gateway are not. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A gateway between answers errors too, but never with a `code`. */
function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'status' in body;
}
