import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { physicalName, tableNames } from '../../shared/platform/tables.ts';
import { type Stage, secretId, stagePrefix } from '../config.ts';
import { type FunctionDefinition, type FunctionName, functions } from '../functions.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { createLogGroup } from './log-group.ts';

export interface FunctionProps {
  readonly stage: Stage;
  readonly data: DataStack;
  readonly code: Code;
  readonly environment: Readonly<Record<string, string>>;
}

/** A function with its own role, which may do exactly what `infra/functions.ts` says. */
export function createFunction(scope: Construct, name: FunctionName, props: FunctionProps): LambdaFunction {
  const { stage } = props;
  const definition: FunctionDefinition = functions[name];
  const functionName = `${stagePrefix(stage)}-${name}`;
  const logGroup = createLogGroup(scope, `${name}-log`, stage, `/aws/lambda/${functionName}`);
  const role = new Role(scope, `${name}-role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: definition.purpose,
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  grant(role, definition, props);
  return new LambdaFunction(scope, name, {
    functionName,
    description: definition.purpose,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: props.code,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    memorySize: definition.memoryMegabytes,
    timeout: Duration.seconds(definition.timeoutSeconds),
    environment: environment(name, definition, props),
    ...(definition.single && stage.reserveConcurrency && { reservedConcurrentExecutions: 1 }),
  });
}

/** Secrets are named, never given: a function reads their values when it starts. */
function environment(
  name: FunctionName,
  definition: FunctionDefinition,
  { stage, environment: shared }: FunctionProps,
): Record<string, string> {
  const secretIds = definition.secrets.map((secret): [string, string] => [
    `${secret.toUpperCase()}_SECRET_ID`,
    secretId(stage, secret),
  ]);
  return {
    STAGE: stage.name,
    TABLE_PREFIX: stagePrefix(stage),
    LIVEMODE: String(stage.livemode),
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: stagePrefix(stage),
    ...shared,
    ...Object.fromEntries(secretIds),
    ...(definition.sendsMail && { MAIL_FROM: `${stage.mailFrom.name} <${stage.mailFrom.address}>` }),
  };
}

function grant(role: Role, definition: FunctionDefinition, { stage, data }: FunctionProps): void {
  for (const table of tableNames) {
    const actions = definition.grants[table];
    if (actions === undefined) continue;
    // Named, not imported from the data stack: the name is fixed, and an export would lock both stacks together.
    const arn = Stack.of(role).formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: physicalName(stagePrefix(stage), table),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [arn] }),
    );
  }
  if (definition.secrets.length > 0)
    role.addToPolicy(
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: definition.secrets.map((secret) => data.secrets[secret].secretArn),
      }),
    );
  if (definition.sendsMail)
    // A message made here is sent by `SendEmail` with raw content, which SES checks under either name.
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail', 'ses:SendRawEmail'],
        // SES asks for both: the identity's own configuration set applies to whatever is sent as it.
        resources: [
          data.mailIdentity.emailIdentityArn,
          Stack.of(role).formatArn({
            service: 'ses',
            resource: 'configuration-set',
            resourceName: data.mailConfiguration,
          }),
        ],
      }),
    );
}
