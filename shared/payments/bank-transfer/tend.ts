import { mailDue } from '../../mail/outbox.ts';
import {
  type DueInvoice,
  type Invoice,
  invoicesDue,
  readInvoice,
  remindedPart,
} from '../../orders/invoice.ts';
import { type Order, readOrder } from '../../orders/order.ts';
import { isWaiting } from '../../orders/states.ts';
import { commit } from '../../platform/database.ts';
import { endHold } from '../end-hold.ts';
import type { Till } from '../till.ts';
import { pageId } from './pages.ts';

const day = 86_400_000;
/** No event reminds earlier than this. */
const longestRemind = 14 * day;

/** What was done about open invoices. */
export interface TendedInvoices {
  readonly ended: number;
  readonly reminded: number;
  readonly failed: number;
}

/**
 * Ends the orders whose time for the transfer is over, also those that have no place by which the sweep would find
 * them, and reminds the buyers whose time is about to be. One that fails does not keep the others waiting.
 */
export async function tendInvoices(till: Till): Promise<TendedInvoices> {
  const now = till.world.now();
  const done = { ended: 0, reminded: 0, failed: 0 };
  for (const due of await invoicesDue(till.db, new Date(now.getTime() + longestRemind)))
    try {
      if (due.dueAt <= now.toISOString()) done.ended += (await endInvoice(till, due.order)) ? 1 : 0;
      else if (!due.reminded) done.reminded += (await remind(till, due)) ? 1 : 0;
    } catch (error) {
      done.failed += 1;
      till.log('an invoice could not be tended yet', {
        order: due.order,
        why: error instanceof Error ? error.name : 'unknown',
      });
    }
  return done;
}

/** Ends an order with its invoice; an order that is over by other means leaves an invoice that is only to be closed. */
async function endInvoice(till: Till, order: string): Promise<boolean> {
  if (!(await endHold(till, order))) return false;
  const invoice = await readInvoice(till.db, order);
  if (invoice?.state === 'open') await till.gateway.closeCheckout(pageId(invoice, invoice.attempt));
  return true;
}

async function remind(till: Till, due: DueInvoice): Promise<boolean> {
  const [order, invoice] = await Promise.all([
    readOrder(till.db, due.order),
    readInvoice(till.db, due.order),
  ]);
  if (!order || !invoice || !isWaiting(order.state)) return false;
  const from = await remindFrom(till, order, invoice);
  const now = till.world.now();
  if (from === undefined || from > now.getTime()) return false;
  const outcome = await commit(till.db, till.world, [
    remindedPart(due),
    mailDue({
      id: `${order.id}#reminder#${invoice.attempt}`,
      kind: 'invoice_reminder',
      order: order.id,
      to: order.contact.email,
      locale: order.contact.locale,
      createdAt: now.toISOString(),
    }),
  ]);
  return outcome.done;
}

/** From when the buyer is to be reminded; undefined where the invoice was issued later than that. */
async function remindFrom({ catalogue }: Till, order: Order, invoice: Invoice): Promise<number | undefined> {
  const event = await catalogue.event(order.event);
  if (!event?.bankTransfer) return undefined;
  const from = Date.parse(invoice.dueAt) - event.bankTransfer.remindDays * day;
  return Date.parse(invoice.issuedAt) < from ? from : undefined;
}
