import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { OAuthScope, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Route } from '../../shared/contracts/route.ts';
import { routes } from '../../shared/contracts/routes.ts';
import { type Stage, stagePrefix } from '../config.ts';
import { createDistribution } from '../constructs/distribution.ts';
import { createFunction } from '../constructs/function.ts';
import { addRoutes, createHttpApi } from '../constructs/http-api.ts';
import { createMailEvents } from '../constructs/mail-events.ts';
import { createMonitoring } from '../constructs/monitoring.ts';
import { createSchedule } from '../constructs/schedule.ts';
import { createStreamConsumer } from '../constructs/stream-consumer.ts';
import { createWebBucket, deployWebFiles } from '../constructs/web-files.ts';
import { type FunctionDefinition, type FunctionName, functionNames, functions } from '../functions.ts';
import type { DataStack } from './data-stack.ts';

/** What Vite built. */
export interface WebBuild {
  readonly directory: string;
  /** The addresses of the files that pages name, as `readAssets` gives them, in JSON. */
  readonly siteAssets: string;
}

export interface ServiceProps {
  readonly stage: Stage;
  readonly data: DataStack;
  readonly firewallArn: string;
  /** The bundle of each function. */
  readonly code: (name: FunctionName) => Code;
  readonly web: WebBuild;
}

/** What a deployment replaces: functions, API, edge, built files, alarms. */
export function createServiceStack(app: App, props: ServiceProps): Stack {
  const { stage, data } = props;
  const stack = new Stack(app, 'Service', {
    stackName: `${stagePrefix(stage)}-service`,
    env: { region: stage.region },
    description: 'Startline: functions, API, site.',
  });
  const issuer = data.pool.userPoolProviderUrl;
  const bucket = createWebBucket(stack);
  const api = createHttpApi(stack, stage);
  const distribution = createDistribution(stack, {
    stage,
    api,
    assets: bucket,
    firewallArn: props.firewallArn,
    consoleConnects: [`https://cognito-idp.${stage.region}.amazonaws.com`, data.signIn.baseUrl()],
  });
  const publicUrl = `https://${stage.domain?.name ?? distribution.distributionDomainName}`;
  const clientId = addConsoleClient(stack, data, publicUrl).userPoolClientId;

  const made = makeEach((name) =>
    createFunction(stack, name, {
      stage,
      data,
      code: props.code(name),
      environment: {
        PUBLIC_URL: publicUrl,
        ...(name === 'site' && { SITE_ASSETS: props.web.siteAssets }),
        ...(servesStaff(name) && { STAFF_ISSUER: issuer, STAFF_CLIENT_ID: clientId }),
      },
    }),
  );
  addRoutes(stack, api, made, { issuer, clientId });
  createMonitoring(stack, { stage, api, functions: made, failures: connect(stack, data, made) });
  deployWebFiles(stack, stage, bucket, props.web.directory, { issuer, clientId });

  new CfnOutput(stack, 'PublicUrl', { value: publicUrl });
  new CfnOutput(stack, 'DistributionName', {
    description: 'Where the DNS record of a domain points',
    value: distribution.distributionDomainName,
  });
  new CfnOutput(stack, 'StripeEndpoint', {
    description: "The endpoint to register in Stripe's dashboard",
    value: `${publicUrl}${routes.receiveStripeEvent.path}`,
  });
  return stack;
}

function makeEach<Made>(make: (name: FunctionName) => Made): Record<FunctionName, Made> {
  return {
    'public-api': make('public-api'),
    'staff-api': make('staff-api'),
    'stripe-webhook': make('stripe-webhook'),
    site: make('site'),
    projector: make('projector'),
    availability: make('availability'),
    'send-mail': make('send-mail'),
    'mail-events': make('mail-events'),
    housekeeping: make('housekeeping'),
  };
}

function servesStaff(name: FunctionName): boolean {
  return Object.values<Route>(routes).some((route) => route.function === name && route.access !== 'public');
}

/** Starts functions by streams, events and schedules; gives the failure queue of each that has one. */
function connect(
  stack: Stack,
  data: DataStack,
  made: Readonly<Record<FunctionName, LambdaFunction>>,
): Map<FunctionName, Queue> {
  const failures = new Map<FunctionName, Queue>();
  for (const name of functionNames) {
    const { stream, mailEvents, everySeconds }: FunctionDefinition = functions[name];
    if (stream !== undefined) {
      const streamArn = data.tables.get(stream.table)?.tableStreamArn;
      if (streamArn === undefined) throw new Error(`${name} follows ${stream.table}, which has no stream`);
      failures.set(name, createStreamConsumer(stack, made[name], stream, streamArn));
    }
    if (mailEvents) failures.set(name, createMailEvents(stack, made[name], data.mailConfiguration));
    if (everySeconds !== undefined) createSchedule(stack, made[name], everySeconds);
  }
  return failures;
}

/** The console is a public client: no secret, authorization code with PKCE. */
function addConsoleClient(stack: Stack, data: DataStack, publicUrl: string): UserPoolClient {
  return new UserPoolClient(stack, 'Console', {
    userPool: data.pool,
    generateSecret: false,
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
      callbackUrls: [`${publicUrl}/console/callback`],
      logoutUrls: [`${publicUrl}/console/`],
    },
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.hours(12),
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
  });
}
