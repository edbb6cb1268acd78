import * as z from 'zod';
import { bankPaymentStates } from '../../contracts/bank-transfers.ts';
import {
  type Database,
  getItem,
  getItems,
  type Item,
  type Part,
  queryItems,
} from '../../platform/database.ts';
import { derivedId } from '../../platform/ids.ts';

const lineItem = z.object({
  pk: z.string(),
  /** The bank's own number of the statement line. */
  line: z.string(),
  /** The day on which the bank credited it. */
  date: z.iso.date(),
  amount: z.int(),
  currency: z.string(),
  /** What the payer wrote. */
  text: z.string(),
  payer: z.strictObject({ name: z.string(), businessId: z.optional(z.string()) }),
  recordedAt: z.string(),
  state: z.enum(bankPaymentStates),
  /** The event whose books have it; `-` while that is not known. */
  event: z.string(),
  /** The order whose invoice it counts for. */
  order: z.optional(z.string()),
  /** What of it was not asked for and is owed back. */
  excess: z.optional(z.int()),
  /** By which bank payment of ours it was sent back. */
  returned: z.optional(z.strictObject({ reference: z.string(), date: z.iso.date() })),
  /** Counts the decisions about it. */
  version: z.int(),
});

/** A line of the bank statement: money that came. Amounts are minor units of `currency`. */
export type BankPayment = Omit<z.infer<typeof lineItem>, 'pk'> & { readonly id: string };

/** Money in suspense can still be given to an invoice or sent back. */
export function isInSuspense({ state }: Pick<BankPayment, 'state'>): boolean {
  return state === 'unclear' || state === 'part';
}

/** The id of a statement line: the same line is the same payment, whoever records it and how often. */
export function bankPaymentId(line: string): string {
  return derivedId('bnk', line);
}

const keyOf = (id: string) => ({ pk: id, sk: 'line' });
const openKey = (id: string) => ({ pk: 'open', sk: id });
const monthKey = (date: string, id: string) => ({ pk: `month#${date.slice(0, 7)}`, sk: `${date}#${id}` });

/** A statement line as the table holds it. */
export function parseBankPayment(item: Item): BankPayment {
  const { pk: id, ...content } = lineItem.parse(item);
  return { id, ...content };
}

/** A bank payment, strongly read. */
export async function readBankPayment(db: Database, id: string): Promise<BankPayment | undefined> {
  const item = await getItem(db, 'bank', keyOf(id), { strong: true });
  return item && parseBankPayment(item);
}

/** The bank payments that are in suspense, and those of a month (`2026-11`), the latest first. */
export async function listBankPayments(
  db: Database,
  month: string,
): Promise<{ suspense: BankPayment[]; month: BankPayment[] }> {
  const [open, ofMonth] = await Promise.all([
    queryItems(db, 'bank', { condition: 'pk = :pk', values: { ':pk': 'open' } }),
    queryItems(db, 'bank', { condition: 'pk = :pk', values: { ':pk': `month#${month}` } }),
  ]);
  const [suspense, listed] = await Promise.all([
    readLines(
      db,
      open.map(({ sk }) => String(sk)),
    ),
    readLines(
      db,
      ofMonth.map(({ sk }) => String(sk).split('#')[1] ?? ''),
    ),
  ]);
  // The list of what is open may be a moment old.
  return { suspense: suspense.filter(isInSuspense), month: listed };
}

async function readLines(db: Database, ids: readonly string[]): Promise<BankPayment[]> {
  const found: BankPayment[] = [];
  for (let first = 0; first < ids.length; first += 100)
    found.push(
      ...(await getItems(db, 'bank', ids.slice(first, first + 100).map(keyOf))).map(parseBankPayment),
    );
  return found.sort((a, b) => (a.date + a.id < b.date + b.id ? 1 : -1));
}

/**
 * Writes a bank payment, and lists it while it is in suspense (parts `line:<id>` and others); refused when it is not
 * as it was read.
 * @param before undefined where it is recorded now.
 */
export function writeBankPayment(
  before: BankPayment | undefined,
  { id, ...content }: Omit<BankPayment, 'version'>,
): Part[] {
  const put = { ...keyOf(id), ...content, version: (before?.version ?? 0) + 1 };
  const wasOpen = before !== undefined && isInSuspense(before);
  const isOpen = isInSuspense(content);
  return [
    {
      name: `line:${id}`,
      table: 'bank',
      put,
      ...(before
        ? { condition: 'version = :before', values: { ':before': before.version } }
        : { condition: 'attribute_not_exists(pk)' }),
    },
    ...(before ? [] : [{ name: 'month', table: 'bank', put: monthKey(content.date, id) } as const]),
    ...(isOpen && !wasOpen ? [{ name: 'open', table: 'bank', put: openKey(id) } as const] : []),
    ...(!isOpen && wasOpen ? [{ name: 'open', table: 'bank', delete: openKey(id) } as const] : []),
  ];
}
