import type { SecretName } from './functions.ts';

export type StageName = 'test' | 'live';

/** Where one copy of the service runs, and how carefully its data is kept. */
export interface Stage {
  readonly name: StageName;
  /** Where everything but the firewall lives; CloudFront's firewall exists in us-east-1 only. */
  readonly region: string;
  /** Without it, CloudFront's own name serves. The certificate must be in us-east-1. */
  readonly domain?: { readonly name: string; readonly certificateArn: string };
  /** The sender of every mail. Its domain is set up in SES; its DNS records are an output of the data stack. */
  readonly mailFrom: { readonly name: string; readonly address: string };
  /** Where alarms go; without it they only show in CloudWatch. */
  readonly alarmEmail?: string;
  /** Tables, directory and secrets outlive their stack, and tables refuse to be deleted. */
  readonly keepData: boolean;
  /** Whether real money is moved: payments of Stripe's other mode are logged and never booked. */
  readonly livemode: boolean;
  readonly logRetentionDays: 14 | 90;
  /** Over all routes; beyond it callers get 429. Lambda's concurrency is the account's. */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
  /** Requests that one client address may make in five minutes; a school or an operator shares one. */
  readonly requestsPerAddress: number;
  /** A new AWS account has too little concurrency to reserve any of it. */
  readonly reserveConcurrency: boolean;
}

export const stages: Readonly<Record<StageName, Stage>> = {
  test: {
    name: 'test',
    region: 'eu-central-1',
    mailFrom: { name: 'Startline test', address: 'entries@test.startline.example' },
    keepData: false,
    livemode: false,
    logRetentionDays: 14,
    throttle: { requestsPerSecond: 500, burst: 1000 },
    requestsPerAddress: 3000,
    reserveConcurrency: false,
  },
  live: {
    name: 'live',
    region: 'eu-central-1',
    mailFrom: { name: 'Startline', address: 'entries@startline.example' },
    keepData: true,
    livemode: true,
    logRetentionDays: 90,
    throttle: { requestsPerSecond: 3000, burst: 5000 },
    requestsPerAddress: 3000,
    reserveConcurrency: true,
  },
};

/** What every physical name of a stage begins with; also the prefix of its tables. */
export function stagePrefix(stage: Stage): string {
  return `startline-${stage.name}`;
}

/** The name of a secret, by which functions and CloudFront read it. */
export function secretId(stage: Stage, secret: SecretName): string {
  return `${stagePrefix(stage)}/${secret}`;
}

/** @throws Error if there is no stage of that name. */
export function findStage(name: unknown): Stage {
  if (name === 'test' || name === 'live') return stages[name];
  throw new Error(`There is no stage ${JSON.stringify(name)}: give -c stage=test or -c stage=live.`);
}
