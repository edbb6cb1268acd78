import { createHash } from 'node:crypto';
import { isCalledOff } from '../catalogue/call-off.ts';
import type { CatalogueDistance } from '../catalogue/schema.ts';
import { allocateFee } from '../charity/allocate.ts';
import type { DistanceChange } from '../contracts/changes.ts';
import type { FieldError } from '../contracts/problems.ts';
import { handPlace, takePlace } from '../entries/places.ts';
import { bookParts } from '../ledger/book.ts';
import type { Part } from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import { amendLine } from './amend-line.ts';
import { attemptWithin } from './attempt.ts';
import { paidBooking, type ReceivedPayment } from './booking.ts';
import { differenceTo, worthOf } from './difference.ts';
import type { ChangeLine, EntryLine } from './lines.ts';
import { movedParts, movedPostings } from './move-entry.ts';
import { newOrder, type Order } from './order.ts';
import { type PaidRunner, paidRunner } from './paid-entry.ts';
import type { Chosen } from './place-order.ts';
import type { Shop } from './shop.ts';
import { isWaiting } from './states.ts';

/** Changes of one entry that can be paid: all of their orders end with it, in one transaction. */
const mostExtras = 8;

/**
 * Holds a place that costs more for an entry, with the order of the difference, and notes that order with the entry: for
 * one transaction, with the part `place`.
 * @throws Refusal `validation_failed` for the project.
 */
export function changeOrderParts(
  { order: of, event, line, entry }: PaidRunner,
  distance: CatalogueDistance,
  { n, price }: Chosen,
  input: DistanceChange,
  now: Date,
): Part[] {
  if ((line.extras?.length ?? 0) >= mostExtras)
    throw new Refusal('validation_failed', { errors: [{ field: 'distance', code: 'not_an_option' }] });
  // One after another for the same entry as it is now: asking again for the same finds the same.
  const id = derivedId('ord', entry.id, `change ${entry.moves}`, line.pending?.order ?? '-');
  const amount = differenceTo(line, price);
  const heldUntil = new Date(now.getTime() + event.holdMinutes * 60_000);
  const order: Order = {
    id,
    state: 'held',
    event: event.id,
    currency: of.currency,
    total: amount,
    lines: [
      {
        kind: 'change',
        of: { order: of.id, entry: entry.id },
        distance: distance.id,
        place: n,
        amount,
        ruleVersion: distance.allocation.version,
        shares: allocateFee(amount, distance.allocation, projectOf(distance, line, input)),
      },
    ],
    contact: of.contact,
    createdAt: now.toISOString(),
    heldUntil: heldUntil.toISOString(),
    attempt: attemptWithin(1, heldUntil),
    fingerprint: createHash('sha256').update(JSON.stringify(input)).digest('base64url'),
  };
  return [
    { ...newOrder(order), name: 'change order' },
    amendLine(of, line, { pending: { order: id } }),
    takePlace(
      'place',
      { event: event.id, distance: distance.id, n },
      { order: id, entry: entry.id, heldUntil: order.heldUntil },
      now,
    ),
  ];
}

/** The project for the charity part of a difference: the entry's own where the distance offers it, else the one asked for. */
function projectOf(
  { allocation: { to } }: CatalogueDistance,
  { shares }: EntryLine,
  { project }: DistanceChange,
): string | undefined {
  const wrong = (code: FieldError['code']) =>
    new Refusal('validation_failed', { errors: [{ field: 'project', code }] });
  if (to.chosenBy !== 'runner') {
    if (project !== undefined) throw wrong('project_not_offered');
    return undefined;
  }
  const chosen = project ?? shares.find((share) => to.projects.includes(share.project))?.project;
  if (chosen === undefined) throw wrong('project_required');
  if (!to.projects.includes(chosen)) throw wrong('project_unknown');
  return chosen;
}

/**
 * What the payment of a change does besides making its order paid: the new place is the entry's, the old one is free,
 * and the ledger has the difference and counts the entry at its new distance. For the transaction that makes the order
 * paid, with the part `place:<entry>`.
 * @param change the line with the place that it gets.
 * @returns undefined when the entry is no longer what it was when the change was asked for: then nothing can be given.
 */
export async function paidChangeParts(
  shop: Shop,
  order: Order,
  change: ChangeLine,
  payment: ReceivedPayment,
  now: Date,
): Promise<Part[] | undefined> {
  const found = await changing(shop, order, change);
  if (!found) return undefined;
  const { order: of, event, line } = found;
  const { distance, place: n, amount } = change;
  const place = { event: order.event, distance, n };
  const name = `place:${change.of.entry}`;
  const booking = paidBooking({ ...order, lines: [change] }, payment, event.zone);
  return [
    {
      ...amendLine(of, line, {
        distance,
        place: n,
        worth: worthOf(line) + amount,
        extras: [...(line.extras ?? []), order.id],
      }),
      name: 'changed order',
    },
    ...movedParts(found, distance, now),
    isWaiting(order.state) && isPlaceOf(order, change)
      ? handPlace(name, place, order.id, of.id)
      : takePlace(name, place, { order: of.id, entry: change.of.entry, heldUntil: undefined }, now),
    ...bookParts({
      ...booking,
      postings: [...booking.postings, ...movedPostings(line, distance)],
      entries: { [line.distance]: -1, [distance]: 1 },
    }),
  ];
}

const isPlaceOf = ({ lines }: Order, { place }: ChangeLine): boolean =>
  lines.some((line) => line.kind === 'change' && line.place === place);

/** The entry of a change, if it still waits for this one. */
async function changing(shop: Shop, { id }: Order, { of }: ChangeLine): Promise<PaidRunner | undefined> {
  try {
    const found = await paidRunner(shop, of.order, of.entry);
    const isSame = found.line.pending?.order === id && found.entry.version === 0;
    return isSame && !isCalledOff(found.event) ? found : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
