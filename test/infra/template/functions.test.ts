import { expect, test } from 'vitest';
import { z } from 'zod';
import { secretId } from '../../../infra/config.ts';
import { type FunctionName, functionNames } from '../../../infra/functions.ts';
import { physicalName, tableNames } from '../../../shared/platform/tables.ts';
import { ofType, type Resource } from '../synthesise.ts';

import { data, definitionOf, lambdaOf, live, prefix, service, stage } from './live.ts';

const property = <T>(shape: z.ZodType<T>, { Properties }: Resource, name: string): T =>
  shape.parse(Properties[name]);
const strings = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

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
