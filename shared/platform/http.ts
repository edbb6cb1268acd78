import { type Context, Hono } from 'hono';
import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import { HTTPException } from 'hono/http-exception';
import type * as z from 'zod/mini';
import type { ProblemCode } from '../contracts/problems.ts';
import { problems } from '../contracts/problems.ts';
import { type ApiFunction, hasSchema, type Role, type Route } from '../contracts/route.ts';
import { type RouteName, routes } from '../contracts/routes.ts';
import { DatabaseBusy } from './database.ts';
import { fieldErrors } from './field-errors.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import { type ProblemDetail, problemOf, Refusal } from './problem.ts';
import type { World } from './world.ts';

type Routes = typeof routes;
type Of<R, Key extends string> = R extends { readonly [K in Key]: infer S extends z.ZodMiniType }
  ? z.output<S>
  : undefined;

/** Who calls a route that is not public, as the staff directory says. */
export interface Caller {
  /** The directory's identifier of the person, which never changes. */
  readonly subject: string;
  /** The roles the person has; groups that are no role of this service are left out. */
  readonly roles: readonly Role[];
}

/** A request that has passed its contract. */
export interface Request<R extends Route> {
  readonly caller: R['access'] extends 'public' ? undefined : Caller;
  readonly params: Of<R, 'params'>;
  readonly query: Of<R, 'query'>;
  readonly body: Of<R, 'body'>;
  /** The body as it was sent, on routes that must check a signature over it. */
  readonly rawBody: R extends { rawBody: true } ? string : undefined;
  readonly idempotencyKey: R extends { idempotent: true } ? string : undefined;
  readonly header: (name: string) => string | undefined;
  readonly requestId: string;
}

/** A request whose parts have been parsed by its route's schemas. */
interface CheckedRequest {
  readonly caller: Caller | undefined;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly rawBody: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly header: (name: string) => string | undefined;
  readonly requestId: string;
}

/** An answer that is not JSON. */
export interface TextAnswer {
  readonly text: string;
  readonly type: string;
  readonly headers?: Record<string, string>;
}

type Json<R extends Route> = R['response'] extends z.ZodMiniType ? z.input<R['response']> : never;

/** What answers a route: a value of its response contract, or text. Refusals are thrown. */
export type Handler<R extends Route> = (request: Request<R>) => Promise<Json<R> | TextAnswer>;

/** A handler for every route that a function serves; the compiler asks for each. */
export type Handlers<F extends ApiFunction> = {
  readonly [Name in RouteName as Routes[Name]['function'] extends F ? Name : never]: Handler<Routes[Name]>;
};

/** Says who calls, if one of the roles lets the caller use a route; throws a Refusal otherwise. */
export type Guard = (authorization: string | undefined, roles: readonly Role[]) => Promise<Caller>;

type Bindings = { Bindings: { event?: LambdaEvent; lambdaContext?: LambdaContext } };

const defaultLargestBody = 16 * 1024;
const idempotencyKey = /^[A-Za-z0-9_-]{16,100}$/;

/**
 * The app of one function: its routes from the route table with their contracts held on the way in and out, and one
 * place where every error becomes a problem document.
 */
export function createApp<F extends ApiFunction>(
  name: F,
  handlers: Handlers<F>,
  { log, guard, world }: { log: Log; guard?: Guard; world: World },
): Hono<Bindings> {
  const newRequestId = () => newId('req', world);
  const app = new Hono<Bindings>();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each handler gets what its own route's schemas have parsed: `Handlers` says so, `Object.entries` forgets it
  const served = Object.entries(handlers) as [string, (request: CheckedRequest) => Promise<unknown>][];
  for (const [routeName, handler] of served) {
    const route = routeOf(routeName);
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      const started = performance.now();
      const requestId = requestIdOf(c, newRequestId);
      const answer = await answered(
        c,
        route,
        requestId,
        async () => {
          const caller =
            route.access === 'public'
              ? undefined
              : await (guard ?? refuseAll)(c.req.header('authorization'), route.access);
          return handler({ caller, ...(await readRequest(c, route, requestId)) });
        },
        log,
        routeName,
      );
      log.info('request', {
        route: routeName,
        status: answer.status,
        requestId,
        milliseconds: Math.round(performance.now() - started),
      });
      return answer;
    });
  }
  app.notFound((c) => {
    const allowed = Object.values(routes)
      .filter((route) => pathPattern(route.path).test(c.req.path))
      .map(({ method }) => method);
    const code = allowed.length > 0 ? 'method_not_allowed' : 'not_found';
    return problemResponse(
      code,
      {},
      requestIdOf(c, newRequestId),
      allowed.length > 0 ? { allow: allowed.join(', ') } : {},
    );
  });
  app.onError((error, c) => failed(error, requestIdOf(c, newRequestId), log, name));
  return app;
}

function routeOf(name: string): Route {
  const found = Object.entries(routes).find(([other]) => other === name);
  if (!found) throw new Error(`The route table has no route "${name}".`);
  return found[1];
}

/** Matches the paths of a route. */
function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

const refuseAll: Guard = async () => {
  throw new Refusal('token_missing');
};

function requestIdOf(c: Context<Bindings>, fallback: () => string): string {
  const { event } = c.env ?? {};
  const context = event && 'requestContext' in event ? event.requestContext : undefined;
  return context && 'requestId' in context && typeof context.requestId === 'string'
    ? context.requestId
    : fallback();
}

async function answered(
  c: Context<Bindings>,
  route: Route,
  requestId: string,
  handle: () => Promise<unknown>,
  log: Log,
  name: string,
): Promise<Response> {
  try {
    const answer = await handle();
    if (isText(answer))
      return c.body(answer.text, 200, { 'content-type': answer.type, ...caching(route), ...answer.headers });
    if (!hasSchema(route.response)) throw new Error(`The route ${name} must answer with text.`);
    const parsed: unknown = route.response.parse(answer);
    return Response.json(parsed, { status: route.status ?? 200, headers: caching(route) });
  } catch (error) {
    return failed(error, requestId, log, name);
  }
}

function isText(answer: unknown): answer is TextAnswer {
  return answer !== null && typeof answer === 'object' && 'text' in answer && 'type' in answer;
}

function caching(route: Route): Record<string, string> {
  return {
    'cache-control':
      route.cacheSeconds === undefined ? 'no-store' : `public, max-age=0, s-maxage=${route.cacheSeconds}`,
  };
}

async function readRequest(
  c: Context<Bindings>,
  route: Route,
  requestId: string,
): Promise<Omit<CheckedRequest, 'caller'>> {
  const params = parsed(route.params, c.req.param(), 'not_found');
  const query = parsed(route.query, c.req.query(), 'validation_failed');
  let key: string | undefined;
  if (route.idempotent) {
    key = c.req.header('idempotency-key');
    if (key === undefined || !idempotencyKey.test(key)) throw new Refusal('idempotency_key_missing');
  }
  let rawBody: string | undefined;
  let body: unknown;
  if (route.body || route.rawBody) {
    if (
      route.body &&
      !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(c.req.header('content-type') ?? '')
    )
      throw new Refusal('media_type_unsupported');
    rawBody = await c.req.text();
    if (Buffer.byteLength(rawBody) > (route.largestBody ?? defaultLargestBody))
      throw new Refusal('body_too_large');
    if (route.body) body = parsed(route.body, json(rawBody), 'validation_failed');
  }
  return {
    params,
    query,
    body,
    rawBody: route.rawBody ? rawBody : undefined,
    idempotencyKey: key,
    header: (name) => c.req.header(name),
    requestId,
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('body_not_json');
  }
}

function parsed(contract: z.ZodMiniType | undefined, input: unknown, code: ProblemCode): unknown {
  if (!contract) return undefined;
  const result = contract.safeParse(input);
  if (result.success) return result.data;
  throw code === 'not_found'
    ? new Refusal(code)
    : new Refusal(code, { errors: fieldErrors(result.error.issues, input) });
}

function failed(error: unknown, requestId: string, log: Log, name: string): Response {
  if (error instanceof Refusal) {
    const { retryAfter } = error.detail;
    return problemResponse(
      error.code,
      error.detail,
      requestId,
      retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
    );
  }
  if (error instanceof DatabaseBusy) {
    log.warn('busy', { route: name, requestId });
    return problemResponse('busy', {}, requestId, { 'retry-after': '1' });
  }
  if (error instanceof HTTPException) return problemResponse('body_not_json', {}, requestId);
  log.error('unexpected error', error, { route: name, requestId });
  return problemResponse('internal', {}, requestId);
}

function problemResponse(
  code: ProblemCode,
  detail: ProblemDetail,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const { status } = problems[code];
  return new Response(JSON.stringify(problemOf(code, detail, requestId)), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...headers,
    },
  });
}
