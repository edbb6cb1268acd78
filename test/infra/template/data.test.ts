import { expect, test } from 'vitest';
import { z } from 'zod';
import { stages } from '../../../infra/config.ts';
import { roles } from '../../../shared/contracts/route.ts';
import { physicalName, type TableDefinition, tableNames, tables } from '../../../shared/platform/tables.ts';
import { ofType, synthesise } from '../synthesise.ts';

import { data, prefix, service } from './live.ts';

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
