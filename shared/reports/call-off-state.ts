import { type CallOff, callOff, eventRef, isCalledOff, mayFollow } from '../catalogue/call-off.ts';
import { type CallOffProgress, readCallOffProgress } from '../catalogue/call-off-progress.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import { readStoredEvent } from '../catalogue/store.ts';
import { eventFigures } from '../charity/raised.ts';
import type { CallOffStateView } from '../contracts/changes.ts';
import { readAvailabilities } from '../entries/availability.ts';
import { rowNames } from '../ledger/effect.ts';
import { readTotals } from '../ledger/totals.ts';
import type { Database } from '../platform/database.ts';

/**
 * What calling an event off means and how far it has come: places from the counted availability, money from the
 * projected totals, progress as housekeeping noted it.
 * @param caller whether the caller may call events off.
 * @returns undefined when there is no such event.
 */
export async function callOffState(
  db: Database,
  id: string,
  { mayDecide }: { readonly mayDecide: boolean },
): Promise<CallOffStateView | undefined> {
  const stored = await readStoredEvent(db, id);
  if (!stored) return undefined;
  const { definition: event, calledOff: before } = stored;
  const [{ rows }, availabilities, decided] = await Promise.all([
    readTotals(db, id),
    readAvailabilities(
      db,
      id,
      event.distances.map((distance) => distance.id),
    ),
    before && decidedView(db, event, before),
  ]);
  const counts = [...availabilities.values()].map(({ occupancy }) => occupancy.counts());
  const money = (amount: number) => ({ amount, currency: event.currency });
  return {
    event: eventRef(event),
    options: callOff.shape.kind.options.filter(
      (kind) => mayDecide && (!before || mayFollow(before, kind, event.raceDay)),
    ),
    taken: counts.reduce((sum, { taken }) => sum + taken, 0),
    held: counts.reduce((sum, { held }) => sum + held, 0),
    received: money(eventFigures(event, { rows }).received ?? 0),
    owed: money(0 - (rows.get(rowNames.accounts)?.['refunds-due'] ?? 0)),
    ...(decided && { decided }),
  };
}

async function decidedView(
  db: Database,
  event: CatalogueEvent,
  calledOff: CallOff,
): Promise<NonNullable<CallOffStateView['decided']>> {
  const { kind, answerBy, unanswered, at, settledAt } = calledOff;
  const progress = await readCallOffProgress(db, event.id);
  const reached = progress?.of === at ? progress : undefined;
  return {
    kind,
    answerBy,
    unanswered,
    at,
    hasNewDay: !isCalledOff({ ...event, calledOff }),
    phase: settledAt === undefined ? (reached?.phase ?? 'asking') : 'settled',
    percent: reached ? percentOf(reached) : 0,
  };
}

/** Of the blocks of places, those that were looked at; what is looked at again since it was held is not told. */
function percentOf({ again, known, todo }: CallOffProgress): number {
  const blocks = Object.values(known).reduce((sum, count) => sum + count, 0);
  return again || blocks === 0 ? 100 : Math.floor(100 * (1 - todo.length / blocks));
}
