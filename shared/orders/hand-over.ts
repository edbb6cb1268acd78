import { createHash } from 'node:crypto';
import { isCalledOff } from '../catalogue/call-off.ts';
import { replaceRunner } from '../entries/entry.ts';
import { lockRunner, unlockRunner } from '../entries/runner-lock.ts';
import { finishTransfer, type Taker, type Transfer } from '../entries/transfer.ts';
import { bookParts } from '../ledger/book.ts';
import { type MailRequest, mailDue } from '../mail/outbox.ts';
import type { Part } from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import { amendLine } from './amend-line.ts';
import { attemptWithin } from './attempt.ts';
import { paidBooking, type ReceivedPayment } from './booking.ts';
import { entryToken } from './entry-tokens.ts';
import type { TransferFeeLine } from './lines.ts';
import { newOrder, type Order } from './order.ts';
import { type PaidRunner, paidRunner } from './paid-entry.ts';
import type { Shop } from './shop.ts';
import type { Keys } from './tokens.ts';

export const sendTo = ({ email, locale }: Transfer['to']) => ({ to: email, locale });

/** A mail about an entry. */
export function entryMail(
  { order, entry }: PaidRunner,
  createdAt: string,
  request: Omit<MailRequest, 'order' | 'entry' | 'createdAt'>,
): Part {
  return mailDue({ ...request, order: order.id, entry: entry.id, createdAt });
}

/** Hands an entry to who accepted it: with the parts `lock:<entry>` and `transfer`. */
export function handOverParts(
  keys: Keys,
  found: PaidRunner,
  transfer: Transfer,
  taker: Taker,
  now: Date,
): Part[] {
  const { order, line, entry } = found;
  const { number } = transfer;
  const at = now.toISOString();
  const name = { order: order.id, entry: entry.id };
  return [
    { ...amendLine(order, line, { lock: taker.lock }), name: 'changed order' },
    replaceRunner(order.id, entry, {
      runner: taker.runner,
      consentedAt: taker.consentedAt,
      version: number,
    }),
    finishTransfer(order.id, transfer),
    lockRunner(`lock:${entry.id}`, taker.lock, order.id),
    ...(line.lock === undefined ? [] : [unlockRunner('old lock', line.lock, order.id)]),
    entryMail(found, at, {
      id: `${entry.id}#transfer#${number}#done`,
      kind: 'transfer_done',
      ...sendTo(order.contact),
    }),
    entryMail(found, at, {
      id: `${entry.id}#transfer#${number}#received`,
      kind: 'entry_received',
      page: `/entries/${entryToken(keys, 'entry', { ...name, detail: String(number) })}`,
      ...sendTo({ email: taker.runner.email, locale: taker.locale }),
    }),
  ];
}

/**
 * Makes the order of the fee for handing an entry over, and notes it with the entry: for one transaction.
 * @param fee minor units.
 */
export function feeOrderParts(
  { order: of, event, line, entry }: PaidRunner,
  { number }: Transfer,
  fee: number,
  now: Date,
): Part[] {
  // One after another for the same offer: asking again finds the same.
  const id = derivedId('ord', entry.id, `transfer ${number}`, line.pending?.order ?? '-');
  const heldUntil = new Date(now.getTime() + event.holdMinutes * 60_000);
  const paid: TransferFeeLine = {
    kind: 'transferFee',
    of: { order: of.id, entry: entry.id },
    transfer: number,
    distance: line.distance,
    amount: fee,
  };
  const order: Order = {
    id,
    state: 'held',
    event: event.id,
    currency: of.currency,
    total: fee,
    lines: [paid],
    contact: of.contact,
    createdAt: now.toISOString(),
    heldUntil: heldUntil.toISOString(),
    attempt: attemptWithin(1, heldUntil),
    fingerprint: createHash('sha256').update(JSON.stringify(paid)).digest('base64url'),
  };
  return [{ ...newOrder(order), name: 'fee order' }, amendLine(of, line, { pending: { order: id } })];
}

/**
 * What the payment of the fee does besides making its order paid: the entry is handed over.
 * @returns undefined when the offer is over, or the entry no longer what it was: then nothing can be given.
 */
export async function paidFeeParts(
  shop: Shop & { readonly keys: Keys },
  order: Order,
  fee: TransferFeeLine,
  payment: ReceivedPayment,
  now: Date,
): Promise<Part[] | undefined> {
  const found = await handingOver(shop, fee);
  const { transfer } = found ?? {};
  const { taker } = transfer ?? {};
  const isOver =
    transfer?.state !== 'accepted' ||
    transfer.number !== fee.transfer ||
    taker?.distance !== found?.line.distance ||
    found?.line.pending?.order !== order.id;
  if (!found || isOver || !taker || isCalledOff(found.event)) return undefined;
  return [
    ...handOverParts(shop.keys, found, transfer, taker, now),
    ...bookParts(paidBooking(order, payment, found.event.zone)),
  ];
}

async function handingOver(shop: Shop, { of }: TransferFeeLine): Promise<PaidRunner | undefined> {
  try {
    return await paidRunner(shop, of.order, of.entry);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
