import type * as z from 'zod/mini';
import type { RouteName, routes } from '../../shared/contracts/routes.ts';
import { type Answer, type RequestOptions, request } from '../parts/request.ts';

type Response<Name extends RouteName> = (typeof routes)[Name]['response'];
type AnswerOf<Name extends RouteName> =
  Response<Name> extends z.ZodMiniType ? z.output<Response<Name>> : never;

/**
 * Calls a route of the API and takes its answer as the contract types it. The service has parsed the answer by that
 * contract before sending it, so the parser (8 KB) stays out of the pages.
 */
export function call<Name extends RouteName>(
  path: string,
  options?: RequestOptions,
): Promise<Answer<AnswerOf<Name>>> {
  return request(path, (text): AnswerOf<Name> => JSON.parse(text), options);
}
