import type * as z from 'zod/mini';
import { type Problem, problem } from '../../shared/contracts/problems.ts';

/** What a route answered: its value, or the problem it named. */
export type Answered<Value> = { readonly value: Value } | { readonly problem: Problem };

/** The API as a page uses it. */
export interface SeasonApi {
  get<Contract extends z.ZodMiniType>(path: string, contract: Contract): Promise<z.output<Contract>>;
  /** @param key the Idempotency-Key, on routes that have one. */
  post<Contract extends z.ZodMiniType>(
    path: string,
    contract: Contract,
    body?: unknown,
    key?: string,
  ): Promise<Answered<z.output<Contract>>>;
}

/** Tries of one request before the service counts as not answering. */
const mostTries = 20;

export function seasonApi(url: string): SeasonApi {
  const send = async (method: string, path: string, body: unknown, key?: string): Promise<Response> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await fetch(`${url}/api${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (answer.status !== 503 || tries === mostTries) return answer;
      await answer.body?.cancel();
    }
  };
  return {
    get: async (path, contract) => {
      const answer = await send('GET', path, undefined);
      if (!answer.ok) throw new Error(`GET ${path} was answered ${answer.status}: ${await answer.text()}`);
      return contract.parse(await answer.json());
    },
    post: async (path, contract, body, key) => {
      const answer = await send('POST', path, body, key);
      if (answer.ok) return { value: contract.parse(await answer.json()) };
      if (answer.status >= 500)
        throw new Error(`POST ${path} was answered ${answer.status}: ${await answer.text()}`);
      return { problem: problem.parse(await answer.json()) };
    },
  };
}

/** The value of an answer that must not be a refusal. */
export function accepted<Value>(answered: Answered<Value>): Value {
  if ('problem' in answered) throw new Error(`It was refused: ${JSON.stringify(answered.problem)}`);
  return answered.value;
}
