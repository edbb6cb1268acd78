import { bankTransferUntil } from '../catalogue/bank-transfer.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { Payer } from '../contracts/payers.ts';
import { takeSlot } from '../entries/slots.ts';
import { type Attempt, attemptWithin, holdFor } from '../orders/attempt.ts';
import { holdPlaces } from '../orders/extend-hold.ts';
import { chooseTransferSlots } from '../orders/hold-limits.ts';
import { readInvoice } from '../orders/invoice.ts';
import { moveOrder, type Order } from '../orders/order.ts';
import { commit, type Part } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import type { Till } from './till.ts';

/** How a buyer wants to pay: by card, or by an invoice that is made out to a payer. */
export type MethodChoice =
  | { readonly method: 'card' }
  | { readonly method: 'bank_transfer'; readonly payer: Payer };

/**
 * Begins an attempt by another method, with a hold as long as that takes, in one transaction. The page that
 * was shown last is named in the new one, and closed before the new one has a page.
 * @returns false when the order is no longer as it was read.
 * @throws Refusal `transfer_not_offered`, `transfer_begun`, `too_many_holds`, or `order_not_payable` when a place of
 * the order is gone.
 */
export async function changeMethod(
  till: Till,
  order: Order & { readonly attempt: Attempt },
  event: CatalogueEvent,
  choice: MethodChoice,
): Promise<boolean> {
  const heldUntil = await holdOf(till, order, event, choice);
  // An attempt without a page has not closed the page before it: that is still to be done.
  const replaces = order.session?.id ?? order.attempt.replaces;
  const attempt: Attempt = {
    ...attemptWithin(order.attempt.number + 1, heldUntil),
    method: choice.method,
    ...(replaces !== undefined && { replaces }),
  };
  const { payer } = choice.method === 'bank_transfer' ? choice : order;
  const until = heldUntil.toISOString();
  const outcome = await commit(till.db, till.world, [
    moveOrder(order.id, 'checkout_started', {
      set: { attempt, heldUntil: until, ...(payer && { payer }) },
      remove: ['#session'],
      condition: `attempt.#number = :before AND ${
        order.session ? '#session.id = :session' : 'attribute_not_exists(#session)'
      }`,
      names: { '#number': 'number', '#session': 'session' },
      values: { ':before': order.attempt.number, ...(order.session && { ':session': order.session.id }) },
    }),
    ...holdPlaces(order, until),
    ...(await slotParts(till, order, event, choice, until)),
  ]);
  if (outcome.done) return true;
  if ([...outcome.refused].some((part) => part.startsWith('place:'))) throw new Refusal('order_not_payable');
  return false;
}

async function holdOf(
  till: Till,
  order: Order,
  event: CatalogueEvent,
  { method }: MethodChoice,
): Promise<Date> {
  const now = till.world.now();
  if (method === 'bank_transfer') {
    const until = bankTransferUntil({ event, createdAt: order.createdAt, total: order.total }, now);
    if (!until) throw new Refusal('transfer_not_offered');
    return holdFor(until);
  }
  const invoice = await readInvoice(till.db, order.id);
  if (invoice && invoice.received > 0) throw new Refusal('transfer_begun');
  return new Date(now.getTime() + event.holdMinutes * 60_000);
}

async function slotParts(
  till: Till,
  order: Order,
  { bankTransfer }: CatalogueEvent,
  choice: MethodChoice,
  until: string,
): Promise<Part[]> {
  if (choice.method !== 'bank_transfer' || !bankTransfer) return [];
  const slots = await chooseTransferSlots(till, bankTransfer, order, choice.payer);
  return slots.map((slot, index) => takeSlot(`slot:${index}`, slot, order.id, until));
}
