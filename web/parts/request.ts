import * as z from 'zod/mini';
import { type Problem, problem } from '../../shared/contracts/problems.ts';

/** What came of a request: the parsed answer, the problem the service named, or no usable answer at all. */
export type Answer<Value> =
  | { readonly is: 'value'; readonly value: Value }
  | { readonly is: 'problem'; readonly problem: Problem; readonly retryAfterSeconds?: number }
  /** The connection failed, took too long, or something between answered: the request may or may not have arrived. */
  | { readonly is: 'unanswered'; readonly retryAfterSeconds?: number };

const longestSeconds = 20;

/**
 * Calls the API of the own origin and parses the answer by its contract.
 * @param schema the contract of a successful answer.
 */
export async function request<Schema extends z.ZodMiniType>(
  schema: Schema,
  path: string,
  init: { method?: 'GET' | 'POST'; body?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer<z.output<Schema>>> {
  try {
    const response = await fetch(path, {
      ...init,
      headers: {
        accept: 'application/json',
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
        ...init.headers,
      },
      signal: AbortSignal.timeout(longestSeconds * 1000),
    });
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retry = Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {};
    const body: unknown = await response.json();
    if (response.ok) return { is: 'value', value: z.parse(schema, body) };
    const named = z.safeParse(problem, body);
    return named.success ? { is: 'problem', problem: named.data, ...retry } : { is: 'unanswered', ...retry };
  } catch {
    return { is: 'unanswered' };
  }
}
