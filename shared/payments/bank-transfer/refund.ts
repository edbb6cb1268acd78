import * as z from 'zod';
import { momentOf } from '../../catalogue/time.ts';
import type { ProviderRefund } from '../../orders/provider.ts';
import {
  commit,
  type Database,
  getItem,
  getItems,
  type Item,
  type Part,
  queryItems,
} from '../../platform/database.ts';
import { derivedId } from '../../platform/ids.ts';
import type { World } from '../../platform/world.ts';
import type { PaymentFact, RefundAnswer, RefundRequest } from '../gateway.ts';
import { readBankPayment } from './lines.ts';
import { parsePaymentId, surplusFactOf } from './pages.ts';
import { invoiceOfReference } from './references.ts';
import { untold } from './untold.ts';

const refundItem = z.object({
  /** The payment, and the refund item (`rfd_…`) that asks for it. */
  pk: z.string(),
  sk: z.string(),
  order: z.string(),
  amount: z.int(),
  currency: z.string(),
  askedAt: z.string(),
  /** The bank payment of ours by which it was made. */
  paid: z.optional(z.strictObject({ reference: z.string(), date: z.iso.date() })),
});

/** Money that staff are to send back by bank, or have sent. The id is the refund item's (`rfd_…`). */
export type BankRefund = Omit<z.infer<typeof refundItem>, 'pk' | 'sk'> & RefundName;

/** Which refund of which payment. */
export interface RefundName {
  readonly payment: string;
  readonly id: string;
}

const prefix = 'refund#';

/** Whether an item is a refund by bank. */
export function isBankRefundKey(sk: unknown): boolean {
  return typeof sk === 'string' && sk.startsWith(prefix);
}

const keyOf = ({ payment, id }: RefundName) => ({ pk: payment, sk: prefix + id });
const openKey = ({ payment, id }: RefundName) => ({ pk: 'refunds', sk: `${payment}#${id}` });

/** A refund by bank as the table holds it. */
export function parseBankRefund(item: Item): BankRefund {
  const { pk: payment, sk, ...content } = refundItem.parse(item);
  return { payment, id: sk.slice(prefix.length), ...content };
}

/** A refund by bank, strongly read. */
export async function readBankRefund(db: Database, name: RefundName): Promise<BankRefund | undefined> {
  const item = await getItem(db, 'bank', keyOf(name), { strong: true });
  return item && parseBankRefund(item);
}

/** The refunds that staff have still to send, the oldest first; at most 100. */
export async function openBankRefunds(db: Database): Promise<BankRefund[]> {
  const open = await queryItems(db, 'bank', {
    condition: 'pk = :pk',
    values: { ':pk': 'refunds' },
    Limit: 100,
  });
  const names = open.slice(0, 100).map(({ sk }) => {
    const [payment = '', id = ''] = String(sk).split('#');
    return { payment, id };
  });
  return (await getItems(db, 'bank', names.map(keyOf)))
    .map(parseBankRefund)
    .filter(({ paid }) => paid === undefined)
    .sort((a, b) => (a.askedAt < b.askedAt ? -1 : 1));
}

/**
 * Asks staff for a refund, or says what became of the one that was asked for. No more is asked for than came with the
 * payment.
 */
export async function refundByBank(
  { db, world }: { readonly db: Database; readonly world: World },
  { id, order, payment, amount }: RefundRequest,
): Promise<RefundAnswer> {
  const name = { payment, id };
  const asked = await readBankRefund(db, name);
  if (asked) return { status: 'made', refund: providerRefund(asked) };
  const came = await receivedWith(db, payment);
  const content = { order, amount, currency: came.currency, askedAt: world.now().toISOString() };
  const outcome = await commit(db, world, [
    {
      name: 'refund',
      table: 'bank',
      put: { ...keyOf(name), ...content },
      condition: 'attribute_not_exists(pk)',
    },
    { name: 'open', table: 'bank', put: openKey(name) },
    {
      name: 'left',
      table: 'bank',
      key: { pk: payment, sk: 'refunded' },
      update: 'ADD asked :amount',
      condition: 'attribute_not_exists(asked) OR asked <= :most',
      values: { ':amount': amount, ':most': came.amount - amount },
    },
  ]);
  const made = outcome.done ? { ...name, ...content } : await readBankRefund(db, name);
  if (made) return { status: 'made', refund: providerRefund(made) };
  return { status: 'less_left', refunds: (await refundsOf(db, payment)).map(providerRefund) };
}

async function refundsOf(db: Database, payment: string): Promise<BankRefund[]> {
  const items = await queryItems(db, 'bank', {
    condition: 'pk = :pk AND begins_with(sk, :prefix)',
    values: { ':pk': payment, ':prefix': prefix },
    strong: true,
  });
  return items.map(parseBankRefund);
}

/** Records that a refund was sent (part `refund`); refused when that was recorded before. */
export function sentParts(name: RefundName, paid: NonNullable<BankRefund['paid']>): Part[] {
  return [
    {
      name: 'refund',
      table: 'bank',
      key: keyOf(name),
      update: 'SET paid = :paid',
      condition: 'attribute_exists(pk) AND attribute_not_exists(paid)',
      values: { ':paid': paid },
    },
    { name: 'open', table: 'bank', delete: openKey(name) },
    untold(`refund#${name.payment}#${name.id}`),
  ];
}

/** The fact that a refund was sent; undefined while it was not. */
export function refundFactOf(refund: BankRefund): PaymentFact | undefined {
  return refund.paid && { kind: 'refund', refund: providerRefund(refund) };
}

function providerRefund({ id, order, payment, amount, currency, askedAt, paid }: BankRefund): ProviderRefund {
  return {
    id: derivedId('bnr', id),
    request: id,
    account: 'bank',
    order,
    payment,
    amount,
    currency,
    status: paid ? 'succeeded' : 'pending',
    createdAt: askedAt,
    at: paid ? momentOf(paid.date) : askedAt,
  };
}

/** What came with a payment: of an invoice all of it, of a bank payment what was not asked for. */
async function receivedWith(db: Database, payment: string): Promise<{ amount: number; currency: string }> {
  const reference = parsePaymentId(payment);
  const invoice = reference === undefined ? undefined : await invoiceOfReference(db, reference);
  if (invoice) return invoice;
  const line = await readBankPayment(db, payment);
  const fact = line && surplusFactOf(line);
  if (fact?.kind !== 'surplus') throw new Error(`There is no payment ${payment}.`);
  return fact.payment;
}
