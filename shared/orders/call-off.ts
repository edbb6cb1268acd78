import { type CallOff, callOff, mayFollow, openCallOff } from '../catalogue/call-off.ts';
import { readStoredEvent, writeEvent } from '../catalogue/store.ts';
import type { CallOffAnswer, CallOffInput } from '../contracts/changes.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { auditPart } from '../staff/audit.ts';
import { amendLine } from './amend-line.ts';
import { cancelFact, refuseLeaving } from './cancel-entry.ts';
import { giveBackEntries } from './extras.ts';
import { type EntryLine, isCarriedOver } from './lines.ts';
import { type EntryOfOrder, entryOfOrder } from './paid-entry.ts';
import type { Shop } from './shop.ts';
import type { EntryName } from './transfers.ts';

/** Rounds in which a change may meet other writers. */
const mostRounds = 8;

/**
 * Staff call an event off: from now on it takes no entries, and housekeeping asks who has one what is to become of it.
 * With the act in the audit log, in one transaction. Repeating the same decision changes nothing; a postponed event may
 * be cancelled after all, or called off once more when it has had its new day.
 * @throws Refusal `event_unknown`, `event_called_off_already`, or `validation_failed` for an answer that cannot be.
 */
export async function callEventOff(
  { db, world }: Pick<Shop, 'db' | 'world'>,
  id: string,
  { by, input }: { readonly by: string; readonly input: CallOffInput },
): Promise<CallOff> {
  const { note, ...decided } = input;
  for (let round = 0; round < mostRounds; round += 1) {
    const stored = await readStoredEvent(db, id);
    if (!stored) throw new Refusal('event_unknown');
    const { calledOff: before } = stored;
    if (before && isSame(before, input)) return before;
    if (before && !mayFollow(before, input.kind, stored.definition.raceDay))
      throw new Refusal('event_called_off_already');
    const at = world.now().toISOString();
    const errors = [
      ...(input.answerBy > at ? [] : [{ field: 'answerBy', code: 'too_small', limit: at } as const]),
      ...(input.kind === 'cancelled' && input.unanswered === 'carryOver'
        ? [{ field: 'unanswered', code: 'not_an_option' } as const]
        : []),
    ];
    if (errors.length > 0) throw new Refusal('validation_failed', { errors });
    const calledOff = callOff.parse({ ...decided, at, raceDay: stored.definition.raceDay });
    const written = await writeEvent(db, world, stored.definition, stored, false, {
      calledOff,
      parts: [auditPart({ act: 'event_called_off', by, at, about: { event: id }, note })],
    });
    if (written) return calledOff;
  }
  throw new DatabaseBusy(`Calling ${id} off met other editors at every try.`);
}

function isSame(before: CallOff, { kind, answerBy, unanswered }: CallOffInput): boolean {
  return before.kind === kind && before.answerBy === answerBy && before.unanswered === unanswered;
}

/**
 * The holder of an entry chooses what becomes of it: its money comes back or is left to a project, and it ends; or it is
 * kept for the new day. Another choice may follow until the time is over, unless the entry has ended.
 * @throws Refusal with the codes that the route `answerCallOff` names.
 */
export async function answerCallOff(shop: Shop, name: EntryName, answer: CallOffAnswer): Promise<void> {
  const { db, world } = shop;
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await entryOfOrder(shop, name.order, name.entry);
    const { order, line, event } = found;
    const calledOff = openCallOff(event, order);
    if (!calledOff) throw new Refusal('event_not_called_off');
    if (line.cancelled?.why === 'event' && answer.choice !== 'carryOver') return;
    if (line.cancelled) throw new Refusal('entry_cancelled');
    if (order.state !== 'paid') throw new Refusal('order_not_paid');
    refuseAnswer(found, answer, calledOff, world.now());
    if (answer.choice === 'carryOver' && isCarriedOver(line, calledOff)) return;
    const parts =
      answer.choice === 'carryOver'
        ? [amendLine(order, line, { carriedOver: world.now().toISOString(), pending: line.pending })]
        : await endedParts(shop, found, [line], answer.leaveTo);
    if ((await commit(db, world, parts)).done) return;
  }
  throw new DatabaseBusy(`The answer for entry ${name.entry} met other writers at every try.`);
}

function refuseAnswer(
  { event }: EntryOfOrder,
  { choice, leaveTo }: CallOffAnswer,
  { kind, answerBy }: CallOff,
  now: Date,
): void {
  if (now.toISOString() >= answerBy) throw new Refusal('answer_too_late');
  const wrong = (field: string, code: 'required' | 'unknown_field' | 'not_an_option') =>
    new Refusal('validation_failed', { errors: [{ field, code }] });
  if (choice === 'carryOver' && kind === 'cancelled') throw wrong('choice', 'not_an_option');
  if (choice === 'leave' && leaveTo === undefined) throw wrong('leaveTo', 'required');
  if (choice !== 'leave' && leaveTo !== undefined) throw wrong('leaveTo', 'unknown_field');
  refuseLeaving(event, leaveTo);
}

/**
 * Ends entries of an event that is called off: all that is left of what was paid for them and their changes comes back,
 * or is left to a project. One decision for each set of entries, whoever makes it.
 */
export async function endedParts(
  shop: Shop,
  { whole, event }: Pick<EntryOfOrder, 'whole' | 'event'>,
  lines: readonly EntryLine[],
  leaveTo?: string,
): Promise<readonly Part[]> {
  const ending = new Set(lines.map(({ entry }) => entry));
  const { parts } = await giveBackEntries(shop, whole, event, lines, {
    fact: cancelFact([...ending].sort().join(' ')),
    reason: 'event',
    backOf: (left) => left,
    cancel: { entries: ending, why: 'event' },
    ...(leaveTo !== undefined && { leaveTo }),
  });
  return parts();
}
