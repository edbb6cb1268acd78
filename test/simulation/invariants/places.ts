import { runnerLockId } from '../../../shared/entries/runner.ts';
import { entryLines } from '../../../shared/orders/order.ts';
import { isWaiting, type OrderState } from '../../../shared/orders/states.ts';
import type { Keys } from '../../../shared/orders/tokens.ts';
import type { State } from './state.ts';

/** States in which an order has its places and its runners' locks. */
const isLive = (state: OrderState) => state === 'paid' || isWaiting(state);

/** Every place has at most one owner, and every live entry has its place: nobody is without one, nothing is sold twice. */
export function* placesAreRight({ event, places, orders }: State): Generator<string> {
  const of = new Map<string, string>();
  for (const item of places) {
    const { pk, n, order, entry, free, offeredTo, onFree } = item;
    const [, distance = ''] = String(pk).split('#');
    const name = `place ${n} of ${distance}`;
    const capacity = event.distances.find(({ id }) => id === distance)?.capacity ?? 0;
    if (free === true) {
      if (order !== undefined || offeredTo !== undefined) yield `${name} is free and somebody's`;
      if (Number(n) > capacity && onFree !== 'retired')
        yield `${name} is free beyond the capacity ${capacity}`;
      continue;
    }
    if ((order === undefined) === (offeredTo === undefined)) yield `${name} is neither free, nor one owner's`;
    if (order === undefined) continue;
    const owner = orders.get(String(order));
    const line = owner && entryLines(owner).find((found) => found.entry === entry);
    if (!owner || !line) yield `${name} names an order that does not have it: ${order}`;
    else if (!isLive(owner.state)) yield `${name} is kept by the order ${order}, which is ${owner.state}`;
    else if (line.distance !== distance || line.place !== n)
      yield `${name} is of ${entry}, whose line says ${line.place} of ${line.distance}`;
    if (owner?.state === 'paid' && item.heldUntil !== undefined)
      yield `${name} is paid and still held until a moment`;
    const other = of.get(String(entry));
    if (other !== undefined) yield `the entry ${entry} has two places: ${other} and ${name}`;
    of.set(String(entry), name);
  }
  for (const [id, order] of orders) {
    // Of an unpaid order, a place may have been taken over after its hold.
    if (order.state !== 'paid') continue;
    for (const { entry, distance } of entryLines(order))
      if (!of.has(entry)) yield `the paid order ${id} has no place on ${distance} for ${entry}`;
  }
}

/** A runner has one live entry of an event, and exactly live entries have a lock. */
export function* runnersAreRight(
  { event, orders, entries, members, locks }: State,
  keys: Keys,
): Generator<string> {
  const live = new Map<string, string>();
  const has = function* (order: string, lock: string, what: string): Generator<string> {
    const other = live.get(lock);
    if (other !== undefined) yield `a runner is entered twice: by ${other} and by ${what}`;
    live.set(lock, what);
    if (!locks.some(({ pk, order: holder }) => pk === lock && holder === order))
      yield `the runner of ${what} in the order ${order} is not locked`;
  };
  for (const { order, entry } of entries) {
    const found = orders.get(order);
    const line = found && entryLines(found).find((other) => other.entry === entry.id);
    if (!found || !isLive(found.state) || !('runner' in entry)) continue;
    const lock = runnerLockId(keys.runnerLock, event.id, entry.runner);
    if (line?.lock !== lock) yield `the line of ${entry.id} names another lock than its runner's`;
    yield* has(order, lock, entry.id);
  }
  for (const { order, member } of members) yield* has(order, member.lock, member.id);
  for (const { pk, order } of locks)
    if (!live.has(String(pk)))
      yield `a lock is left over, of the order ${order} (${orders.get(String(order))?.state})`;
}
