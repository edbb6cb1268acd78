import * as z from 'zod';
import { type Database, type Item, type Part, queryItems } from '../platform/database.ts';
import { shardOf } from '../platform/ids.ts';

/** Partitions of the refund items: refunds are rare, so few are enough and listing them all is cheap. */
const shards = 4;

/**
 * Why money is owed back: there was no place for it, the order was paid twice, staff or the runner decided so, the event
 * was cancelled, the new distance costs less, it came without being owed, or it was given back once and came back.
 */
export const refundReasons = [
  'no_place',
  'paid_twice',
  'staff',
  'runner',
  'event',
  'change',
  'suspense',
  'came_back',
] as const;
export type RefundReason = (typeof refundReasons)[number];

const refundItem = z.object({
  sk: z.string(),
  order: z.string(),
  amount: z.int(),
  currency: z.string(),
  createdAt: z.string(),
  reason: z.enum(refundReasons),
  /** `due`: nobody was asked for it yet; `asked`: the provider may have been; `failed`: staff must decide. */
  status: z.enum(['due', 'asked', 'failed']),
  /** Counts from 1 the tries that may each make a refund of its own. */
  attempt: z.int(),
  /** The provider works on it: not before then need it be asked how it stands. */
  lookAt: z.optional(z.string()),
});

/** Money that is still owed back of a payment: one decision, settled by one refund or several. */
export type RefundItem = Omit<z.infer<typeof refundItem>, 'sk'> & {
  /** `rfd_…`, derived from the fact that decided it. */
  readonly id: string;
  readonly payment: string;
};

const partitionOf = (payment: string) => `refunds-due#${shardOf(payment, shards)}`;
const keyOf = ({ payment, id }: Pick<RefundItem, 'payment' | 'id'>) => ({
  pk: partitionOf(payment),
  sk: `${payment}#${id}`,
});
const partName = (id: string) => `refund:${id}`;

function parseRefund(item: Item): RefundItem {
  const { sk, ...content } = refundItem.parse(item);
  const [payment = '', id = ''] = sk.split('#');
  return { id, payment, ...content };
}

/** Records that money is owed back (part `refund:<id>`), in the transaction that decides it; refused when it has been. */
export function refundDue(item: Omit<RefundItem, 'status' | 'attempt'> & Partial<RefundItem>): Part {
  const { id, payment, ...content } = { status: 'due', attempt: 1, ...item };
  return {
    name: partName(id),
    table: 'orders',
    put: { ...keyOf({ payment, id }), ...content },
    condition: 'attribute_not_exists(pk)',
  };
}

/** Every refund item, strongly read. */
export async function refundItems(db: Database): Promise<RefundItem[]> {
  const found = await Promise.all(
    Array.from({ length: shards }, (_, shard) =>
      queryItems(db, 'orders', {
        condition: 'pk = :pk',
        values: { ':pk': `refunds-due#${shard}` },
        strong: true,
      }),
    ),
  );
  return found.flat().map(parseRefund);
}

/** What is still owed back of a payment, oldest first, strongly read. */
export async function refundItemsOf(db: Database, payment: string): Promise<RefundItem[]> {
  const items = await queryItems(db, 'orders', {
    condition: 'pk = :pk AND begins_with(sk, :payment)',
    values: { ':pk': partitionOf(payment), ':payment': `${payment}#` },
    strong: true,
  });
  return items.map(parseRefund).sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

/** Holds only while an item is as it was read. */
function asRead({ amount, status, attempt }: RefundItem) {
  return {
    condition: 'amount = :amountBefore AND #status = :statusBefore AND attempt = :attemptBefore',
    names: { '#status': 'status' },
    values: { ':amountBefore': amount, ':statusBefore': status, ':attemptBefore': attempt },
  };
}

/** Takes what was given back off an item, or ends it (part `refund:<id>`); refused when it is not as it was read. */
export function settledPart(item: RefundItem, amount: number): Part {
  const { condition, names, values } = asRead(item);
  const same = { name: partName(item.id), table: 'orders', condition, names } as const;
  const rest = item.amount - amount;
  return rest > 0
    ? { ...same, key: keyOf(item), update: 'SET amount = :rest', values: { ...values, ':rest': rest } }
    : { ...same, delete: keyOf(item), values };
}

/** How an item stands from now on (part `refund:<id>`); refused when it is not as it was read. */
export function steppedPart(
  item: RefundItem,
  to: Pick<RefundItem, 'status'> & Partial<Pick<RefundItem, 'attempt' | 'lookAt'>>,
): Part {
  const { condition, names, values } = asRead(item);
  return {
    name: partName(item.id),
    table: 'orders',
    key: keyOf(item),
    update:
      to.lookAt === undefined
        ? 'SET #status = :status, attempt = :attempt REMOVE lookAt'
        : 'SET #status = :status, attempt = :attempt, lookAt = :lookAt',
    condition,
    names,
    values: {
      ...values,
      ':status': to.status,
      ':attempt': to.attempt ?? item.attempt,
      ...(to.lookAt !== undefined && { ':lookAt': to.lookAt }),
    },
  };
}
