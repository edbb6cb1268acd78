import { openCallOff } from '../catalogue/call-off.ts';
import { cancellationAt } from '../catalogue/cancellation.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import { sumRemaining } from '../charity/reverse.ts';
import { percentOf } from '../contracts/breakdown.ts';
import type { CancellationInput } from '../contracts/changes.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { extrasOf, giveBackEntries } from './extras.ts';
import { type EntryLine, reversible } from './lines.ts';
import type { Order } from './order.ts';
import { type EntryOfOrder, entryOfOrder } from './paid-entry.ts';
import type { Shop } from './shop.ts';
import type { EntryName } from './transfers.ts';

/** Rounds in which cancelling may meet other writers of the order. */
const mostRounds = 8;

/**
 * What is given back of an entry that is cancelled: the step's percentage of what was paid for it and its changes and
 * not given back yet, rounded half up to the minor unit.
 * @param orders those with which its changes were paid.
 * @param percent basis points.
 */
export function backOf(line: EntryLine, orders: readonly Order[], percent: number): number {
  return percentOf(sumRemaining([reversible(line), ...extrasOf(line, orders)]), percent);
}

/**
 * The runner cancels an entry by the event's policy, in one transaction: its place is free, its runner may enter again,
 * and what the policy gives back is owed to the buyer, or is left to a project. Repeating it changes nothing.
 * @throws Refusal with the codes that the route `cancelEntry` names.
 */
export async function cancelEntry(shop: Shop, name: EntryName, input: CancellationInput): Promise<void> {
  const { db, world } = shop;
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await entryOfOrder(shop, name.order, name.entry);
    const { line, event, whole } = found;
    if (line.cancelled?.why === 'runner') return;
    const percent = refuseCancelling(found, input, world.now());
    const { back, parts } = await giveBackEntries(shop, whole, event, [line], {
      fact: cancelFact(line.entry),
      reason: 'runner',
      backOf: (left) => percentOf(left, percent),
      cancel: { entries: new Set([line.entry]), why: 'runner' },
      ...(input.leaveTo !== undefined && { leaveTo: input.leaveTo }),
    });
    if (input.back.amount !== back || input.back.currency !== event.currency)
      throw new Refusal('refund_changed', { back: { amount: back, currency: event.currency } });
    if ((await commit(db, world, await parts())).done) return;
  }
  throw new DatabaseBusy(`Cancelling entry ${name.entry} met other writers at every try.`);
}

/** What decides that an entry ends: the same for who cancels and for an event that is called off, so one decides. */
export function cancelFact(entry: string): string {
  return `${entry} cancelled`;
}

/** Refuses what may not be cancelled; else the basis points that are given back. */
function refuseCancelling(
  { whole, order, line, event }: EntryOfOrder,
  input: CancellationInput,
  now: Date,
): number {
  if (line.cancelled) throw new Refusal('entry_cancelled');
  if (order.state !== 'paid') throw new Refusal('order_not_paid');
  if (openCallOff(event, order)) throw new Refusal('event_called_off');
  const entry = whole.entries.get(line.entry);
  if (entry && 'runner' in entry && entry.version > 0) throw new Refusal('entry_handed_over');
  refuseLeaving(event, input.leaveTo);
  const step = cancellationAt(event.cancellation, now);
  if (!step) throw new Refusal('cancellation_closed');
  return step.percent;
}

/**
 * Refuses to leave money to what is none of the event's projects.
 * @throws Refusal `validation_failed`
 */
export function refuseLeaving(event: CatalogueEvent, project: string | undefined): void {
  if (project === undefined || event.projects.some(({ id }) => id === project)) return;
  throw new Refusal('validation_failed', { errors: [{ field: 'leaveTo', code: 'project_unknown' }] });
}
