import * as z from 'zod';
import { locales } from '../contracts/basics.ts';
import { type Database, getItem, type Item, type Part, queryItems } from '../platform/database.ts';

const invoiceItem = z.object({
  pk: z.string(),
  event: z.string(),
  /** What the payer writes with the transfer. */
  reference: z.string(),
  /** The attempt of the order that it was last issued for. */
  attempt: z.int(),
  /**
   * - `open`: it waits for its transfer.
   * - `closed`: it does not any more; money that comes all the same is late.
   * - `paid`: all of its amount has come. Nothing leads back from here.
   */
  state: z.enum(['open', 'closed', 'paid']),
  amount: z.int(),
  currency: z.string(),
  locale: z.enum(locales),
  issuedAt: z.string(),
  dueAt: z.string(),
  /** What has come of its amount so far, and in which bank payments. */
  received: z.int(),
  parts: z.array(z.string()),
  paidAt: z.optional(z.string()),
  version: z.int(),
});

/**
 * What an order is to be paid by bank transfer: one for the life of the order, under one reference, however often it
 * is issued. Amounts are minor units of `currency`.
 */
export type Invoice = Omit<z.infer<typeof invoiceItem>, 'pk'> & { readonly order: string };

const sortKey = 'invoice';
const keyOf = (order: string) => ({ pk: order, sk: sortKey });

/** The id of an invoice's payment: it may have come in several parts, so none of them names it. */
export function invoicePaymentId({ reference }: Pick<Invoice, 'reference'>): string {
  return `inv_${reference}`;
}

/** Whether an item beside an order is its invoice. */
export function isInvoiceKey(sk: unknown): boolean {
  return sk === sortKey;
}

/** An invoice as the table holds it. */
export function parseInvoice(item: Item): Invoice {
  const { pk: order, ...content } = invoiceItem.parse(item);
  return { order, ...content };
}

/** The invoice of an order, strongly read. */
export async function readInvoice(db: Database, order: string): Promise<Invoice | undefined> {
  const item = await getItem(db, 'orders', keyOf(order), { strong: true });
  return item && parseInvoice(item);
}

/** The partition of invoices that are open, by the end of their time. */
const duePartition = 'invoices-due';
const dueKey = ({ dueAt, order }: Pick<Invoice, 'dueAt' | 'order'>) => ({
  pk: duePartition,
  sk: `${dueAt}#${order}`,
});

/**
 * Writes an invoice, and lists it while it is open (parts `invoice:<order>` and others); refused when it is not as it
 * was read.
 * @param before undefined where there was none.
 */
export function writeInvoice(before: Invoice | undefined, after: Omit<Invoice, 'version'>): Part[] {
  const { order, ...content } = after;
  const wasDue = before?.state === 'open' ? dueKey(before) : undefined;
  const isDue = after.state === 'open' ? dueKey(after) : undefined;
  const stays = wasDue?.sk === isDue?.sk;
  return [
    {
      name: `invoice:${order}`,
      table: 'orders',
      put: { ...keyOf(order), ...content, version: (before?.version ?? 0) + 1 },
      ...(before
        ? { condition: 'version = :before', values: { ':before': before.version } }
        : { condition: 'attribute_not_exists(pk)' }),
    },
    ...(isDue && !stays ? [{ name: 'due', table: 'orders', put: isDue } as const] : []),
    ...(wasDue && !stays ? [{ name: 'due', table: 'orders', delete: wasDue } as const] : []),
  ];
}

const dueItem = z.object({ sk: z.string(), reminded: z.optional(z.literal(true)) });

/** An open invoice in the list of those that are due. */
export interface DueInvoice {
  readonly order: string;
  readonly dueAt: string;
  readonly reminded: boolean;
}

/** The open invoices whose time ends before a moment, the earliest first. */
export async function invoicesDue(db: Database, before: Date): Promise<DueInvoice[]> {
  const items = await queryItems(db, 'orders', {
    condition: 'pk = :pk AND sk < :before',
    values: { ':pk': duePartition, ':before': before.toISOString() },
  });
  return items.map((item) => {
    const { sk, reminded = false } = dueItem.parse(item);
    const [dueAt = '', order = ''] = sk.split('#');
    return { order, dueAt, reminded };
  });
}

/** Notes that the buyer was reminded (part `due`); refused when the invoice is no longer open, or it was noted. */
export function remindedPart(due: DueInvoice): Part {
  return {
    name: 'due',
    table: 'orders',
    key: dueKey(due),
    update: 'SET reminded = :true',
    condition: 'attribute_exists(pk) AND attribute_not_exists(reminded)',
    values: { ':true': true },
  };
}
