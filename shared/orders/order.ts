import * as z from 'zod';
import { locales } from '../contracts/basics.ts';
import { orderStates } from '../contracts/orders.ts';
import { payer, paymentMethods } from '../contracts/payers.ts';
import { type Entry, isEntryKey, parseEntry } from '../entries/entry.ts';
import { formerMember, isMember, type Member, parseMember } from '../entries/members.ts';
import { isTransferKey, parseTransfer, type Transfer } from '../entries/transfer.ts';
import { type Database, getItem, type Item, type Part, queryItems } from '../platform/database.ts';
import { type Invoice, isInvoiceKey, parseInvoice } from './invoice.ts';
import { type ChangeLine, type EntryLine, orderLine } from './lines.ts';
import { type MoneyRecords, parseRecords } from './money-records.ts';
import { leads, type OrderEvent, type OrderState } from './states.ts';

const orderItem = z.object({
  pk: z.string(),
  state: z.enum(orderStates),
  event: z.string(),
  currency: z.string(),
  total: z.int(),
  lines: z.array(orderLine),
  contact: z.strictObject({ email: z.string(), locale: z.enum(locales) }),
  createdAt: z.string(),
  /** Until when the places are held; absent once paid. */
  heldUntil: z.optional(z.string()),
  /** A digest of the request, so that one Idempotency-Key cannot stand for two different orders. */
  fingerprint: z.string(),
  /** The latest try to have it paid, the first one from the hold on: stored before the payment provider is asked. */
  attempt: z.optional(
    z.strictObject({
      number: z.int(),
      expiresAt: z.string(),
      /** How it is paid; by card when absent. */
      method: z.optional(z.enum(paymentMethods)),
      /** A payment page of the attempt before, which is to be closed before there is another one. */
      replaces: z.optional(z.string()),
    }),
  ),
  /** Who pays by invoice and bank transfer. */
  payer: z.optional(payer),
  /** The payment page of that attempt: stored before anybody is told its address. */
  session: z.optional(z.object({ id: z.string() })),
  /** Its payment. `unused`: there was no place for it, so the lines credited nothing and all of it is owed back. */
  payment: z.optional(
    z.strictObject({ id: z.string(), at: z.string(), unused: z.optional(z.literal(true)) }),
  ),
  /** Minor units that are still owed back to the buyer: the sum of the order's refund items. */
  owed: z.optional(z.int()),
});

/** What was bought together: its lines, its state, and how it is being paid. Amounts are minor units of `currency`. */
export type Order = Omit<z.infer<typeof orderItem>, 'pk'> & { readonly id: string };

export const orderKey = (id: string) => ({ pk: id, sk: 'order' });

/** An order as the table holds it. */
export function parseOrder(item: Item): Order {
  const { pk: id, ...content } = orderItem.parse(item);
  return { id, ...content };
}

/** An order, strongly read unless one that may be a moment old will do. */
export async function readOrder(
  db: Database,
  id: string,
  { strong = true }: { strong?: boolean } = {},
): Promise<Order | undefined> {
  const item = await getItem(db, 'orders', orderKey(id), { strong });
  return item && parseOrder(item);
}

/** An order with all that stands beside it: entries by id, members of teams, transfers by entry, and its money. */
export interface WholeOrder {
  readonly order: Order;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly members: readonly Member[];
  /** The ids of members who have left their teams. */
  readonly formerMembers: readonly string[];
  readonly transfers: ReadonlyMap<string, Transfer>;
  readonly records: MoneyRecords;
  readonly invoice?: Invoice;
  /** The orders with which changes of its entries are or were paid, where they were read as well. */
  readonly changes?: readonly Order[];
}

/** An order with its entries, strongly read in one query. */
export async function readOrderWithEntries(db: Database, id: string): Promise<WholeOrder | undefined> {
  const items = await queryItems(db, 'orders', {
    condition: 'pk = :id',
    values: { ':id': id },
    strong: true,
  });
  const order = items.find((item) => item.sk === 'order');
  if (!order) return undefined;
  const entries = items.filter(({ sk }) => isEntryKey(sk)).map(parseEntry);
  const transfers = items.filter(({ sk }) => isTransferKey(sk)).map(parseTransfer);
  const invoice = items.find(({ sk }) => isInvoiceKey(sk));
  return {
    order: parseOrder(order),
    entries: new Map(entries.map((entry) => [entry.id, entry])),
    members: items.filter(isMember).map(parseMember),
    formerMembers: items.flatMap((item) => formerMember(item) ?? []),
    transfers: new Map(transfers.map((transfer) => [transfer.entry, transfer])),
    records: parseRecords(items),
    ...(invoice && { invoice: parseInvoice(invoice) }),
  };
}

/** The entries of an order. */
export function entryLines(order: Pick<Order, 'lines'>): EntryLine[] {
  return order.lines.filter((line) => line.kind === 'entry');
}

/** A place that an order holds or has, for one of its entries or for the change of another order's. */
interface Placed {
  readonly entry: string;
  readonly distance: string;
  readonly place: number;
  readonly lock?: string | undefined;
}

/** What a line that has a place has it for; undefined for all others. */
export function placedBy(line: Order['lines'][number]): Placed | undefined {
  if (line.kind === 'entry') return line;
  if (line.kind !== 'change') return undefined;
  const { of, distance, place } = line;
  return { entry: of.entry, distance, place };
}

/** The places that an order holds until it is paid or over. */
export function placedLines(order: Pick<Order, 'lines'>): Placed[] {
  return order.lines.flatMap((line) => placedBy(line) ?? []);
}

/** The change of an entry for which an order is made; undefined for all other orders. */
export function changeLine(order: Pick<Order, 'lines'>): ChangeLine | undefined {
  return order.lines.find((line) => line.kind === 'change');
}

/** Writes a new order; refused when its id, which derives from the Idempotency-Key, is there already. */
export function newOrder(order: Order): Part {
  const { id, ...content } = order;
  return {
    name: 'order',
    table: 'orders',
    put: { ...orderKey(id), ...content },
    condition: 'attribute_not_exists(pk)',
  };
}

/** What an event sets and removes on the order, and what else must hold. */
export interface OrderChange {
  readonly set?: Item;
  readonly remove?: readonly string[];
  /** The state it was read in, where the event may lead on from several; else any from which it does. */
  readonly from?: OrderState;
  /** Beyond the states from which the event leads on. */
  readonly condition?: string;
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

/** Update expression and condition of an event, for a transaction (`moveOrder`) or an update of the order alone. */
export function moveExpression(event: OrderEvent, change: OrderChange = {}) {
  const { from, to } = leads(event, change.from);
  const sets = Object.entries({ state: to, ...change.set });
  const states = from.map((state, index) => [`:from${index}`, state] as const);
  return {
    update:
      `SET ${sets.map(([name]) => `#${name} = :${name}`).join(', ')}` +
      (change.remove && change.remove.length > 0 ? ` REMOVE ${change.remove.join(', ')}` : ''),
    condition:
      `#state IN (${states.map(([name]) => name).join(', ')})` +
      (change.condition ? ` AND ${change.condition}` : ''),
    names: { ...Object.fromEntries(sets.map(([name]) => [`#${name}`, name])), ...change.names },
    values: {
      ...Object.fromEntries(sets.map(([name, value]) => [`:${name}`, value])),
      ...Object.fromEntries(states),
      ...change.values,
    },
  };
}

/** Moves an order on (part `order`); refused when it is in none of the states from which the event leads on. */
export function moveOrder(id: string, event: OrderEvent, change?: OrderChange): Part {
  return { name: 'order', table: 'orders', key: orderKey(id), ...moveExpression(event, change) };
}
