import { runInNewContext } from 'node:vm';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Stage, secretId, stagePrefix, stages } from '../../infra/config.ts';
import { consolePage } from '../../infra/console-page.ts';
import {
  type FunctionDefinition,
  type FunctionName,
  functionNames,
  functions,
} from '../../infra/functions.ts';
import { createService } from '../../infra/service.ts';
import { type Route, roles } from '../../shared/contracts/route.ts';
import { routes } from '../../shared/contracts/routes.ts';
import { physicalName, type TableDefinition, tableNames, tables } from '../../shared/platform/tables.ts';
import { emptyParts, ofType, type Resource, synthesise, withApp } from './synthesise.ts';

const stage: Stage = {
  ...stages.live,
  domain: { name: 'run.example', certificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/one' },
};
const prefix = stagePrefix(stage);
const live = synthesise(stage);
const { data, firewall, service } = live;

const definitionOf = (name: FunctionName): FunctionDefinition => functions[name];
const property = <T>(shape: z.ZodType<T>, { Properties }: Resource, name: string): T =>
  shape.parse(Properties[name]);
const strings = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

function lambdaOf(name: FunctionName): Resource {
  const found = ofType(service, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === `${prefix}-${name}`,
  );
  if (found === undefined) throw new Error(`${name} is not in the template`);
  return found[1];
}

// ---- tables

const tableShape = z.object({
  TableName: z.string(),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.literal(true) }).optional(),
  SSESpecification: z.object({ SSEEnabled: z.literal(true), SSEType: z.literal('KMS') }),
  Replicas: z.tuple([
    z.object({
      DeletionProtectionEnabled: z.boolean(),
      PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.literal(true) }),
    }),
  ]),
});

test('the tables are those that the code uses', () => {
  const made = ofType(data, 'AWS::DynamoDB::GlobalTable').map(([, { Properties }]) =>
    tableShape.parse(Properties),
  );
  expect(made.map(({ TableName }) => TableName).sort()).toEqual(
    tableNames.map((name) => physicalName(prefix, name)).sort(),
  );
  for (const name of tableNames) {
    const wanted: TableDefinition = tables[name];
    const table = made.find(({ TableName }) => TableName === physicalName(prefix, name));
    expect(table?.KeySchema).toEqual([
      { AttributeName: wanted.partitionKey, KeyType: 'HASH' },
      { AttributeName: wanted.sortKey, KeyType: 'RANGE' },
    ]);
    expect(table?.AttributeDefinitions).toContainEqual({
      AttributeName: wanted.sortKey,
      AttributeType: wanted.sortKeyType,
    });
    expect(table?.StreamSpecification?.StreamViewType, name).toBe(wanted.stream);
    expect(table?.TimeToLiveSpecification?.AttributeName, name).toBe(wanted.timeToLive);
  }
});

test('what is live outlives its stack; a test stage goes with it', () => {
  const lasting = ['AWS::DynamoDB::GlobalTable', 'AWS::Cognito::UserPool', 'AWS::SecretsManager::Secret'];
  const test = synthesise(stages.test);
  for (const type of lasting) {
    expect(ofType(data, type).map(([, { DeletionPolicy }]) => DeletionPolicy)).not.toContain('Delete');
    for (const [id, { DeletionPolicy }] of ofType(data, type)) expect(DeletionPolicy, id).toBe('Retain');
    for (const [id, { DeletionPolicy }] of ofType(test.data, type)) expect(DeletionPolicy, id).toBe('Delete');
  }
  for (const [, { Properties }] of ofType(data, 'AWS::DynamoDB::GlobalTable'))
    expect(tableShape.parse(Properties).Replicas[0].DeletionProtectionEnabled).toBe(true);
});

// ---- grants

const statementShape = z.object({
  Effect: z.literal('Allow'),
  Action: strings,
  Resource: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]),
});
const policyShape = z.object({
  PolicyDocument: z.object({ Statement: z.array(statementShape) }),
  Roles: z.array(z.object({ Ref: z.string() })),
});

/** Every action on every resource that the function's role may do. */
function grantsOf(name: FunctionName): string[] {
  const [role] = property(
    z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
    lambdaOf(name),
    'Role',
  )['Fn::GetAtt'];
  expect(service.Resources[role]?.Properties.ManagedPolicyArns).toBeUndefined();
  expect(service.Resources[role]?.Properties.Policies).toBeUndefined();
  return ofType(service, 'AWS::IAM::Policy')
    .map(([, { Properties }]) => policyShape.parse(Properties))
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource: on }) =>
      on.flatMap((one) => Action.map((action) => `${action} ${live.text(service, one)}`)),
    )
    .sort();
}

function expectedGrants(name: FunctionName): string[] {
  const { grants, secrets, sendsMail, stream, mailEvents } = definitionOf(name);
  const on = (actions: readonly string[], resource: string) =>
    actions.map((action) => `${action} ${resource}`);
  return [
    ...on(['logs:CreateLogStream', 'logs:PutLogEvents'], `</aws/lambda/${prefix}-${name}>.Arn`),
    ...tableNames.flatMap((table) =>
      on(
        (grants[table] ?? []).map((action) => `dynamodb:${action}`),
        `arn:aws:dynamodb:eu-central-1:<AWS::AccountId>:table/${physicalName(prefix, table)}`,
      ),
    ),
    ...secrets.map((secret) => `secretsmanager:GetSecretValue <${secretId(stage, secret)}>`),
    ...(sendsMail
      ? [`identity/<startline.example>`, `configuration-set/${prefix}`].flatMap((resource) =>
          on(['ses:SendEmail', 'ses:SendRawEmail'], `arn:aws:ses:eu-central-1:<AWS::AccountId>:${resource}`),
        )
      : []),
    ...(stream
      ? on(
          [
            'dynamodb:DescribeStream',
            'dynamodb:GetRecords',
            'dynamodb:GetShardIterator',
            'dynamodb:ListStreams',
          ],
          `<${physicalName(prefix, stream.table)}>.StreamArn`,
        )
      : []),
    ...(stream || mailEvents
      ? on(['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'], failureQueueOf(name))
      : []),
  ].sort();
}

test.each(functionNames)('%s may do exactly what its definition says', (name) => {
  expect(grantsOf(name)).toEqual(expectedGrants(name));
});

test('the ledger is append only: nobody may change or delete in it', () => {
  const onLedger = functionNames
    .flatMap(grantsOf)
    .filter((grant) => grant.endsWith(`table/${prefix}-ledger`));
  const actions = new Set(onLedger.map((grant) => grant.split(' ')[0]));
  expect(actions).toEqual(new Set(['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Scan']));
});

// ---- environment

test('functions are told where secrets are, never what they are', () => {
  for (const name of functionNames) {
    const { Variables } = property(
      z.object({ Variables: z.record(z.string(), z.unknown()) }),
      lambdaOf(name),
      'Environment',
    );
    const secretIds = Object.entries(Variables).filter(([key]) => key.endsWith('_SECRET_ID'));
    expect(Object.fromEntries(secretIds)).toEqual(
      Object.fromEntries(
        definitionOf(name).secrets.map((secret) => [
          `${secret.toUpperCase()}_SECRET_ID`,
          secretId(stage, secret),
        ]),
      ),
    );
    expect(JSON.stringify(Variables)).not.toContain('resolve:secretsmanager');
    expect(Variables).toMatchObject({
      STAGE: 'live',
      TABLE_PREFIX: prefix,
      PUBLIC_URL: 'https://run.example',
      LIVEMODE: 'true',
    });
  }
});

test('functions run on Node 24 and ARM, with logs that end', () => {
  for (const name of functionNames)
    expect(lambdaOf(name).Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  for (const [id, { Properties }] of ofType(service, 'AWS::Logs::LogGroup'))
    expect(Properties.RetentionInDays, id).toBe(90);
});

test('what must run alone does', () => {
  for (const name of functionNames)
    expect(lambdaOf(name).Properties.ReservedConcurrentExecutions, name).toBe(
      definitionOf(name).single ? 1 : undefined,
    );
});

// ---- streams and schedules

const mappingShape = z.object({
  EventSourceArn: z.unknown(),
  FunctionName: z.object({ Ref: z.string() }),
  BatchSize: z.number(),
  BisectBatchOnFunctionError: z.literal(true),
  MaximumRetryAttempts: z.number().min(1).max(10),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  FilterCriteria: z.object({ Filters: z.tuple([z.object({ Pattern: z.string() })]) }).optional(),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.unknown() }) }),
});
const mappings = ofType(service, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
  const mapping = mappingShape.parse(Properties);
  return {
    ...mapping,
    source: live.text(service, mapping.EventSourceArn),
    target: live.text(service, mapping.FunctionName),
    failures: live.text(service, mapping.DestinationConfig.OnFailure.Destination),
  };
});

function failureQueueOf(name: FunctionName): string {
  const mapping = mappings.find(({ target }) => target === `<${prefix}-${name}>`);
  return mapping?.failures ?? asynchronousFailuresOf(name);
}

/** The queue for events that a function could not handle. */
function asynchronousFailuresOf(name: FunctionName): string {
  const config = ofType(service, 'AWS::Lambda::EventInvokeConfig').find(
    ([, { Properties }]) => live.text(service, Properties.FunctionName) === `<${prefix}-${name}>`,
  )?.[1];
  const { OnFailure } = z
    .object({ OnFailure: z.object({ Destination: z.unknown() }) })
    .parse(config?.Properties.DestinationConfig);
  return live.text(service, OnFailure.Destination);
}

test('what SES tells of the mails of this stage starts the function that tells staff', () => {
  const [[, rule] = []] = ofType(service, 'AWS::Events::Rule').filter(
    ([, { Properties }]) => Properties.EventPattern !== undefined,
  );
  expect(rule?.Properties.EventPattern).toEqual({
    source: ['aws.ses'],
    detail: {
      eventType: ['Bounce', 'Complaint'],
      mail: { tags: { 'ses:configuration-set': [prefix] } },
    },
  });
  const [target] = z.tuple([z.object({ Arn: z.unknown() })]).parse(rule?.Properties.Targets);
  expect(live.text(service, target.Arn)).toBe(`<${prefix}-mail-events>.Arn`);
  const [[, destination] = []] = ofType(data, 'AWS::SES::ConfigurationSetEventDestination');
  expect(destination?.Properties.EventDestination).toMatchObject({
    Enabled: true,
    MatchingEventTypes: ['bounce', 'complaint'],
  });
  const [[, identity] = []] = ofType(data, 'AWS::SES::EmailIdentity');
  expect(identity?.Properties.ConfigurationSetAttributes).toBeDefined();
});

test('each stream starts who follows it, and keeps what fails', () => {
  const followers = functionNames.flatMap((name) => {
    const { stream } = definitionOf(name);
    return stream ? [{ name, stream }] : [];
  });
  expect(mappings).toHaveLength(followers.length);
  for (const { name, stream } of followers) {
    const mapping = mappings.find(({ target }) => target === `<${prefix}-${name}>`);
    expect(mapping).toMatchObject({
      source: `<${physicalName(prefix, stream.table)}>.StreamArn`,
      BatchSize: stream.batchSize,
      MaximumBatchingWindowInSeconds: stream.windowSeconds,
    });
    expect(mapping?.FilterCriteria?.Filters[0].Pattern).toBe(
      stream.onlyInserts ? '{"eventName":["INSERT"]}' : undefined,
    );
  }
  expect(new Set(mappings.map(({ failures }) => failures)).size).toBe(mappings.length);
  const perTable = Map.groupBy(mappings, ({ source }) => source);
  for (const [source, consumers] of perTable) expect(consumers.length, source).toBeLessThanOrEqual(2);
});

test('each schedule starts its function in time', () => {
  const rules = ofType(service, 'AWS::Events::Rule').filter(
    ([, { Properties }]) => Properties.ScheduleExpression !== undefined,
  );
  const scheduled = rules.map(([, { Properties }]) => {
    const [target] = z.tuple([z.object({ Arn: z.unknown() })]).parse(Properties.Targets);
    return `${live.text(service, target.Arn)} ${z.string().parse(Properties.ScheduleExpression)}`;
  });
  const wanted = functionNames.flatMap((name) => {
    const { everySeconds } = definitionOf(name);
    if (everySeconds === undefined) return [];
    const minutes = everySeconds / 60;
    return [`<${prefix}-${name}>.Arn rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`];
  });
  expect(scheduled.sort()).toEqual(wanted.sort());
});

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

// ---- staff directory

test('staff are let in by an administrator only, with a second factor, in groups', () => {
  const [[, pool] = []] = ofType(data, 'AWS::Cognito::UserPool');
  expect(pool?.Properties).toMatchObject({
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    MfaConfiguration: 'ON',
    EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
  });
  const groups = ofType(data, 'AWS::Cognito::UserPoolGroup').map(([, { Properties }]) =>
    z.string().parse(Properties.GroupName),
  );
  expect(groups.sort()).toEqual([...roles].sort());
  const [[, client] = []] = ofType(service, 'AWS::Cognito::UserPoolClient');
  expect(client?.Properties).toMatchObject({
    GenerateSecret: false,
    AllowedOAuthFlows: ['code'],
    CallbackURLs: ['https://run.example/console/callback'],
  });
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
