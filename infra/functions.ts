import type { TableName } from '../shared/platform/tables.ts';

type Action =
  | 'GetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem'
  | 'BatchGetItem';
/** Stripe's keys, the root of our own keys, and what CloudFront adds to show that a request came through it. */
export type SecretName = 'stripe' | 'keys' | 'origin';

/**
 * One Lambda function: what starts it and exactly what it may do. Read by the CDK stacks, the one-machine run
 * and the permission tests. Routes of the API are named in `shared/contracts/routes.ts` by function.
 */
export interface FunctionDefinition {
  /** The module whose `handler` is the entry point. */
  readonly entry: string;
  readonly purpose: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Serves the routes of the API that name it. */
  readonly api?: true;
  /** Serves the public pages: every path that neither the API nor the assets take. */
  readonly site?: true;
  readonly stream?: {
    readonly table: TableName;
    readonly batchSize: number;
    readonly windowSeconds: number;
    /** Changed and deleted items do not start it: its own work would. */
    readonly onlyInserts?: true;
  };
  /** Is told by the mail provider of mails that came back. */
  readonly mailEvents?: true;
  readonly everySeconds?: number;
  /** Only one at a time, so that two runs do not waste each other's work. */
  readonly single?: true;
  readonly grants: { readonly [table in TableName]?: readonly Action[] };
  readonly secrets: readonly SecretName[];
  readonly sendsMail?: true;
}

export const functions = {
  'public-api': {
    entry: 'functions/public-api/index.ts',
    purpose: 'Shows events, takes orders and starts payments.',
    memoryMegabytes: 1024,
    timeoutSeconds: 15,
    api: true,
    grants: {
      catalogue: ['GetItem', 'Query'],
      places: ['Query', 'PutItem', 'UpdateItem'],
      availability: ['GetItem', 'BatchGetItem'],
      runners: ['GetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'],
      slots: ['Query', 'PutItem'],
      promos: ['Query', 'PutItem', 'DeleteItem'],
      waiting: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      orders: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      ledger: ['PutItem'],
      marks: ['GetItem', 'Query', 'PutItem'],
      totals: ['GetItem', 'Query'],
      bank: ['GetItem', 'PutItem', 'UpdateItem'],
      charity: ['GetItem', 'UpdateItem'],
      staff: ['PutItem'],
      outbox: ['PutItem'],
    },
    secrets: ['stripe', 'keys', 'origin'],
  },
  'staff-api': {
    entry: 'functions/staff-api/index.ts',
    purpose: 'Serves the staff console.',
    memoryMegabytes: 1024,
    timeoutSeconds: 15,
    api: true,
    grants: {
      catalogue: ['GetItem', 'Query', 'PutItem'],
      places: ['Query', 'PutItem', 'UpdateItem'],
      availability: ['GetItem', 'BatchGetItem', 'UpdateItem'],
      waiting: ['GetItem', 'Query'],
      promos: ['Query'],
      runners: ['PutItem', 'DeleteItem'],
      orders: ['BatchGetItem', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      ledger: ['BatchGetItem', 'PutItem'],
      marks: ['GetItem', 'Query', 'PutItem'],
      bank: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      totals: ['GetItem', 'Query'],
      charity: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      outbox: ['Query', 'PutItem', 'UpdateItem'],
      staff: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
    },
    secrets: ['keys', 'origin'],
  },
  'stripe-webhook': {
    entry: 'functions/stripe-webhook/index.ts',
    purpose: "Applies Stripe's events to orders and the ledger.",
    memoryMegabytes: 1024,
    timeoutSeconds: 20,
    api: true,
    grants: {
      catalogue: ['GetItem'],
      places: ['Query', 'PutItem', 'UpdateItem'],
      availability: ['GetItem'],
      runners: ['PutItem', 'DeleteItem'],
      promos: ['Query', 'PutItem', 'DeleteItem'],
      orders: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      ledger: ['PutItem'],
      marks: ['GetItem', 'Query', 'PutItem'],
      totals: ['GetItem'],
      charity: ['GetItem', 'UpdateItem'],
      staff: ['PutItem'],
      outbox: ['PutItem'],
    },
    secrets: ['stripe', 'keys', 'origin'],
  },
  site: {
    entry: 'functions/site/index.ts',
    purpose: 'Renders the public pages.',
    memoryMegabytes: 1024,
    timeoutSeconds: 10,
    site: true,
    grants: {
      catalogue: ['GetItem', 'Query'],
      availability: ['BatchGetItem'],
      totals: ['GetItem', 'Query'],
      orders: ['GetItem', 'Query'],
      waiting: ['GetItem', 'Query'],
    },
    secrets: ['keys', 'origin'],
  },
  projector: {
    entry: 'functions/projector/totals.ts',
    purpose: 'Adds new ledger transactions to the totals.',
    memoryMegabytes: 512,
    timeoutSeconds: 60,
    stream: { table: 'marks', batchSize: 1000, windowSeconds: 1, onlyInserts: true },
    everySeconds: 60,
    single: true,
    grants: {
      marks: ['Query', 'DeleteItem'],
      totals: ['GetItem', 'UpdateItem'],
    },
    secrets: [],
  },
  availability: {
    entry: 'functions/projector/availability.ts',
    purpose: 'Recounts the places of the blocks that changed.',
    memoryMegabytes: 512,
    timeoutSeconds: 60,
    stream: { table: 'places', batchSize: 1000, windowSeconds: 1 },
    grants: {
      places: ['Query'],
      availability: ['UpdateItem'],
    },
    secrets: [],
  },
  'send-mail': {
    entry: 'functions/send-mail/index.ts',
    purpose: 'Sends the mails that are due.',
    memoryMegabytes: 512,
    timeoutSeconds: 60,
    stream: { table: 'outbox', batchSize: 20, windowSeconds: 0, onlyInserts: true },
    everySeconds: 60,
    grants: {
      catalogue: ['GetItem'],
      orders: ['GetItem', 'Query'],
      waiting: ['GetItem', 'Query'],
      outbox: ['GetItem', 'Query', 'UpdateItem'],
      staff: ['PutItem'],
    },
    secrets: ['keys'],
    sendsMail: true,
  },
  'mail-events': {
    entry: 'functions/mail-events/index.ts',
    purpose: 'Tells staff of mails that came back.',
    memoryMegabytes: 256,
    timeoutSeconds: 15,
    mailEvents: true,
    grants: {
      outbox: ['GetItem', 'UpdateItem'],
      staff: ['PutItem'],
    },
    secrets: [],
  },
  housekeeping: {
    entry: 'functions/housekeeping/index.ts',
    purpose:
      'Ends holds that are over, pays refunds that are due, tends waiting lists, compares with Stripe, proves the totals.',
    memoryMegabytes: 1024,
    timeoutSeconds: 300,
    everySeconds: 60,
    single: true,
    grants: {
      catalogue: ['GetItem', 'Query', 'PutItem'],
      places: ['Query', 'PutItem', 'UpdateItem'],
      availability: ['GetItem', 'UpdateItem', 'BatchGetItem'],
      runners: ['PutItem', 'DeleteItem'],
      promos: ['Query', 'PutItem', 'DeleteItem'],
      waiting: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      orders: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      ledger: ['PutItem', 'Scan'],
      marks: ['GetItem', 'Query', 'PutItem'],
      totals: ['GetItem', 'Scan', 'PutItem', 'UpdateItem'],
      charity: ['GetItem', 'UpdateItem'],
      bank: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      staff: ['PutItem'],
      outbox: ['PutItem'],
    },
    secrets: ['stripe', 'keys'],
  },
} as const satisfies Record<string, FunctionDefinition>;

export type FunctionName = keyof typeof functions;

export const functionNames: readonly FunctionName[] = Object.keys(functions).filter(
  (name): name is FunctionName => name in functions,
);
