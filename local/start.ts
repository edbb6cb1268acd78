import { existsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArguments } from '../commands/arguments.ts';
import { runningFile } from '../commands/stage.ts';
import { readCatalogueFile } from '../shared/catalogue/file.ts';
import { publishPromoCodes } from '../shared/catalogue/promo-codes.ts';
import { publish } from '../shared/catalogue/publish.ts';
import { realWorld } from '../shared/platform/world.ts';
import { LocalRunError } from './errors.ts';
import { forgetData, type Ports, type RealStripe, type Service, startService } from './service.ts';
import { sampleStaff } from './staff/claims.ts';
import { builtWeb } from './web.ts';

const usage = `Runs the whole service on this machine, for trial and rehearsal.
  npm start [-- --port N] [--fresh]
  --port N  the site's port; its parts take the four that follow (default 3000, or PORT)
  --fresh   forget everything that earlier runs left, and start over
With STRIPE_SECRET_KEY (a test key) and STRIPE_WEBHOOK_SECRET in the environment, payments go through Stripe's test mode.`;

const sampleFile = 'events/almaty-marathon-2027.json';
const directory = '.local';

process.chdir(join(import.meta.dirname, '..'));
// What is in order would bury the addresses; the cloud logs it.
process.env.POWERTOOLS_LOG_LEVEL ??= 'WARN';
try {
  await start();
} catch (error) {
  fail(error);
}

async function start(): Promise<void> {
  const { values } = readArguments(
    {
      options: {
        port: { type: 'string', default: process.env.PORT ?? '3000' },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    },
    usage,
  );
  if (values.help) {
    console.log(usage);
    return;
  }
  const ports = portsFrom(values.port);
  const stripe = realStripe();
  if (values.fresh) forgetData(directory);
  let stopping = false;
  let service: Service | undefined;
  const stopAll = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    await service?.stop();
    process.exit(0);
  };
  const stop = (): void => {
    stopAll().catch(fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const began = performance.now();
  step('the pages');
  const web = await builtWeb();
  service = await startService({
    ports,
    directory,
    web,
    log: { error: (message, error) => console.error(message, error) },
    ...(stripe && { stripe }),
    progress: step,
  });
  step('the sample event');
  await publishSample(service);
  writeFileSync(
    runningFile,
    JSON.stringify({
      DYNAMODB_ENDPOINT: service.dynamodbEndpoint,
      TABLE_PREFIX: service.db.prefix,
      url: service.url,
      STRIPE_API_BASE: service.stripe?.url,
    }),
  );
  console.log(welcome(service, Math.round(performance.now() - began) / 1000));
  if (stopping) await service.stop();
}

function step(part: string): void {
  console.log(`  starting ${part} …`);
}

function portsFrom(text: string): Ports {
  const site = Number(text);
  if (!Number.isInteger(site) || site < 1 || site > 65_531)
    throw new LocalRunError('not_started', `--port must be a number from 1 to 65531, not "${text}".`);
  return { site, stripe: site + 1, outbox: site + 2, signIn: site + 3, dynamodb: site + 4 };
}

function realStripe(): RealStripe | undefined {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret } = process.env;
  if (secretKey === undefined) return undefined;
  if (!secretKey.startsWith('sk_test_') && !secretKey.startsWith('rk_test_'))
    throw new LocalRunError(
      'not_started',
      'STRIPE_SECRET_KEY is not a test key. This run is for trial: it never takes real money.',
    );
  if (webhookSecret === undefined)
    throw new LocalRunError(
      'not_started',
      'STRIPE_WEBHOOK_SECRET is missing: forward webhooks here by the CLI of Stripe (README says how) and set its secret.',
    );
  return { secretKey, webhookSecret };
}

async function publishSample({ db }: Service): Promise<void> {
  if (!existsSync(sampleFile)) return;
  const read = readCatalogueFile(JSON.parse(await readFile(sampleFile, 'utf8')));
  if ('faults' in read)
    throw new LocalRunError('not_started', [`${sampleFile} is not valid:`, ...read.faults].join('\n  '));
  const outcome = await publish(db, realWorld, read.event);
  if (outcome.result === 'edited_since' || outcome.result === 'not_allowed')
    console.log(
      `  ${sampleFile} differs from the published event, which stays as it is; see \`npm run publish:event\`.`,
    );
  else await publishPromoCodes(db, realWorld, read.event.id, read.promoCodes);
}

function welcome(
  { url, outbox, stripe, signIn, staffPassword, dynamodbEndpoint }: Service,
  seconds: number,
): string {
  const rows = [
    ['Site', url, 'enter, donate, follow an order'],
    ['Staff console', `${url}/console/`, sampleStaff.map(({ email }) => email).join(', ')],
    ['', '', `password: ${staffPassword}`],
    ['Outbox', outbox.url, 'every mail the service sends'],
    [
      'Payments',
      stripe?.url ?? 'Stripe (test mode)',
      '4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined',
    ],
    ['API', `${url}/api/openapi.json`, 'described as OpenAPI'],
    ['Sign-in', signIn.issuer, 'the staff directory'],
    ['Database', dynamodbEndpoint, 'DynamoDB Local; data in .local/, --fresh starts over'],
  ] as const;
  const width = Math.max(...rows.map(([, address]) => address.length));
  return [
    '',
    `Startline is up (${seconds.toFixed(1)} s). It is for trial and rehearsal, never for real money.`,
    '',
    ...rows.map(([name, address, note]) => `  ${name.padEnd(14)} ${address.padEnd(width)}  ${note}`),
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}

function fail(error: unknown): never {
  console.error(error instanceof LocalRunError ? `\n${error.message}` : error);
  process.exit(1);
}
