import type { CatalogueEvent } from '../catalogue/schema.ts';
import { type LocalText, laterProject } from '../contracts/basics.ts';
import { amountOf, breakdownOf } from '../contracts/breakdown.ts';
import type { ReceiptLine, ReceiptReturn, ReceiptShare, ReceiptView } from '../contracts/receipts.ts';
import type { Entry } from '../entries/entry.ts';
import { charityAccount } from '../ledger/accounts.ts';
import { paidFact } from './booking.ts';
import type { OrderLine } from './lines.ts';
import { type Order, readOrderWithEntries, type WholeOrder } from './order.ts';
import type { Shop } from './shop.ts';
import { type Keys, orderToken } from './tokens.ts';
import { distanceName, nameOf } from './view.ts';

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
  { order, entries }: Pick<WholeOrder, 'order' | 'entries'>,
  event: CatalogueEvent,
  keys: Keys,
): ReceiptView | undefined {
  const { payment } = order;
  if (!payment) return undefined;
  const money = (amount: number) => ({ amount, currency: order.currency });
  const shares = order.state === 'paid' ? receiptShares(order, event) : [];
  const returns = returnsOf(order);
  const returned = returns.reduce((sum, { amount }) => sum + amount.amount, 0);
  return {
    number: order.id,
    token: orderToken(keys, order.id),
    event: { id: event.id, name: event.name, raceDay: event.raceDay, zone: event.zone },
    payee: { name: event.organiser, ...(event.legal && { legal: event.legal }) },
    payer: order.contact.email,
    paidAt: payment.at,
    lines: order.lines.map((line, index) => ({
      id: String(index),
      ...receiptLine(line, event, entries, order.currency),
    })),
    total: money(order.total),
    shares,
    returns,
    kept: money(order.total - returned),
    facts: [paidFact(payment.id)],
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
function receiptShares({ lines, currency }: Order, event: CatalogueEvent): ReceiptShare[] {
  const money = (amount: number) => ({ amount, currency });
  return breakdownOf<string>(lines).shares.map(({ project, amount }) => {
    const returned = lines.reduce(
      (sum, { reversed = {} }) => sum + (reversed[charityAccount(project)] ?? 0),
      0,
    );
    return {
      project,
      ...(project !== laterProject && { name: projectName(event, project) }),
      given: money(amount),
      returned: money(returned),
      kept: money(amount - returned),
    };
  });
}

function projectName({ projects }: CatalogueEvent, id: string): LocalText {
  return projects.find((project) => project.id === id)?.name ?? { kk: id, ru: id, en: id };
}

/** A payment that bought nothing goes back whole. */
function returnsOf({ state, total, currency, payment }: Order): ReceiptReturn[] {
  if (payment === undefined || state === 'paid') return [];
  return [
    {
      amount: { amount: total, currency },
      at: payment.at,
      state: state === 'refunded' ? 'done' : 'under_way',
    },
  ];
}
