import type { Invoice } from '../../orders/invoice.ts';

/** Bank payments that one invoice may be paid in; what comes in more is for staff to look at. */
export const mostParts = 20;

/**
 * What a bank payment is to an invoice:
 * - `unclear`: nothing that can be told without a person.
 * - `part`: some of its amount; more is awaited.
 * - `completes`: with it all of the amount has come; `excess` of it was not asked for.
 * - `surplus`: the amount had come before, so all of this one is owed back.
 */
export type Match =
  | { readonly is: 'unclear' | 'part' | 'surplus' }
  | { readonly is: 'completes'; readonly excess: number };

/**
 * Matches an amount to an invoice. A closed invoice is matched too: money that comes late counts, and what becomes of
 * it is decided with the order.
 */
export function match(
  { amount, currency }: { readonly amount: number; readonly currency: string },
  invoice: Invoice | undefined,
): Match {
  if (!invoice || invoice.currency !== currency) return { is: 'unclear' };
  if (invoice.state === 'paid') return { is: 'surplus' };
  if (invoice.parts.length >= mostParts) return { is: 'unclear' };
  const excess = invoice.received + amount - invoice.amount;
  return excess < 0 ? { is: 'part' } : { is: 'completes', excess };
}
