import { runnerLockId } from '../../../shared/entries/runner.ts';
import { entryLines, type Order, placedLines } from '../../../shared/orders/order.ts';
import { isCredited } from '../../../shared/orders/order-money.ts';
import { isWaiting } from '../../../shared/orders/states.ts';
import type { Keys } from '../../../shared/orders/tokens.ts';
import type { State } from './state.ts';

/** Whether an order has what its entries need: it waits for its payment, or that has come and was for them. */
const holds = (order: Order) => isWaiting(order.state) || isCredited(order);

/** Entries that somebody has, or may still pay for. */
const liveLines = (order: Order) =>
  holds(order) ? entryLines(order).filter(({ cancelled }) => cancelled === undefined) : [];

/** Places that an order has: of its live entries, and while it waits for its payment that of another order's change. */
const livePlaces = (order: Order) => (isWaiting(order.state) ? placedLines(order) : liveLines(order));

/**
 * Every place has at most one owner, and every live entry has its place: nobody is without one, nothing is sold twice.
 * @param isResizing whether a change of a capacity was interrupted: it leaves places beyond the capacity that nobody sells.
 */
export function* placesAreRight({ events, places, orders }: State, isResizing: boolean): Generator<string> {
  const of = new Map<string, string>();
  for (const item of places) {
    const { pk, n, order, entry, free, offeredTo, onFree } = item;
    const [event = '', distance = ''] = String(pk).split('#');
    const name = `place ${n} of ${event} ${distance}`;
    const capacity = events.get(event)?.distances.find(({ id }) => id === distance)?.capacity ?? 0;
    if (free === true) {
      if (order !== undefined || offeredTo !== undefined) yield `${name} is free and somebody's`;
      if (Number(n) > capacity && onFree !== 'retired' && !isResizing)
        yield `${name} is free beyond the capacity ${capacity}`;
      continue;
    }
    if ((order === undefined) === (offeredTo === undefined)) yield `${name} is neither free, nor one owner's`;
    if (order === undefined) continue;
    const owner = orders.get(String(order));
    const line = owner && livePlaces(owner).find((found) => found.entry === entry);
    if (!owner || !line)
      yield `${name} is kept for ${entry} of ${order}, which is ${owner?.state} and has it no more`;
    else if (line.distance !== distance || line.place !== n)
      yield `${name} is of ${entry}, whose line says ${line.place} of ${line.distance}`;
    if (owner && !isWaiting(owner.state) && item.heldUntil !== undefined)
      yield `${name} is paid and still held until a moment`;
    // While a change is being paid, the entry has one place with its own order, and one with that of the change.
    const whose = `${order} ${entry}`;
    const other = of.get(whose);
    if (other !== undefined) yield `the entry ${entry} of ${order} has two places: ${other} and ${name}`;
    of.set(whose, name);
  }
  for (const [id, order] of orders) {
    // Of an unpaid order, a place may have been taken over after its hold.
    if (isWaiting(order.state)) continue;
    for (const { entry, distance } of liveLines(order))
      if (!of.has(`${id} ${entry}`)) yield `the paid order ${id} has no place on ${distance} for ${entry}`;
  }
}

/** A runner has one live entry of an event, and exactly live entries have a lock. */
export function* runnersAreRight({ orders, entries, members, locks }: State, keys: Keys): Generator<string> {
  const live = new Map<string, string>();
  const has = function* (order: string, lock: string, what: string): Generator<string> {
    const other = live.get(lock);
    if (other !== undefined) yield `a runner is entered twice: by ${other} and by ${what}`;
    live.set(lock, what);
    if (!locks.some(({ pk, order: holder }) => pk === lock && holder === order))
      yield `the runner of ${what} in the order ${order} is not locked`;
  };
  const lineOf = (order: string, entry: string) => {
    const found = orders.get(order);
    return found && liveLines(found).find((line) => line.entry === entry);
  };
  for (const { order, entry } of entries) {
    const line = lineOf(order, entry.id);
    if (!line || !('runner' in entry)) continue;
    const lock = runnerLockId(keys.runnerLock, orders.get(order)?.event ?? '', entry.runner);
    if (line.lock !== lock) yield `the line of ${entry.id} names another lock than its runner's`;
    yield* has(order, lock, entry.id);
  }
  for (const { order, member } of members)
    if (lineOf(order, member.entry)) yield* has(order, member.lock, member.id);
  for (const { pk, order } of locks)
    if (!live.has(String(pk)))
      yield `a lock is left over, of the order ${order} (${orders.get(String(order))?.state})`;
}

/** Exactly the entries that were priced with a code, and live or paid, have a use of it each. */
export function* usesAreRight({ orders, uses }: State): Generator<string> {
  const wanted = new Map<string, string>();
  for (const [id, order] of orders) {
    if (!holds(order)) continue;
    for (const { promo } of entryLines(order)) {
      if (!promo) continue;
      const name = `${order.event}#${promo.code} ${promo.use}`;
      if (wanted.has(name)) yield `the use ${name} is of two orders: ${wanted.get(name)} and ${id}`;
      wanted.set(name, id);
    }
  }
  const had = new Map<string, string>();
  for (const { pk, sk, order } of uses) {
    const [event, code, mail] = String(pk).split('#');
    // Uses of one address are counted beside those of the code.
    if (mail === '') had.set(`${event}#${code} ${sk}`, String(order));
  }
  for (const [name, id] of wanted) if (had.get(name) !== id) yield `the order ${id} has not the use ${name}`;
  for (const [name, id] of had)
    if (!wanted.has(name)) yield `the use ${name} is kept by ${id}, which has it no more`;
}
