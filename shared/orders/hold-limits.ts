import type { BankTransferRules } from '../catalogue/bank-transfer.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { Payer } from '../contracts/payers.ts';
import { freeSlot, readSlots, type Slot } from '../entries/slots.ts';
import { keyedDigest } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import { totalOf } from './check-order.ts';
import { type Order, readOrder } from './order.ts';
import type { OrderDesk, OrderRequest } from './place-order.ts';
import type { Shop } from './shop.ts';
import { isWaiting } from './states.ts';
import type { Keys } from './tokens.ts';

/** Seconds to wait where no slot says when it will be free. */
const defaultDelay = 60;

/**
 * A slot for each limit on unpaid holds that applies to a request: exact, without a counter, as an order takes a slot
 * in its own transaction. A slot needs no giving back: it is free once its order is no longer waiting to be paid.
 * Orders without entries hold nothing and free ones are never unpaid: neither is limited.
 *
 * A mail address has seldom ordered before, so its slot is guessed at first and read only when the guess was refused;
 * a network address may be that of many, and its slots are read.
 * @param refused whether a slot chosen before was refused: then nothing is guessed.
 * @throws Refusal `too_many_holds`
 */
export async function chooseSlots(
  desk: OrderDesk,
  event: CatalogueEvent,
  { input, client }: OrderRequest,
  { refused }: { refused: boolean },
): Promise<Slot[]> {
  if (input.entries.length === 0 || totalOf(input) === 0) return [];
  const { unpaidHoldsPerMail, unpaidHoldsPerClient } = event.limits;
  const digest = (kind: string, name: string) => keyedDigest(desk.keys.runnerLock, kind, event.id, name);
  const mail = digest('mail', mailbox(input.contact.email));
  return Promise.all([
    refused
      ? chooseSlot(desk, mail, unpaidHoldsPerMail)
      : { owner: mail, number: 1 + Math.floor(desk.world.random() * unpaidHoldsPerMail) },
    ...(client === undefined || unpaidHoldsPerClient === undefined
      ? []
      : [chooseSlot(desk, digest('client', client), unpaidHoldsPerClient)]),
  ]);
}

/** An address without the part after a plus sign, which most providers deliver to the same person. */
export function mailbox(email: string): string {
  return email.replace(/\+[^@]*@/, '@');
}

/**
 * The slots that an order takes when it is to wait for a bank transfer, which is long: one of the event's, one of its
 * payer's, and one of its buyer's, who could name another payer each time. Those that it has it keeps.
 * @throws Refusal `too_many_holds`
 */
export function chooseTransferSlots(
  shop: Pick<Shop, 'db' | 'world'> & { readonly keys: Pick<Keys, 'runnerLock'> },
  rules: Pick<BankTransferRules, 'unpaidOrders' | 'unpaidPerPayer'>,
  { id, event, contact }: Pick<Order, 'id' | 'event' | 'contact'>,
  payer: Payer,
): Promise<Slot[]> {
  const digest = (...parts: string[]) => keyedDigest(shop.keys.runnerLock, 'transfer', event, ...parts);
  return Promise.all([
    chooseSlot(shop, digest(), rules.unpaidOrders, id),
    chooseSlot(shop, digest(payer.businessId), rules.unpaidPerPayer, id),
    chooseSlot(shop, digest('mail', mailbox(contact.email)), rules.unpaidPerPayer, id),
  ]);
}

async function chooseSlot(
  { db, world }: Pick<Shop, 'db' | 'world'>,
  owner: string,
  count: number,
  order?: string,
): Promise<Slot> {
  const slots = await readSlots(db, owner, count);
  const own = slots.find(({ holder }) => holder !== undefined && holder === order);
  if (own) return own;
  const chosen = await freeSlot(world, slots, async (id) => {
    const order = await readOrder(db, id);
    return order !== undefined && isWaiting(order.state);
  });
  if (chosen) return chosen;
  const [first = ''] = slots.flatMap(({ until }) => until ?? []).sort();
  const seconds = Math.ceil((Date.parse(first) - world.now().getTime()) / 1000);
  throw new Refusal('too_many_holds', { retryAfter: seconds > 0 ? seconds : defaultDelay });
}
