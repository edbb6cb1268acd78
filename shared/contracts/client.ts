import * as z from 'zod/mini';
import { type Problem, problem } from './problems.ts';
import { type RouteName, routes } from './routes.ts';

type Routes = typeof routes;

/** Routes that answer with JSON by a contract. */
type JsonRouteName = {
  [Name in RouteName]: Routes[Name]['response'] extends z.ZodMiniType ? Name : never;
}[RouteName];

type Answers = { readonly [Name in JsonRouteName]: z.output<Routes[Name]['response']> };
// Through a mapped type the compiler follows a route's name to what its contract gives.
const contracts: { readonly [Name in JsonRouteName]: { readonly response: z.ZodMiniType<Answers[Name]> } } =
  routes;

type Part<R, Key extends string> = R extends { readonly [K in Key]: infer S extends z.ZodMiniType }
  ? undefined extends z.input<S>
    ? { readonly [K in Key]?: z.input<S> }
    : { readonly [K in Key]: z.input<S> }
  : unknown;

/** What any request may have. */
interface Parts {
  readonly params?: object;
  readonly query?: object;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** What a route asks for: the parameters of its path, its query, its body. */
type RequestOf<Name extends RouteName> = Parts &
  Part<Routes[Name], 'params'> &
  Part<Routes[Name], 'query'> &
  Part<Routes[Name], 'body'> &
  (Routes[Name] extends { readonly idempotent: true } ? { readonly idempotencyKey: string } : unknown);

/** Calls the routes of the table. Every call may throw ProblemError or NoAnswerError. */
export interface Client {
  /** The answer of a route, parsed by its contract. */
  readonly json: <Name extends JsonRouteName>(name: Name, request: RequestOf<Name>) => Promise<Answers[Name]>;
  /** The answer of a route as it came, byte for byte, to keep as a file. */
  readonly file: <Name extends RouteName>(name: Name, request: RequestOf<Name>) => Promise<Blob>;
}

/** The service refused, and said why. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  /** When trying again makes sense. */
  readonly retryAfterSeconds: number | undefined;

  constructor(refused: Problem, retryAfterSeconds: number | undefined) {
    super(refused.code);
    this.problem = refused;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No usable answer: no connection, none in time, or one that is not the service's. The request may have arrived. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

const longestWait = 20_000;

/**
 * Makes a client of the API. Safe for browsers.
 * @param base the origin of the API, without a slash at the end; empty for the page's own.
 * @param token gives the bearer token for each request, where one is needed; what it throws, the call throws.
 */
export function createClient({
  base,
  token,
}: {
  readonly base: string;
  readonly token?: () => Promise<string>;
}): Client {
  const send = async (name: RouteName, request: Parts): Promise<Response> => {
    const { method, path } = routes[name];
    const bearer = await token?.();
    const headers = {
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
      ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    };
    const waiting = AbortSignal.timeout(longestWait);
    const response = await answered(
      fetch(base + address(path, request), {
        method,
        headers,
        signal: request.signal ? AbortSignal.any([request.signal, waiting]) : waiting,
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      }),
    );
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  return {
    json: async (name, request) => {
      const body: unknown = await answered((await send(name, request)).json());
      return answered(z.parseAsync(contracts[name].response, body));
    },
    file: async (name, request) => answered((await send(name, request)).blob()),
  };
}

function address(path: string, { params = {}, query = {} }: Parts): string {
  const values = new Map<string, unknown>(Object.entries(params));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return search.size > 0 ? `${filled}?${search.toString()}` : filled;
}

async function answered<Value>(step: Promise<Value>): Promise<Value> {
  try {
    return await step;
  } catch (error) {
    throw new NoAnswerError('No usable answer', { cause: error });
  }
}

async function problemOf(response: Response): Promise<ProblemError | NoAnswerError> {
  const named = z.safeParse(problem, await response.json().catch(() => undefined));
  if (!named.success) return new NoAnswerError(`Answered ${response.status} without a problem`);
  const header = response.headers.get('retry-after');
  return new ProblemError(named.data, header === null ? undefined : Number(header));
}
