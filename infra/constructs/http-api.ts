import type { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Route } from '../../shared/contracts/route.ts';
import { routes } from '../../shared/contracts/routes.ts';
import { acknowledge } from '../acknowledge.ts';
import { type Stage, stagePrefix } from '../config.ts';
import type { FunctionName } from '../functions.ts';
import { createLogGroup } from './log-group.ts';

/** Paths of the API that are no route: they are answered with a problem document, and not with a page. */
const unknownApiPath = '/api/{proxy+}';

/** Says what was asked and how it went, and nothing of who asked: no address, no path, since tokens are in paths. */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  routeKey: '$context.routeKey',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  integrationMilliseconds: '$context.integrationLatency',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
};

/** The HTTP API without its routes, so that what it leads to may depend on its address. */
export function createHttpApi(stack: Stack, stage: Stage): HttpApi {
  const api = new HttpApi(stack, 'Api', { apiName: stagePrefix(stage), createDefaultStage: false });
  new HttpStage(stack, 'ApiStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: stage.throttle.requestsPerSecond, burstLimit: stage.throttle.burst },
    accessLogSettings: {
      destination: new LogGroupLogDestination(
        createLogGroup(stack, 'ApiLog', stage, `/aws/vendedlogs/${stagePrefix(stage)}-api`),
      ),
      format: AccessLogFormat.custom(JSON.stringify(accessLog)),
    },
  });
  return api;
}

/**
 * Every route of `shared/contracts/routes.ts` to its function, unknown paths of the API to the public API, and every
 * other path to the site. Where staff
 * only may enter, a token of the directory is checked here first; the function checks it and its groups again.
 */
export function addRoutes(
  stack: Stack,
  api: HttpApi,
  functions: Readonly<Record<FunctionName, LambdaFunction>>,
  directory: { readonly issuer: string; readonly clientId: string },
): void {
  const staffOnly = new HttpJwtAuthorizer('StaffToken', directory.issuer, {
    jwtAudience: [directory.clientId],
  });
  const everyone = new HttpNoneAuthorizer();
  const integrations = new Map<FunctionName, HttpLambdaIntegration>();
  const integration = (name: FunctionName): HttpLambdaIntegration => {
    const known = integrations.get(name);
    if (known !== undefined) return known;
    const made = new HttpLambdaIntegration(`${name}-integration`, functions[name], {
      // One permission for the gateway, as one for each route outgrows the function's policy.
      scopePermissionToRoute: false,
    });
    integrations.set(name, made);
    return made;
  };

  for (const [name, route] of Object.entries<Route>(routes)) {
    const added = new HttpRoute(stack, `Route-${name}`, {
      httpApi: api,
      routeKey: HttpRouteKey.with(route.path, HttpMethod[route.method]),
      integration: integration(route.function),
      authorizer: route.access === 'public' ? everyone : staffOnly,
    });
    if (route.access === 'public')
      acknowledge(added, 'AwsSolutions-APIG4', `${whyPublic(route)} ${route.summary}`);
  }
  const unknown = new HttpRoute(stack, 'Route-unknown', {
    httpApi: api,
    routeKey: HttpRouteKey.with(unknownApiPath, HttpMethod.ANY),
    integration: integration('public-api'),
    authorizer: everyone,
  });
  acknowledge(
    unknown,
    'AwsSolutions-APIG4',
    'It only says that there is nothing, or nothing by this method.',
  );
  const site = new HttpRoute(stack, 'Route-site', {
    httpApi: api,
    routeKey: HttpRouteKey.DEFAULT,
    integration: integration('site'),
    authorizer: everyone,
  });
  acknowledge(site, 'AwsSolutions-APIG4', 'The public pages are for everyone.');
}

function whyPublic(route: Route): string {
  if (route.rawBody) return 'The function checks the signature over the raw body.';
  if (route.path.includes('{token}')) return 'The unguessable token in the path is the right to it.';
  return 'Runners and donors have no account.';
}
