import { dayIn } from '../catalogue/time.ts';
import type { DistanceChange } from '../contracts/changes.ts';
import type { FieldError } from '../contracts/problems.ts';
import { moveEntry } from '../entries/entry.ts';
import { freePlace, takePlace } from '../entries/places.ts';
import { runnerErrors } from '../entries/runner.ts';
import { cancelTransfer, isUndecided } from '../entries/transfer.ts';
import { bookParts } from '../ledger/book.ts';
import type { LedgerTransaction, Posting } from '../ledger/transaction.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { amendLine } from './amend-line.ts';
import { ageRule, refuseOutsideWindow } from './check-order.ts';
import { creditsOf, type EntryLine } from './lines.ts';
import { type PaidRunner, paidRunner } from './paid-entry.ts';
import { type OrderDesk, PlaceSearch } from './place-order.ts';
import type { EntryName } from './transfers.ts';

/** Places tried before the runner is told to come back. */
const mostTries = 20;

/**
 * Moves a paid entry to another distance that costs what was paid, in one transaction: a place there is taken, the
 * old one is free, and the ledger counts fee and entry at the new distance. The projects keep what the payment gave
 * them: the runner was told so when paying. An offer of the entry to somebody else is taken back. Repeating a request that was carried out changes nothing.
 * @throws Refusal with the codes that the route `changeDistance` names.
 */
export async function changeDistance(desk: OrderDesk, name: EntryName, input: DistanceChange): Promise<void> {
  let search: PlaceSearch | undefined;
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const found = await paidRunner(desk, name.order, name.entry);
    const { order, event, line, entry, transfer } = found;
    if (line.distance === input.distance) return;
    const distance = refuseTarget(desk, found, input);
    search ??= new PlaceSearch(desk, event, [{ distance, input }]);
    const now = desk.world.now();
    const chosen = await atSamePrice(search.choose(now));
    const [place] = chosen;
    if (!place) throw new Refusal('sold_out', { distance: distance.id, field: 'distance' });
    const outcome = await commit(desk.db, desk.world, [
      amendLine(order, line, { distance: distance.id, place: place.n }),
      moveEntry(order.id, entry, distance.id),
      // Somebody else was offered the entry as it was.
      ...(transfer && isUndecided(transfer) ? [cancelTransfer(order.id, transfer)] : []),
      takePlace(
        'place',
        { event: event.id, distance: distance.id, n: place.n },
        { order: order.id, entry: entry.id, heldUntil: undefined },
        now,
      ),
      freePlace('old place', { event: event.id, distance: line.distance, n: line.place }, order.id),
      ...bookParts(movedBooking(found, distance.id, now)),
      mailDue({
        id: `${entry.id}#moved#${entry.moves + 1}`,
        kind: 'entry_changed',
        order: order.id,
        entry: entry.id,
        to: order.contact.email,
        locale: order.contact.locale,
        createdAt: now.toISOString(),
      }),
    ]);
    if (outcome.done) return await search.took(chosen);
    if (outcome.refused.has('place')) await search.lost(chosen);
  }
  throw new DatabaseBusy('The change of distance met other writers at every try.');
}

function refuseTarget({ world }: OrderDesk, { event, line, entry }: PaidRunner, input: DistanceChange) {
  if (entry.version > 0) throw new Refusal('entry_handed_over');
  const distance = event.distances.find(({ id }) => id === input.distance);
  const wrong = (code: FieldError['code'], limit?: FieldError['limit']) =>
    new Refusal('validation_failed', {
      errors: [{ field: 'distance', code, ...(limit !== undefined && { limit }) }],
    });
  if (!distance) throw wrong('distance_unknown');
  if (distance.kind !== 'individual') throw wrong('not_an_option');
  // The runner is known and fits the old distance: what stands against the new one is the age.
  const [error] = runnerErrors(entry.runner, ageRule(event, distance), 'runner');
  if (error) throw wrong(error.code, error.limit);
  refuseOutsideWindow(event, distance, 'distance', world.now());
  if (input.price.amount !== line.price || input.price.currency !== event.currency)
    throw new Refusal('price_differs', { distance: distance.id });
  return distance;
}

/** What a search found; another price than the one paid is no offer. */
async function atSamePrice<Chosen>(search: Promise<Chosen>): Promise<Chosen> {
  try {
    return await search;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'price_changed') throw error;
    const { distance } = error.detail.prices?.[0] ?? {};
    throw new Refusal('price_differs', { ...(distance !== undefined && { distance }) });
  }
}

/** The ledger transaction that takes a line's postings from its distance to another; every account stays as it was. */
function movedBooking(
  { order, event, line, entry }: PaidRunner,
  distance: string,
  now: Date,
): LedgerTransaction {
  return {
    fact: `${entry.id} moved ${entry.moves + 1}`,
    // With the payment that it corrects, so that the key does not depend on the clock.
    keyDay: (order.payment?.at ?? order.createdAt).slice(0, 10),
    event: order.event,
    order: order.id,
    currency: order.currency,
    occurredAt: now.toISOString(),
    day: dayIn(event.zone, now),
    postings: [...credited(line, line.distance, 1), ...credited(line, distance, -1)],
    entries: { [line.distance]: -1, [distance]: 1 },
  };
}

function credited(line: EntryLine, distance: string, sign: 1 | -1): Posting[] {
  return creditsOf({ ...line, distance }).map(({ amount, ...credit }) => ({
    ...credit,
    amount: sign * amount,
  }));
}
