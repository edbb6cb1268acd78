import { mailDue } from '../../mail/outbox.ts';
import { type Invoice, readInvoice, writeInvoice } from '../../orders/invoice.ts';
import { commit, type Database, DatabaseBusy, type Part } from '../../platform/database.ts';
import type { World } from '../../platform/world.ts';
import { raiseMatter } from '../../staff/matters.ts';
import type { CheckoutImpossible, CheckoutPage, CheckoutRequest, Gateway } from '../gateway.ts';
import { untoldFacts } from './facts.ts';
import { isOfBankTransfer, pageOf, parsePageId } from './pages.ts';
import { freeReference, invoiceOfReference, takeReference } from './references.ts';
import { refundByBank } from './refund.ts';
import { forgetTold } from './untold.ts';

interface Office {
  readonly db: Database;
  readonly world: World;
  /** Whether orders are paid with real money; a bank has no other. */
  readonly livemode: boolean;
  /** The address of the site, and the key to an order's own pages. */
  readonly publicUrl: string;
  readonly tokenOf: (order: string) => string;
}

/** Rounds in which issuing or closing an invoice may meet other writers of it. */
const mostRounds = 8;

/**
 * Invoice and bank transfer behind the gateway's interface. The bank itself is asked nothing: its statement is
 * recorded by staff (`record.ts`), refunds are made by staff, and both are facts like those of any provider.
 */
export function bankTransferGateway(office: Office): Gateway {
  const { db, world, livemode } = office;
  return {
    owns: isOfBankTransfer,
    openCheckout: (request) => openCheckout(office, request),
    findCheckout: (id) => findCheckout(office, id),
    closeCheckout: (id) => closeCheckout(office, id),
    refund: (request) => refundByBank(office, request),
    // Staff see what the account has.
    available: async () => undefined,
    undelivered: () => untoldFacts(db, livemode),
    delivered: (fact) => forgetTold(db, world, fact),
  };
}

function shown(office: Office, invoice: Invoice, attempt: number): CheckoutPage {
  const { publicUrl, tokenOf } = office;
  return pageOf(invoice, attempt, `${publicUrl}/${invoice.locale}/orders/${tokenOf(invoice.order)}/invoice`);
}

async function openCheckout(
  office: Office,
  request: CheckoutRequest,
): Promise<CheckoutPage | CheckoutImpossible> {
  const { db, world } = office;
  const { order, attempt, expiresAt, locale } = request;
  for (let round = 0; round < mostRounds; round += 1) {
    const before = await readInvoice(db, order);
    if (before && (before.attempt >= attempt || before.state === 'paid'))
      return shown(office, before, attempt);
    const now = world.now().toISOString();
    if (expiresAt <= now) return { status: 'dead' };
    const reference = before?.reference ?? (await freeReference(db, order));
    const invoice: Omit<Invoice, 'version'> = {
      order,
      event: request.event,
      reference,
      attempt,
      state: 'open',
      amount: request.lines.reduce((sum, { amount }) => sum + amount, 0),
      currency: request.currency,
      locale,
      issuedAt: now,
      dueAt: expiresAt,
      received: before?.received ?? 0,
      parts: before?.parts ?? [],
    };
    await commit(db, world, [
      ...writeInvoice(before, invoice),
      ...(before ? [] : [takeReference(reference, order)]),
      mailDue({
        id: `${order}#invoice#${attempt}`,
        kind: 'invoice_issued',
        order,
        to: request.email,
        locale,
        createdAt: now,
      }),
    ]);
    // Written by this call or by another one: read again, it says the same to both.
  }
  throw new DatabaseBusy(`Issuing the invoice of order ${order} met other writers at every try.`);
}

async function findInvoice({ db }: Office, id: string): Promise<{ invoice: Invoice; attempt: number }> {
  const named = parsePageId(id);
  const invoice = named && (await invoiceOfReference(db, named.reference));
  if (!named || !invoice) throw new Error('The id is of no invoice.');
  return { invoice, attempt: named.attempt };
}

async function findCheckout(office: Office, id: string): Promise<CheckoutPage> {
  const { invoice, attempt } = await findInvoice(office, id);
  return shown(office, invoice, attempt);
}

/** What came for an invoice that closes is too little: staff must send it back, or give it to another order. */
function leftOver({ order, event, reference, attempt, received, currency }: Invoice, now: Date): Part[] {
  if (received === 0) return [];
  return [
    raiseMatter({
      kind: 'bank_transfer_unclear',
      fact: `${reference} closed ${attempt}`,
      raisedAt: now.toISOString(),
      about: { order, event },
      amount: { amount: received, currency },
      detail: 'invoice_closed',
    }),
  ];
}

async function closeCheckout(office: Office, id: string): Promise<CheckoutPage> {
  for (let round = 0; round < mostRounds; round += 1) {
    const { invoice, attempt } = await findInvoice(office, id);
    const page = shown(office, invoice, attempt);
    if (page.status !== 'open') return page;
    await commit(office.db, office.world, [
      ...writeInvoice(invoice, { ...invoice, state: 'closed' }),
      ...leftOver(invoice, office.world.now()),
    ]);
  }
  throw new DatabaseBusy(`Closing ${id} met other writers at every try.`);
}
