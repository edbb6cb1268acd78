import type { CatalogueDistance } from '../catalogue/schema.ts';
import { ageOn } from '../catalogue/time.ts';
import { reverse, sumRemaining } from '../charity/reverse.ts';
import type { DistanceChange } from '../contracts/changes.ts';
import type { FieldError } from '../contracts/problems.ts';
import { takePlace } from '../entries/places.ts';
import { runnerErrors } from '../entries/runner.ts';
import { bookParts } from '../ledger/book.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { amendLine } from './amend-line.ts';
import { changeOrderParts } from './change-order.ts';
import { ageRule, refuseOutsideWindow } from './check-order.ts';
import { differenceTo } from './difference.ts';
import { giveBack } from './give-back.ts';
import { type EntryLine, type OrderLine, reversible } from './lines.ts';
import { movedBooking, movedParts } from './move-entry.ts';
import { linesLess } from './order-money.ts';
import { type PaidRunner, paidRunner } from './paid-entry.ts';
import { pendingOrder } from './pending.ts';
import { type Chosen, type OrderDesk, PlaceSearch } from './place-order.ts';
import type { EntryName } from './transfers.ts';

/** Places tried before the runner is told to come back. */
const mostTries = 20;

/**
 * Moves a paid entry to another distance. Where that costs the same or less, in one transaction: a place there is taken,
 * the old one is free, the ledger counts fee and entry at the new distance, and the difference is owed back. Where it
 * costs more, a place there is held for an order of the difference, and the entry moves when that is paid. The projects
 * keep what the payment gave them, less their part of what comes back. An offer of the entry to somebody else is taken
 * back when it moves. Repeating a request that was carried out changes nothing.
 * @throws Refusal with the codes that the route `changeDistance` names.
 */
export async function changeDistance(desk: OrderDesk, name: EntryName, input: DistanceChange): Promise<void> {
  let search: PlaceSearch | undefined;
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const found = await paidRunner(desk, name.order, name.entry);
    const { event, line, entry } = found;
    if (line.distance === input.distance) return;
    const pending = await pendingOrder(desk, line);
    if (pending) {
      if (pending.lines.some(({ kind, ...to }) => kind === 'change' && sameDistance(to, input))) return;
      throw new Refusal('change_under_way');
    }
    const distance = refuseTarget(desk, found, input);
    const age = ageOn(event.raceDay, entry.runner.birthDate);
    search ??= new PlaceSearch(desk, event, [{ distance, age, input }]);
    const now = desk.world.now();
    const chosen = await asAsked(search.choose(now));
    const [place] = chosen;
    if (!place) throw new Refusal('sold_out', { distance: distance.id, field: 'distance' });
    const parts =
      differenceTo(line, place.price) > 0
        ? changeOrderParts(found, distance, place, input, now)
        : await moveParts(desk, found, place, now);
    const outcome = await commit(desk.db, desk.world, parts);
    if (outcome.done) return await search.took(chosen);
    if (outcome.refused.has('place')) await search.lost(chosen);
  }
  throw new DatabaseBusy('The change of distance met other writers at every try.');
}

const sameDistance = (to: object, { distance }: DistanceChange): boolean =>
  'distance' in to && to.distance === distance;

/** The move to a place that costs no more than the old one. */
async function moveParts(desk: OrderDesk, found: PaidRunner, to: Chosen, now: Date): Promise<Part[]> {
  const { whole, order, event, line, entry } = found;
  const { distance, n, price } = to;
  const moved = { distance, place: n, worth: price };
  const back = Math.min(-differenceTo(line, price), sumRemaining([reversible(line)]));
  const common = [
    ...movedParts(found, distance, now),
    takePlace(
      'place',
      { event: event.id, distance, n },
      { order: order.id, entry: entry.id, heldUntil: undefined },
      now,
    ),
  ];
  if (back === 0)
    return [amendLine(order, line, moved), ...common, ...bookParts(movedBooking(found, line, distance, now))];
  const [less = {}] = reverse(back, [reversible(line)]);
  const taken = order.lines.map((other) => (other === line ? less : {}));
  const { pending: _, ...rest } = line;
  const given = await giveBack(desk, whole, event, {
    fact: `${entry.id} moved ${entry.moves + 1} less`,
    reason: 'change',
    taken,
    lines: order.lines.map((other): OrderLine => (other === line ? { ...rest, ...moved } : other)),
  });
  return [...given.parts, ...common, ...bookParts(movedBooking(found, lineLess(line, less), distance, now))];
}

/** A line after more was taken back of it. */
function lineLess(line: EntryLine, less: Readonly<Record<string, number>>): EntryLine {
  const [after] = linesLess([line], [less]);
  return after?.kind === 'entry' ? after : line;
}

function refuseTarget(
  { world }: OrderDesk,
  { event, entry }: PaidRunner,
  input: DistanceChange,
): CatalogueDistance {
  if (entry.version > 0) throw new Refusal('entry_handed_over');
  const distance = event.distances.find(({ id }) => id === input.distance);
  const wrong = (field: string, code: FieldError['code'], limit?: FieldError['limit']) =>
    new Refusal('validation_failed', {
      errors: [{ field, code, ...(limit !== undefined && { limit }) }],
    });
  if (!distance) throw wrong('distance', 'distance_unknown');
  if (distance.kind !== 'individual') throw wrong('distance', 'not_an_option');
  if (input.price.currency !== event.currency)
    throw wrong('price.currency', 'currency_wrong', event.currency);
  // The runner is known and fits the old distance: what stands against the new one is the age.
  const [error] = runnerErrors(entry.runner, ageRule(event, distance), 'runner');
  if (error) throw wrong('distance', error.code, error.limit);
  refuseOutsideWindow(event, distance, 'distance', world.now());
  return distance;
}

/** What a search found, or refuses in the fields of this request. */
async function asAsked<Found>(search: Promise<Found>): Promise<Found> {
  try {
    return await search;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, detail } = error;
    if (code === 'sold_out') throw new Refusal(code, { ...detail, field: 'distance' });
    if (code !== 'price_changed') throw error;
    throw new Refusal(code, { prices: (detail.prices ?? []).map((found) => ({ ...found, field: 'price' })) });
  }
}
