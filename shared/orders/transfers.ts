import { eventRef } from '../catalogue/call-off.ts';
import type { EntryView, ParticipantInput, TransferInput, TransferView } from '../contracts/changes.ts';
import { storedRunner } from '../entries/entry.ts';
import { fullName, shortName } from '../entries/names.ts';
import { runnerErrors, runnerLockId } from '../entries/runner.ts';
import { lockHolder } from '../entries/runner-lock.ts';
import {
  acceptTransfer,
  cancelTransfer,
  isUndecided,
  newTransfer,
  type Taker,
  type Transfer,
  transferUntil,
} from '../entries/transfer.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { lineStands } from './amend-line.ts';
import { ageRule, consentErrors } from './check-order.ts';
import { entryToken } from './entry-tokens.ts';
import { entryMail, feeOrderParts, handOverParts, sendTo } from './hand-over.ts';
import { makeWay } from './make-way.ts';
import { type PaidRunner, paidRunner } from './paid-entry.ts';
import { pendingOrder } from './pending.ts';
import type { OrderDesk } from './place-order.ts';
import { type Keys, ticketOf } from './tokens.ts';

/** An entry within its order. */
export interface EntryName {
  readonly order: string;
  readonly entry: string;
}

/** One offer of an entry. */
export interface OfferName extends EntryName {
  readonly number: number;
}

type Desk = Pick<OrderDesk, 'db' | 'world' | 'catalogue' | 'keys'>;

/** Rounds in which a step may meet other writers of the same entry. */
const mostRounds = 8;

/**
 * Offers an entry to somebody, in place of an offer made before, and mails them. An offer to the same address that
 * still waits is left as it is: repeating the request sends no second mail.
 * @throws Refusal `entry_unknown`, `order_not_paid`, `entry_handed_over` or `transfer_closed`.
 */
export async function askTransfer(desk: Desk, name: EntryName, { to }: TransferInput): Promise<void> {
  await rounds(async () => {
    const found = await transferable(desk, name);
    const { order, line, transfer } = found;
    if (transfer?.state === 'asked' && transfer.to.email === to.email && transfer.to.locale === to.locale)
      return true;
    const now = desk.world.now().toISOString();
    const number = (transfer?.number ?? 0) + 1;
    const next: Transfer = { entry: name.entry, number, state: 'asked', to, askedAt: now };
    const { done } = await commit(desk.db, desk.world, [
      lineStands(order, line),
      newTransfer(order.id, next, transfer),
      entryMail(found, now, {
        id: `${name.entry}#transfer#${number}#offer`,
        kind: 'transfer_offer',
        page: transferPage(desk.keys, { ...name, number }),
        ...sendTo(to),
      }),
    ]);
    return done;
  });
}

/**
 * The new runner accepts an offer: their details are kept with it until the holder of the order confirms, and the
 * holder is mailed. Nothing of the entry changes yet.
 * @throws Refusal with the codes that the route `acceptTransfer` names.
 */
export async function acceptOffer(desk: OrderDesk, name: OfferName, input: ParticipantInput): Promise<void> {
  await rounds(async () => {
    const found = await transferable(desk, name);
    const { order, event, distance, line, transfer } = found;
    const lock = runnerLockId(desk.keys.runnerLock, event.id, input.runner);
    if (transfer?.number !== name.number) throw new Refusal('transfer_over');
    if (transfer.state === 'accepted' && transfer.taker?.lock === lock) return true;
    if (transfer.state !== 'asked') throw new Refusal('transfer_over');
    const errors = [
      ...consentErrors(input.consents, ''),
      ...runnerErrors(input.runner, ageRule(event, distance), 'runner'),
    ];
    if (errors.length > 0) throw new Refusal('validation_failed', { errors });
    // The lock is taken when the holder confirms; who has an entry already hears it now.
    if (await lockHolder(desk.db, lock)) {
      await makeWay(desk, lock, 'runner');
      return false;
    }
    const now = desk.world.now().toISOString();
    const taker: Taker = {
      runner: storedRunner(input.runner),
      locale: input.locale,
      lock,
      consentedAt: now,
      distance: line.distance,
    };
    const { done } = await commit(desk.db, desk.world, [
      lineStands(order, line),
      acceptTransfer(order.id, transfer, taker),
      entryMail(found, now, {
        id: `${name.entry}#transfer#${name.number}#confirm`,
        kind: 'transfer_confirm',
        ...sendTo(order.contact),
      }),
    ]);
    return done;
  });
}

/**
 * The holder of the order hands the entry over, in one transaction: its runner, the lock of the old one and of the
 * new one, and the mails to both. The place, the price and what it gave to charity stay. The ticket of before is no
 * longer valid, since the entry's version is part of it. Where the event takes a fee, an order of it is made instead,
 * and its payment hands the entry over.
 * @throws Refusal with the codes that the route `confirmTransfer` names.
 */
export async function confirmTransfer(desk: OrderDesk, name: OfferName): Promise<void> {
  await rounds(async () => {
    const found = await paidRunner(desk, name.order, name.entry);
    const { line, transfer } = found;
    if (transfer?.number !== name.number) throw new Refusal('transfer_over');
    if (transfer.state === 'done') return true;
    refuseLate(desk, found);
    const { taker } = transfer;
    // What was accepted is the entry as it was then.
    if (transfer.state !== 'accepted' || taker?.distance !== line.distance)
      throw new Refusal('transfer_over');
    const now = desk.world.now();
    const { transferFee: fee } = found.event;
    if (fee !== undefined) {
      const pending = await pendingOrder(desk, line);
      if (pending?.lines.some((paid) => paid.kind === 'transferFee' && paid.transfer === name.number))
        return true;
      if (pending) throw new Refusal('change_under_way');
      // Who has an entry already is not asked to be paid for.
      if (await lockHolder(desk.db, taker.lock)) {
        await makeWay(desk, taker.lock, 'runner');
        return false;
      }
      return (await commit(desk.db, desk.world, feeOrderParts(found, transfer, fee, now))).done;
    }
    const outcome = await commit(desk.db, desk.world, handOverParts(desk.keys, found, transfer, taker, now));
    if (outcome.done) return true;
    if (outcome.refused.has(`lock:${name.entry}`) && !outcome.refused.has('transfer'))
      await makeWay(desk, taker.lock, 'runner');
    return false;
  });
}

/**
 * The holder of the order takes an offer back; nothing when that happened before.
 * @throws Refusal `entry_unknown`, `order_not_paid` or `transfer_over`.
 */
export async function cancelOffer(desk: Desk, name: OfferName): Promise<void> {
  await rounds(async () => {
    const { order, line, transfer } = await paidRunner(desk, name.order, name.entry);
    if (transfer?.number !== name.number) throw new Refusal('transfer_over');
    if (transfer.state === 'cancelled') return true;
    if (!isUndecided(transfer)) throw new Refusal('transfer_over');
    const { done } = await commit(desk.db, desk.world, [
      lineStands(order, line),
      cancelTransfer(order.id, transfer),
    ]);
    return done;
  });
}

/**
 * An offer, as the person it was made to sees it. One that a later offer replaced is shown as cancelled.
 * @throws Refusal `transfer_unknown` or `order_not_paid`.
 */
export async function loadTransferView(
  desk: Pick<Desk, 'db' | 'catalogue' | 'keys'>,
  name: OfferName,
): Promise<TransferView> {
  const { event, distance, entry, transfer } = await paidRunner(desk, name.order, name.entry);
  if (!transfer) throw new Refusal('transfer_unknown');
  const isThis = transfer.number === name.number;
  return {
    token: transferToken(desk.keys, name),
    state: isThis ? transfer.state : 'cancelled',
    event: eventRef(event),
    distance: distance.id,
    distanceName: distance.name,
    startsAt: distance.startsAt,
    minAge: distance.minAge,
    ...(distance.maxAge !== undefined && { maxAge: distance.maxAge }),
    ...(isThis && isUndecided(transfer) && { from: shortName(entry.runner) }),
    until: transferUntil(event),
    ...(event.rulesUrl !== undefined && { rulesUrl: event.rulesUrl }),
  };
}

/**
 * An entry, for the runner to whom it was handed.
 * @param version the number of the transfer by which they have it: a link of before opens nothing.
 * @throws Refusal `entry_unknown` or `order_not_paid`.
 */
export async function loadEntryView(
  desk: Pick<Desk, 'db' | 'catalogue' | 'keys'>,
  name: EntryName,
  version: number,
): Promise<EntryView> {
  const { event, distance, entry, line } = await paidRunner(desk, name.order, name.entry);
  if (entry.version !== version) throw new Refusal('entry_unknown');
  return {
    token: entryToken(desk.keys, 'entry', { ...name, detail: String(version) }),
    event: eventRef(event),
    distance: distance.id,
    distanceName: distance.name,
    startsAt: distance.startsAt,
    place: line.place,
    runnerName: fullName(entry.runner),
    ticket: ticketOf(desk.keys, event.id, entry.id, line.place, version),
  };
}

async function rounds(step: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) if (await step()) return;
  throw new DatabaseBusy('The entry met other writers at every try.');
}

/** An entry that may be handed over now. */
async function transferable(desk: Desk, name: EntryName): Promise<PaidRunner> {
  const found = await paidRunner(desk, name.order, name.entry);
  if (found.entry.version > 0) throw new Refusal('entry_handed_over');
  refuseLate(desk, found);
  return found;
}

function refuseLate({ world }: Pick<Desk, 'world'>, { event }: PaidRunner): void {
  if (world.now().getTime() >= Date.parse(transferUntil(event))) throw new Refusal('transfer_closed');
}

function transferToken(keys: Keys, { number, ...name }: OfferName): string {
  return entryToken(keys, 'transfer', { ...name, detail: String(number) });
}

const transferPage = (keys: Keys, name: OfferName): string => `/transfers/${transferToken(keys, name)}`;
