/**
 * Every DynamoDB table, as plain data: read by the CDK, the one-machine run and the tests, so that the three
 * cannot differ. `docs/data.md` describes the items and access patterns of each.
 */
export interface TableDefinition {
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The kind of the sort key: `S` for names and facts, `N` for place numbers. */
  readonly sortKeyType: 'S' | 'N';
  /** Stream view handed to the consumers named in `infra/functions.ts`; at most two may follow one table. */
  readonly stream?: 'KEYS_ONLY' | 'NEW_IMAGE';
  /** The attribute with an epoch second after which DynamoDB may delete the item. */
  readonly timeToLive?: string;
  readonly holds: string;
}

const byName = { partitionKey: 'pk', sortKey: 'sk', sortKeyType: 'S' } as const;

export const tables = {
  catalogue: { ...byName, holds: 'events with their distances, prices, projects and allocation rules' },
  places: {
    partitionKey: 'pk',
    sortKey: 'n',
    sortKeyType: 'N',
    stream: 'KEYS_ONLY',
    holds: 'one item per place that is or was held, taken, offered, reserved or retired',
  },
  availability: {
    ...byName,
    holds: 'per distance, the free places of each block; a guide, never a decision',
  },
  runners: { ...byName, holds: 'the lock of a runner on an event: one live entry per person' },
  slots: {
    ...byName,
    timeToLive: 'expiresAt',
    holds: 'the few unpaid holds and runners waiting that one address may have at a time',
  },
  promos: { ...byName, holds: 'one item per used use of a promo code' },
  waiting: { ...byName, holds: 'waiting lists: what each is doing, its queue, and who waits' },
  orders: { ...byName, holds: 'orders, their entries and their refunds' },
  ledger: { ...byName, holds: 'ledger transactions with their postings; nothing is changed or deleted' },
  marks: {
    ...byName,
    stream: 'NEW_IMAGE',
    holds: 'one item per ledger transaction that is not in the totals yet',
  },
  totals: { ...byName, holds: 'the projection of the ledger and its control item' },
  charity: { ...byName, holds: 'what may still leave each charity account; assignments and payouts' },
  staff: {
    ...byName,
    timeToLive: 'expiresAt',
    holds: 'matters that staff must look at, and the record of what staff did',
  },
  bank: { ...byName, holds: 'bank payments, the references of invoices, and what is to be told of them' },
  outbox: { ...byName, stream: 'NEW_IMAGE', timeToLive: 'expiresAt', holds: 'mails that are due' },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;

export const tableNames: readonly TableName[] = Object.keys(tables).filter(
  (name): name is TableName => name in tables,
);

/** The physical name of a table: the prefix is the stage's (`startline-live`) or a test's. */
export function physicalName(prefix: string, table: TableName): string {
  return `${prefix}-${table}`;
}
