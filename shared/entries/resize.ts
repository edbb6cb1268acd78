import { catalogueEvent } from '../catalogue/schema.ts';
import { readStoredEvent, writeEvent } from '../catalogue/store.ts';
import type { Database, Part } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import type { World } from '../platform/world.ts';
import { recount } from './availability.ts';
import { markPlaces } from './mark-places.ts';
import { blockOf } from './places.ts';
import { readList } from './waiting-list.ts';

/** What changing the capacity came to. */
export interface Resized {
  readonly before: number;
  readonly capacity: number;
}

/** Rounds in which writing the catalogue may meet another edit of the event. */
const mostRounds = 5;

/**
 * Changes the capacity of a distance while entries are open. Lowering first retires the places above the new capacity,
 * so that a process that still knows the old one cannot sell them; whoever has one keeps it, and when it comes free it
 * is retired as well. Raising takes the places between out of retirement; with a waiting list they go to it. After an
 * interruption the same call goes on. Whoever takes a place out of retirement writes the event, with the same capacity
 * too: a lowering that was under way is refused by that, and retires again what it had.
 * @throws Refusal `event_unknown`, `distance_unknown`; `validation_failed` when a price is for places up to a number
 * that would not exist; `busy` when others keep changing the event.
 */
export async function resize(
  db: Database,
  world: World,
  {
    event,
    distance,
    capacity,
    also = () => [],
  }: {
    readonly event: string;
    readonly distance: string;
    readonly capacity: number;
    /** Parts of the transaction that changes the event: what is recorded with it. */
    readonly also?: (change: Resized) => readonly Part[];
  },
): Promise<Resized> {
  let hasOpened = false;
  for (let round = 0; round < mostRounds; round += 1) {
    const stored = await readStoredEvent(db, event);
    if (!stored) throw new Refusal('event_unknown');
    const current = stored.definition.distances.find(({ id }) => id === distance);
    if (!current) throw new Refusal('distance_unknown', { distance });
    const before = current.capacity;
    const smallest = Math.max(0, ...current.prices.map(({ upToPlace = 0 }) => upToPlace)) + 1;
    if (capacity < smallest)
      throw new Refusal('validation_failed', {
        errors: [{ field: 'capacity', code: 'too_small', limit: smallest }],
      });
    const definition = catalogueEvent.parse({
      ...stored.definition,
      distances: stored.definition.distances.map((other) =>
        other.id === distance ? { ...other, capacity } : other,
      ),
    });
    const where = { event, distance };
    await markPlaces(db, world, { ...where, from: capacity + 1, to: before }, () => 'retired');
    const { mode } = await readList(db, where);
    const keptFor = mode === 'closed' ? 'anyone' : 'list';
    const opened = await markPlaces(db, world, { ...where, from: 1, to: capacity }, (place) =>
      place?.onFree === 'retired' ? keptFor : 'same',
    );
    hasOpened ||= opened.length > 0;
    const added = await markPlaces(db, world, { ...where, from: before + 1, to: capacity }, () => keptFor);
    // Counted before the capacity is lower, whatever an interruption left to do: from then on only the count tells that
    // there are places beyond it.
    await recount(db, world, { ...where, blocks: [...blocksBetween(capacity, before), ...opened, ...added] });
    if (
      (capacity !== before || hasOpened) &&
      !(await writeEvent(db, world, definition, stored, false, { parts: also({ before, capacity }) }))
    )
      continue;
    return { before, capacity };
  }
  throw new Refusal('busy', { retryAfter: 1 });
}

/** The blocks of the places above a capacity and up to another. */
function blocksBetween(capacity: number, to: number): number[] {
  const [first, last] = [blockOf(capacity + 1), blockOf(to)];
  return to <= capacity ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
