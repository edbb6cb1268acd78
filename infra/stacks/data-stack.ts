import { type App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { UserPool, UserPoolDomain } from 'aws-cdk-lib/aws-cognito';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ConfigurationSet,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
} from 'aws-cdk-lib/aws-ses';
import type { TableName } from '../../shared/platform/tables.ts';
import { acknowledge } from '../acknowledge.ts';
import { type Stage, secretId, stagePrefix } from '../config.ts';
import { createStaffDirectory } from '../constructs/staff-directory.ts';
import { createTables } from '../constructs/tables.ts';
import type { SecretName } from '../functions.ts';

export interface DataStack {
  readonly stack: Stack;
  readonly tables: ReadonlyMap<TableName, TableV2>;
  readonly secrets: Readonly<Record<SecretName, Secret>>;
  readonly pool: UserPool;
  readonly signIn: UserPoolDomain;
  /** The SES identity that mails are sent as. */
  readonly mailIdentity: EmailIdentity;
  /** The SES configuration set of its mails: what becomes of them is told to the event bus under this name. */
  readonly mailConfiguration: string;
}

/** What must survive a deployment: tables, secrets, the staff directory, the right to send mail. */
export function createDataStack(app: App, stage: Stage): DataStack {
  const stack = new Stack(app, 'Data', {
    stackName: `${stagePrefix(stage)}-data`,
    env: { region: stage.region },
    terminationProtection: stage.keepData,
    description: 'Startline: tables, secrets, staff directory.',
  });
  const { pool, domain } = createStaffDirectory(stack, stage);
  const mailConfiguration = stagePrefix(stage);
  const mailIdentity = createMailIdentity(stack, stage, mailConfiguration);
  for (const [index, { name, value }] of mailIdentity.dkimRecords.entries())
    new CfnOutput(stack, `MailDnsRecord${index + 1}`, {
      description: 'CNAME record that lets the domain send mail',
      value: `${name} CNAME ${value}`,
    });
  return {
    stack,
    tables: createTables(stack, stage),
    secrets: createSecrets(stack, stage),
    pool,
    signIn: domain,
    mailIdentity,
    mailConfiguration,
  };
}

/** The right to send mails, with word of those that come back or are called unwanted. */
function createMailIdentity(stack: Stack, stage: Stage, configurationSetName: string): EmailIdentity {
  const configurationSet = new ConfigurationSet(stack, 'MailConfiguration', { configurationSetName });
  configurationSet.addEventDestination('Unreached', {
    destination: EventDestination.eventBus(EventBus.fromEventBusName(stack, 'EventBus', 'default')),
    events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT],
  });
  return new EmailIdentity(stack, 'MailIdentity', {
    identity: Identity.domain(mailDomain(stage)),
    configurationSet,
  });
}

function mailDomain(stage: Stage): string {
  const [, domain] = stage.mailFrom.address.split('@');
  if (domain === undefined) throw new Error(`${stage.mailFrom.address} is no mail address`);
  return domain;
}

const secretNotes = {
  stripe: {
    description:
      "Stripe's secretKey and webhookSecrets (a list), as JSON; set by hand after the first deployment.",
    template: { webhookSecrets: ['set by hand'] },
    generated: 'secretKey',
    fixed: "Stripe makes these keys: they are rolled in Stripe's dashboard, and then set here.",
  },
  keys: {
    description: 'The root that the keys for order tokens, runner locks and tickets are derived from.',
    template: {},
    generated: 'root',
    fixed: 'Order links, runner locks and printed tickets already given out depend on this value.',
  },
  origin: {
    description: 'What CloudFront adds to each request so that the API knows it came through the firewall.',
    template: {},
    generated: 'value',
    fixed: 'CloudFront holds this value: it changes only together with the distribution.',
  },
} as const satisfies Record<SecretName, unknown>;

function createSecrets(stack: Stack, stage: Stage): Record<SecretName, Secret> {
  const create = (name: SecretName): Secret => {
    const note = secretNotes[name];
    const secret = new Secret(stack, `Secret-${name}`, {
      secretName: secretId(stage, name),
      description: note.description,
      generateSecretString: {
        secretStringTemplate: JSON.stringify(note.template),
        generateStringKey: note.generated,
        excludePunctuation: true,
        passwordLength: 64,
      },
      removalPolicy: stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(secret, 'AwsSolutions-SMG4', note.fixed);
    return secret;
  };
  return { stripe: create('stripe'), keys: create('keys'), origin: create('origin') };
}
