import { runInNewContext } from 'node:vm';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { secretId, stages } from '../../../infra/config.ts';
import { consolePage } from '../../../infra/console-page.ts';
import { functionNames } from '../../../infra/functions.ts';
import { createService } from '../../../infra/service.ts';
import type { Route } from '../../../shared/contracts/route.ts';
import { routes } from '../../../shared/contracts/routes.ts';
import { emptyParts, ofType, withApp } from '../synthesise.ts';

import { firewall, live, prefix, service, stage } from './live.ts';

// ---- routes

const routeShape = z.object({
  RouteKey: z.string(),
  AuthorizationType: z.string(),
  AuthorizerId: z.object({ Ref: z.string() }).optional(),
  Target: z.unknown(),
});

/** `method path -> function, who may enter` */
function routesMade(): string[] {
  return ofType(service, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => {
    const { RouteKey, AuthorizationType, AuthorizerId, Target } = routeShape.parse(Properties);
    const integration = live.text(service, Target).replace(/^integrations\/<(.*)>$/, '$1');
    const target = live.text(service, service.Resources[integration]?.Properties.IntegrationUri);
    const authorizer = service.Resources[AuthorizerId?.Ref ?? '']?.Type;
    return `${RouteKey} -> ${target} ${AuthorizationType}${authorizer ? ` ${authorizer}` : ''}`;
  });
}

test('every route leads to its function, behind the directory where it is not public; no other route exists', () => {
  const wanted = Object.values<Route>(routes).map(({ method, path, function: name, access }) => {
    const guard = access === 'public' ? 'NONE' : 'JWT AWS::ApiGatewayV2::Authorizer';
    return `${method} ${path} -> <${prefix}-${name}>.Arn ${guard}`;
  });
  expect(routesMade().sort()).toEqual(
    [
      ...wanted,
      `ANY /api/{proxy+} -> <${prefix}-public-api>.Arn NONE`,
      `$default -> <${prefix}-site>.Arn NONE`,
    ].sort(),
  );
});

test('the access log names the route, not the path or the visitor', () => {
  const [[, log] = []] = ofType(service, 'AWS::ApiGatewayV2::Stage');
  const { Format } = z.object({ Format: z.string() }).parse(log?.Properties.AccessLogSettings);
  expect(Format).toContain('$context.routeKey');
  expect(Format).not.toMatch(/\$context\.(path|identity|domainName|authorizer)|userAgent|sourceIp/);
});

// ---- edge

const behaviorShape = z.object({
  PathPattern: z.string().optional(),
  ViewerProtocolPolicy: z.literal('redirect-to-https'),
  ResponseHeadersPolicyId: z.object({ Ref: z.string() }),
  TargetOriginId: z.string(),
});
const distributionShape = z.object({
  WebACLId: z.unknown(),
  DefaultCacheBehavior: behaviorShape,
  CacheBehaviors: z.array(behaviorShape),
  Origins: z.array(
    z.object({
      Id: z.string(),
      OriginCustomHeaders: z
        .array(z.object({ HeaderName: z.string(), HeaderValue: z.unknown() }))
        .default([]),
      OriginAccessControlId: z.unknown().optional(),
    }),
  ),
});
const [[, edge] = []] = ofType(service, 'AWS::CloudFront::Distribution');
const distribution = distributionShape.parse(edge?.Properties.DistributionConfig);

test('the firewall stands before everything, and the gateway knows who passed it', () => {
  const [[webAcl] = []] = ofType(firewall, 'AWS::WAFv2::WebACL');
  expect(webAcl).toBeDefined();
  expect(live.text(service, distribution.WebACLId)).toBe(`<${prefix}>.Arn`);
  const origins = new Map(distribution.Origins.map((origin) => [origin.Id, origin]));
  for (const behavior of [distribution.DefaultCacheBehavior, ...distribution.CacheBehaviors]) {
    const origin = origins.get(behavior.TargetOriginId);
    if (/^\/(assets|console)/.test(behavior.PathPattern ?? ''))
      expect(origin?.OriginAccessControlId).toBeDefined();
    else
      expect(origin?.OriginCustomHeaders).toEqual([
        {
          HeaderName: 'x-startline-origin',
          HeaderValue: `{{resolve:secretsmanager:${secretId(stage, 'origin')}:SecretString:value::}}`,
        },
      ]);
  }
});

test('every page comes with a policy that runs no inline script', () => {
  const policies = ofType(service, 'AWS::CloudFront::ResponseHeadersPolicy').map(([, { Properties }]) =>
    JSON.stringify(Properties),
  );
  expect(policies).toHaveLength(2);
  for (const policy of policies) {
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toContain('unsafe');
  }
});

test.each([
  ['/console', '/console/index.html'],
  ['/console/', '/console/index.html'],
  ['/console/events/almaty-marathon-2027', '/console/index.html'],
  ['/console/config.json', '/console/config.json'],
])('the edge asks the bucket for the page of %s', (uri, asked) => {
  const run = z.function({ input: [z.unknown()], output: z.object({ uri: z.string() }) });
  const handler = run.implement(runInNewContext(`${consolePage}; handler;`));
  expect(handler({ request: { uri } }).uri).toBe(asked);
});

// ---- operation

test('every alarm says what it means for people, and rings', () => {
  const alarms = ofType(service, 'AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThan(functionNames.length);
  for (const [id, { Properties }] of alarms) {
    expect(Properties.AlarmDescription, id).toMatch(/^[A-Z].{40,}\.$/);
    expect(Properties.AlarmActions, id).toHaveLength(1);
  }
});

test('a finding of cdk-nag stops the synthesis', () => {
  const synthesiseWithFlaw = () =>
    withApp((app, stub) => {
      createService(app, stages.test, emptyParts(stub));
      new Queue(new Stack(app, 'Flawed'), 'Open');
      return app.synth();
    });
  expect(synthesiseWithFlaw).toThrow('AwsSolutions-SQS4');
});
