import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { bundleFunction } from '../../infra/bundle.ts';
import { stagePrefix, stages } from '../../infra/config.ts';
import {
  type FunctionDefinition,
  type FunctionName,
  functionNames,
  functions,
} from '../../infra/functions.ts';
import { createTables } from '../../local/tables.ts';
import { connection } from '../support/database.ts';
import { ofType, synthesise } from './synthesise.ts';

const stage = stages.test;
const template = synthesise(stage).service;

/** Every secret that a function may be given; it gets those of its definition only. */
const secretValues = {
  stripe: { secretKey: 'sk_test_bundles', webhookSecrets: ['whsec_bundles'] },
  keys: { root: 'k'.repeat(64) },
  origin: { value: 'o'.repeat(64) },
};

/** Bundles are some hundred KB; one that grows beyond this has caught something it does not need. */
const largestGzip = 600 * 1024;

let outdir: string;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'startline-bundles-'));
  await createTables(new DynamoDBClient(connection()), stagePrefix(stage));
});

afterAll(() => rm(outdir, { recursive: true, force: true }));

const http = (method: string, path: string): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'api.example', 'x-startline-origin': secretValues.origin.value },
  requestContext: {
    accountId: '111111111111',
    apiId: 'api',
    domainName: 'api.example',
    domainPrefix: 'api',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'request',
    routeKey: `${method} ${path}`,
    stage: '$default',
    time: '01/Jan/2027:00:00:00 +0000',
    timeEpoch: 1798761600000,
  },
  isBase64Encoded: false,
});
const noChanges: DynamoDBStreamEvent = { Records: [] };
const aMinute: ScheduledEvent = {
  id: 'event',
  version: '0',
  account: '111111111111',
  time: '2027-01-01T00:01:00Z',
  region: 'eu-central-1',
  resources: [],
  source: 'aws.events',
  'detail-type': 'Scheduled Event',
  detail: {},
};

/** An event of the kind that starts the function, and what it must answer on empty tables. */
const trials: Readonly<Record<FunctionName, { readonly event: unknown; readonly answer: object | null }>> = {
  'public-api': { event: http('GET', '/api/events'), answer: { statusCode: 200, body: '{"events":[]}' } },
  'staff-api': { event: http('GET', '/api/staff/events/any/report'), answer: { statusCode: 401 } },
  'stripe-webhook': { event: http('POST', '/api/webhooks/stripe'), answer: { statusCode: 400 } },
  site: { event: http('GET', '/en'), answer: { statusCode: 200 } },
  projector: { event: aMinute, answer: null },
  availability: { event: noChanges, answer: null },
  'send-mail': { event: aMinute, answer: null },
  'mail-events': {
    event: { ...aMinute, detail: { eventType: 'Delivery', mail: { messageId: 'any' } } },
    answer: null,
  },
  housekeeping: { event: aMinute, answer: null },
};

test.each(functionNames)(
  'the bundle of %s runs alone, with the environment it gets in the cloud',
  async (name) => {
    const { file, gzipBytes } = await bundleFunction(name, { outdir, minify: true });
    expect(gzipBytes).toBeLessThan(largestGzip);
    const { event, answer } = trials[name];
    const answered = await invoke(file, environmentOf(name), event);
    if (answer === null) expect(answered).toBeNull();
    else expect(answered).toMatchObject(answer);
  },
  30_000,
);

/** The variables of the template, its references filled in, and where the parts of this machine are. */
function environmentOf(name: FunctionName): Record<string, string> {
  const [, lambda] =
    ofType(template, 'AWS::Lambda::Function').find(
      ([, { Properties }]) => Properties.FunctionName === `${stagePrefix(stage)}-${name}`,
    ) ?? [];
  const { Variables } = z
    .object({ Variables: z.record(z.string(), z.unknown()) })
    .parse(lambda?.Properties.Environment);
  const given = Object.entries(Variables).map(([key, value]): [string, string] => [
    key,
    typeof value === 'string' ? value : 'https://known-when-deployed.example',
  ]);
  const { secrets }: FunctionDefinition = functions[name];
  return {
    ...Object.fromEntries(given),
    AWS_REGION: stage.region,
    AWS_LAMBDA_FUNCTION_NAME: name,
    DYNAMODB_ENDPOINT: connection().endpoint,
    STRIPE_API_BASE: 'http://127.0.0.1:9',
    SES_ENDPOINT: 'http://127.0.0.1:9',
    SECRETS_JSON: JSON.stringify(Object.fromEntries(secrets.map((secret) => [secret, secretValues[secret]]))),
  };
}

const runner = `
import { text } from 'node:stream/consumers';
const { handler } = await import(process.argv[1]);
const answer = await handler(JSON.parse(await text(process.stdin)), {});
process.stdout.write('\\n' + JSON.stringify(answer ?? null), () => process.exit());
`;

/** Calls the handler in a process of its own, in which nothing but the bundle can be found. */
async function invoke(file: string, environment: Record<string, string>, event: unknown): Promise<unknown> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', runner, pathToFileURL(file).href], {
    cwd: outdir,
    env: environment,
    stdio: 'pipe',
  });
  child.stdin.end(JSON.stringify(event));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  expect(code, errors.slice(-2000)).toBe(0);
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
}
