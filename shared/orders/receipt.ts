import { eventRef } from '../catalogue/call-off.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { PublishedEvent } from '../catalogue/store.ts';
import { type LocalText, laterProject } from '../contracts/basics.ts';
import { amountOf } from '../contracts/breakdown.ts';
import type { OrderReturn } from '../contracts/orders.ts';
import type { ReceiptLine, ReceiptReturn, ReceiptShare, ReceiptView } from '../contracts/receipts.ts';
import type { Entry } from '../entries/entry.ts';
import { paidFact } from './booking.ts';
import { invoicePaymentId } from './invoice.ts';
import { isLeft, type OrderLine } from './lines.ts';
import { distanceName, nameOf } from './names.ts';
import { type Order, readOrderWithEntries, type WholeOrder } from './order.ts';
import { givenShares, orderReturns, returnedOf } from './returns.ts';
import type { Shop } from './shop.ts';
import { type Keys, orderToken } from './tokens.ts';

/**
 * The receipt of an order for whoever has its token.
 * @returns `unpaid` when no payment of it has arrived; undefined when there is no such order.
 */
export async function loadReceipt(
  shop: Pick<Shop, 'db' | 'catalogue'>,
  keys: Keys,
  id: string,
): Promise<ReceiptView | 'unpaid' | undefined> {
  const whole = await readOrderWithEntries(shop.db, id);
  const event = whole && (await shop.catalogue.event(whole.order.event));
  return whole && event && (receiptOf(whole, event, keys) ?? 'unpaid');
}

/**
 * The receipt of an order from its parts: every figure is the order's own, as the ledger booked it.
 * @returns undefined when no payment of it has arrived.
 */
export function receiptOf(
  { order, entries, records, invoice }: Pick<WholeOrder, 'order' | 'entries' | 'records' | 'invoice'>,
  event: PublishedEvent,
  keys: Keys,
): ReceiptView | undefined {
  const { payment } = order;
  if (!payment) return undefined;
  const isByInvoice = invoice !== undefined && payment.id === invoicePaymentId(invoice);
  const money = (amount: number) => ({ amount, currency: order.currency });
  const shares = receiptShares(order, event);
  const returns = orderReturns({ order, records });
  return {
    number: order.id,
    token: orderToken(keys, order.id),
    event: eventRef(event),
    payee: { name: event.organiser, ...(event.legal && { legal: event.legal }) },
    payer: order.payer && isByInvoice ? order.payer.company : order.contact.email,
    paidAt: payment.at,
    how: isByInvoice ? 'transfer' : 'stripe',
    lines: order.lines
      .filter((line) => !isLeft(line))
      .map((line, index) => ({
        id: String(index),
        ...receiptLine(line, event, entries, order.currency),
      })),
    total: money(order.total),
    shares,
    returns: receiptReturns({ order, records }, returns, event),
    kept: money(returnedOf(order).kept),
    facts: [paidFact(payment.id), ...returns.flatMap(factsOf)],
  };
}

function receiptLine(
  line: OrderLine,
  event: CatalogueEvent,
  entries: ReadonlyMap<string, Entry>,
  currency: string,
): Omit<ReceiptLine, 'id'> {
  const money = (amount: number) => ({ amount, currency });
  const amount = money(amountOf(line));
  switch (line.kind) {
    case 'entry': {
      const entry = entries.get(line.entry);
      const { listPrice, price } = line;
      return {
        kind: line.kind,
        ...(entry && { who: nameOf(entry) }),
        what: distanceName(event, line),
        ...(listPrice !== undefined && {
          listPrice: money(listPrice),
          discount: money(price - listPrice),
        }),
        amount,
      };
    }
    case 'donation':
      return {
        kind: line.kind,
        ...(line.name !== undefined && { who: line.name }),
        what: projectName(event, line.project),
        amount,
      };
    case 'feeCover':
      return { kind: line.kind, amount };
    case 'change':
    case 'transferFee':
      return { kind: line.kind, what: distanceName(event, line), amount };
  }
}

/** What the lines gave to each project, less what refunds and disputes took back of it. */
function receiptShares(order: Order, event: CatalogueEvent): ReceiptShare[] {
  const money = (amount: number) => ({ amount, currency: order.currency });
  return givenShares(order).map(({ project, given, returned, disputed }) => ({
    project,
    ...(project !== laterProject && { name: projectName(event, project) }),
    given: money(given),
    returned: money(returned + disputed),
    kept: money(given - returned - disputed),
  }));
}

function projectName({ projects }: CatalogueEvent, id: string): LocalText {
  return projects.find((project) => project.id === id)?.name ?? { kk: id, ru: id, en: id };
}

/**
 * What was given back of the order's payment, refund by refund; what of it is still on its way; what the bank took; and
 * what was left to projects.
 */
function receiptReturns(
  { order, records }: Pick<WholeOrder, 'order' | 'records'>,
  returns: readonly OrderReturn[],
  event: CatalogueEvent,
): ReceiptReturn[] {
  const { back, disputed } = returnedOf(order);
  const ofOwed = takenOfOwed({ order, records });
  const money = (amount: number) => ({ amount, currency: order.currency });
  const own = returns.filter(({ ofOrder }) => ofOrder);
  const done = own.filter(({ what }) => what === 'given_back');
  const left = own.filter(({ what }) => what === 'left');
  const underWay = done.reduce((rest, { amount }) => rest - amount.amount, back - ofOwed);
  const since = own.findLast(({ what }) => what === 'decided' || what === 'came_back')?.at;
  const paidAt = order.payment?.at ?? order.createdAt;
  return [
    ...done.map(({ id, amount, at }): ReceiptReturn => ({ id, amount, at, state: 'done' })),
    ...(underWay > 0
      ? [{ id: 'due', amount: money(underWay), at: since ?? paidAt, state: 'under_way' } as const]
      : []),
    ...(disputed + ofOwed > 0
      ? [{ id: 'dispute', amount: money(disputed + ofOwed), at: paidAt, state: 'disputed' } as const]
      : []),
    ...left.map(
      ({ id, amount, at, project = '' }): ReceiptReturn => ({
        id,
        amount,
        at,
        state: 'left',
        project: projectName(event, project),
      }),
    ),
  ];
}

/** What disputes of the order's payment took of money that was owed back already. */
function takenOfOwed({ order, records }: Pick<WholeOrder, 'order' | 'records'>): number {
  return [...records.disputes.values()]
    .filter(({ payment }) => payment === order.payment?.id)
    .flatMap(({ takings }) => takings)
    .reduce((sum, { from, amount, restored }) => (from === 'owed' ? sum + amount - restored : sum), 0);
}

/** The ledger's names of a decision or a refund. */
function factsOf({ id, what }: OrderReturn): string[] {
  switch (what) {
    case 'decided':
      return [`${id} due`];
    case 'left':
      return [`${id} left`];
    case 'given_back':
      return [`${id} succeeded`];
    case 'came_back':
      return [`${id} succeeded`, `${id} failed`];
  }
}
