import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import type { behindEdge } from '../functions/edge.ts';
import { contentSecurityPolicy } from '../infra/security-headers.ts';
import type { ApiFunction, Route } from '../shared/contracts/route.ts';
import { routes } from '../shared/contracts/routes.ts';
import { newId } from '../shared/platform/ids.ts';
import { realWorld } from '../shared/platform/world.ts';

/** A Lambda handler behind an HTTP API. */
export type HttpFunction = Awaited<ReturnType<typeof behindEdge>>;

/** What stands behind the gateway. */
export interface Behind {
  readonly functions: Readonly<Record<ApiFunction | 'site', HttpFunction>>;
  /** The folder with `assets/` and `console/`, as the bucket has them in the cloud. */
  readonly web: string;
  /** What `/console/config.json` says. */
  readonly consoleConfig: { readonly issuer: string; readonly clientId: string };
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The largest body that API Gateway hands to a function: 10 MB. */
const largestBody = 10 * 1024 * 1024;

/**
 * CloudFront and API Gateway on one machine: files for `/assets/` and `/console/`, the API's routes to the functions
 * that the route table names, everything else to the site. Functions get the events that API Gateway sends (payload
 * format 2.0) and cannot tell the difference; pages carry the policy of the cloud on what they may load.
 */
export function createGateway(behind: Behind): (request: Request) => Promise<Response> {
  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === '/console/config.json')
      return Response.json(behind.consoleConfig, { headers: { 'cache-control': 'no-store' } });
    if (/^\/console(?:\/|$)/.test(pathname))
      return file(behind.web, /\.[^/]*$/.test(pathname) ? pathname : '/console/index.html');
    if (pathname.startsWith('/assets/')) return file(behind.web, pathname);
    if (Number(request.headers.get('content-length') ?? 0) > largestBody)
      return Response.json({ message: 'Request Too Long' }, { status: 413 });
    const { name, routeKey } = target(request.method, pathname);
    const event = await toEvent(request, routeKey);
    return toResponse(await behind.functions[name](event, lambdaContext(name)));
  };
  return async (request) => {
    const response = await answer(request);
    if (!response.headers.get('content-type')?.startsWith('text/html')) return response;
    const isConsole = new URL(request.url).pathname.startsWith('/console');
    response.headers.set(
      'content-security-policy',
      contentSecurityPolicy(isConsole ? [behind.consoleConfig.issuer] : []),
    );
    return response;
  };
}

function target(method: string, pathname: string): { name: ApiFunction | 'site'; routeKey: string } {
  for (const route of Object.values<Route>(routes)) {
    const pattern = new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    if (route.method === method && pattern.test(pathname))
      return { name: route.function, routeKey: `${route.method} ${route.path}` };
  }
  // Whatever else is asked of the API is answered by it, with a problem document.
  if (pathname.startsWith('/api/')) return { name: 'public-api', routeKey: 'ANY /api/{proxy+}' };
  return { name: 'site', routeKey: '$default' };
}

async function toEvent(request: Request, routeKey: string): Promise<LambdaEvent> {
  const url = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  const { cookie, ...headers } = Object.fromEntries(request.headers);
  const now = realWorld.now();
  return {
    version: '2.0',
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers,
    ...(url.search.length > 1 && { queryStringParameters: Object.fromEntries(url.searchParams) }),
    requestContext: {
      accountId: 'local',
      authentication: null,
      authorizer: {},
      apiId: 'local',
      domainName: url.host,
      domainPrefix: 'local',
      http: {
        method: request.method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: request.headers.get('user-agent') ?? '',
      },
      requestId: newId('req', realWorld),
      routeKey,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    // API Gateway encodes bodies whose content type it does not take for text.
    body: body.length > 0 ? body.toString('base64') : null,
    isBase64Encoded: body.length > 0,
  };
}

function toResponse({
  statusCode,
  headers = {},
  cookies = [],
  body,
  isBase64Encoded,
}: Awaited<ReturnType<HttpFunction>>): Response {
  const answer = new Headers(
    Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
  );
  for (const cookie of cookies) answer.append('set-cookie', cookie);
  const bare = statusCode === 204 || statusCode === 304;
  return new Response(bare ? null : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'), {
    status: statusCode,
    headers: answer,
  });
}

function lambdaContext(name: string): LambdaContext {
  return {
    awsRequestId: newId('req', realWorld),
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:0:function:${name}`,
    logGroupName: name,
    logStreamName: 'local',
    memoryLimitInMB: '1024',
    getRemainingTimeInMillis: () => 15_000,
  };
}

async function file(folder: string, pathname: string): Promise<Response> {
  const path = normalize(join(folder, pathname));
  const type = types[extname(path)];
  if (!path.startsWith(normalize(folder)) || type === undefined || !existsSync(path))
    return new Response('Not found', { status: 404 });
  const immutable = pathname.startsWith('/assets/');
  return new Response(new Uint8Array(await readFile(path)), {
    headers: {
      'content-type': type,
      'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  });
}
