import type Stripe from 'stripe';
import type { Outbox } from '../../../local/mail/outbox.ts';
import type { CatalogueEvent } from '../../../shared/catalogue/schema.ts';
import { openCatalogue, type PublishedEvent } from '../../../shared/catalogue/store.ts';
import { type Entry, isEntryKey, parseEntry } from '../../../shared/entries/entry.ts';
import { isMember, type Member, parseMember } from '../../../shared/entries/members.ts';
import { isTransferKey, parseTransfer, type Transfer } from '../../../shared/entries/transfer.ts';
import { type LedgerTransaction, parseTransaction } from '../../../shared/ledger/transaction.ts';
import { type Invoice, isInvoiceKey, parseInvoice } from '../../../shared/orders/invoice.ts';
import { parseRecords, type RefundRecord } from '../../../shared/orders/money-records.ts';
import { type Order, parseOrder } from '../../../shared/orders/order.ts';
import { type BankPayment, parseBankPayment } from '../../../shared/payments/bank-transfer/lines.ts';
import {
  type BankRefund,
  isBankRefundKey,
  parseBankRefund,
} from '../../../shared/payments/bank-transfer/refund.ts';
import { type Database, type Item, scanItems } from '../../../shared/platform/database.ts';
import type { TableName } from '../../../shared/platform/tables.ts';
import type { World } from '../../../shared/platform/world.ts';

/** Everything that the tables and the doubles hold at one moment. */
export interface State {
  readonly events: ReadonlyMap<string, PublishedEvent>;
  readonly orders: ReadonlyMap<string, Order>;
  /** Entries with the order that each is in. */
  readonly entries: readonly { readonly order: string; readonly entry: Entry }[];
  readonly members: readonly { readonly order: string; readonly member: Member }[];
  readonly transfers: readonly { readonly order: string; readonly transfer: Transfer }[];
  /** Items of the partitions `refunds-due#…`. */
  readonly refundsDue: readonly Item[];
  readonly invoices: readonly Invoice[];
  readonly bankPayments: readonly BankPayment[];
  /** Refunds that staff are to send by bank, or have sent. */
  readonly bankRefunds: readonly BankRefund[];
  /** Refunds that staff sent by bank since Stripe could not make them. */
  readonly sentByBank: readonly RefundRecord[];
  /** Facts of the bank that are not applied to their orders yet. */
  readonly untold: readonly string[];
  /** What orders have in suspense: payments that do not fit them. */
  readonly suspense: readonly { readonly event: string; readonly left: number }[];
  /** Orders of which a dispute took something at some time. */
  readonly disputed: ReadonlySet<string>;
  readonly payouts: readonly { readonly state: string; readonly amount: number }[];
  readonly places: readonly Item[];
  readonly locks: readonly Item[];
  readonly waiting: readonly Item[];
  /** Uses of codes that somebody has. */
  readonly uses: readonly Item[];
  /** What staff must look at. */
  readonly matters: readonly Item[];
  readonly ledger: readonly LedgerTransaction[];
  readonly outbox: readonly Item[];
  /** Money that moved on the Stripe account, oldest last. */
  readonly moved: readonly Stripe.BalanceTransaction[];
  readonly charges: readonly Stripe.Charge[];
  /** How often each mail was sent, by its `Message-ID`. */
  readonly mails: ReadonlyMap<string, number>;
}

/** Where the state is read from. */
export interface StateSource {
  readonly db: Database;
  readonly world: World;
  readonly stripeSdk: Stripe;
  readonly outbox: Pick<Outbox, 'messages'>;
}

/** Reads it all. */
export async function readState(
  { db, world, stripeSdk: stripe, outbox }: StateSource,
  events: readonly CatalogueEvent[],
): Promise<State> {
  const scan = (table: TableName) => Array.fromAsync(scanItems(db, table));
  const items = await scan('orders');
  const mails = new Map<string, number>();
  for (const { messageId = '' } of await outbox.messages())
    mails.set(messageId, (mails.get(messageId) ?? 0) + 1);
  const catalogue = openCatalogue(db, world);
  const bank = await scan('bank');
  const orders = new Map(
    items.filter(({ sk }) => sk === 'order').map((item) => [String(item.pk), parseOrder(item)]),
  );
  return {
    events: new Map(
      await Promise.all(
        events.map(async (event) => [event.id, (await catalogue.event(event.id)) ?? event] as const),
      ),
    ),
    orders,
    entries: items
      .filter(({ sk }) => isEntryKey(sk))
      .map((item) => ({ order: String(item.pk), entry: parseEntry(item) })),
    members: items.filter(isMember).map((item) => ({ order: String(item.pk), member: parseMember(item) })),
    transfers: items
      .filter(({ sk }) => isTransferKey(sk))
      .map((item) => ({ order: String(item.pk), transfer: parseTransfer(item) })),
    refundsDue: items.filter(({ pk }) => String(pk).startsWith('refunds-due#')),
    invoices: items.filter(({ sk }) => isInvoiceKey(sk)).map(parseInvoice),
    bankPayments: bank.filter(({ sk }) => sk === 'line').map(parseBankPayment),
    bankRefunds: bank.filter(({ sk }) => isBankRefundKey(sk)).map(parseBankRefund),
    sentByBank: items.flatMap((item) =>
      [...parseRecords([item]).refunds.values()].filter(({ sent }) => sent !== undefined),
    ),
    untold: bank.filter(({ pk }) => pk === 'untold').map(({ sk }) => String(sk)),
    suspense: items.flatMap((item) => {
      const event = orders.get(String(item.pk))?.event;
      const records = event === undefined ? [] : [...parseRecords([item]).suspense.values()];
      return records.map(({ left }) => ({ event: event ?? '', left }));
    }),
    disputed: new Set(items.flatMap(({ pk, sk }) => (String(sk).startsWith('dispute#') ? [String(pk)] : []))),
    payouts: (await scan('charity'))
      .filter(({ sk }) => String(sk).startsWith('out_'))
      .map(({ state, amount }) => ({ state: String(state), amount: Number(amount) })),
    places: await scan('places'),
    locks: await scan('runners'),
    waiting: await scan('waiting'),
    uses: await scan('promos'),
    matters: (await scan('staff')).filter(({ kind }) => kind !== undefined),
    ledger: (await scan('ledger')).map(parseTransaction),
    outbox: await scan('outbox'),
    moved: await Array.fromAsync(stripe.balanceTransactions.list({ limit: 100 })),
    charges: await Array.fromAsync(stripe.charges.list({ limit: 100 })),
    mails,
  };
}
