import * as z from 'zod';
import { type Invoice, readInvoice } from '../../orders/invoice.ts';
import { type Database, getItem, type Part } from '../../platform/database.ts';
import { referenceOf } from './reference.ts';

const referenceItem = z.object({ order: z.string() });

const keyOf = (reference: string) => ({ pk: `reference#${reference}`, sk: 'reference' });

/** The order that has a reference. */
async function orderOfReference(db: Database, reference: string): Promise<string | undefined> {
  const item = await getItem(db, 'bank', keyOf(reference), { strong: true });
  return item && referenceItem.parse(item).order;
}

/** The invoice that has a reference. */
export async function invoiceOfReference(db: Database, reference: string): Promise<Invoice | undefined> {
  const order = await orderOfReference(db, reference);
  return order === undefined ? undefined : readInvoice(db, order);
}

/** A reference that no other order has at the moment. */
export async function freeReference(db: Database, order: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const reference = referenceOf(order, attempt);
    const owner = await orderOfReference(db, reference);
    if (owner === undefined || owner === order) return reference;
  }
}

/** Gives a reference to an order (part `reference`); refused when another order has it. */
export function takeReference(reference: string, order: string): Part {
  return {
    name: 'reference',
    table: 'bank',
    put: { ...keyOf(reference), order },
    condition: 'attribute_not_exists(pk) OR #order = :order',
    names: { '#order': 'order' },
    values: { ':order': order },
  };
}
