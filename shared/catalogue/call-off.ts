import * as z from 'zod';
import { type EventRef, instant } from '../contracts/basics.ts';

/**
 * That an event does not take place, or not on its day: decided by staff, never by a catalogue file. Who has a paid
 * entry is asked what becomes of it; the entries of who does not answer are settled when the time is over.
 */
export const callOff = z.strictObject({
  kind: z.enum(['cancelled', 'postponed']),
  at: instant,
  /** Until when runners may answer. */
  answerBy: instant,
  /** What becomes of an entry without an answer; entries can be carried over only where there is a new day. */
  unanswered: z.enum(['refund', 'carryOver']),
  /** The race day that it had: a postponed event takes entries again when its file has another. */
  raceDay: z.iso.date(),
  /** When the last entry without an answer was settled. */
  settledAt: z.optional(instant),
});
export type CallOff = z.infer<typeof callOff>;

interface MaybeCalledOff {
  readonly raceDay: string;
  readonly calledOff?: CallOff | undefined;
}

/** Whether an event takes no entries since it was called off. */
export function isCalledOff({ calledOff, raceDay }: MaybeCalledOff): boolean {
  return calledOff !== undefined && (calledOff.kind === 'cancelled' || calledOff.raceDay === raceDay);
}

/** An event, for what is about something else of it. */
export function eventRef(event: MaybeCalledOff & Pick<EventRef, 'id' | 'name' | 'zone'>): EventRef {
  const { id, name, raceDay, zone } = event;
  return { id, name, raceDay, zone, ...(isCalledOff(event) && { hasNoDay: true }) };
}

/** Orders may be placed a moment after a call-off, by processes that remember the event as it was. */
const stillComing = 60_000;

/**
 * That an event is called off, while that still concerns an order: not once a postponed event has its new day and all
 * entries are settled, nor an order that was placed for the new day.
 */
export function openCallOff(
  event: MaybeCalledOff,
  { createdAt }: { readonly createdAt: string },
): CallOff | undefined {
  const { calledOff } = event;
  if (calledOff === undefined || isCalledOff(event)) return calledOff;
  const isForNewDay = Date.parse(createdAt) > Date.parse(calledOff.at) + stillComing;
  return calledOff.settledAt !== undefined || isForNewDay ? undefined : calledOff;
}

/** Whether an event may be called off in place of what was decided before: cancelled after all, or once more later. */
export function mayFollow(before: CallOff, kind: CallOff['kind'], raceDay: string): boolean {
  if (before.kind === 'cancelled') return false;
  return kind === 'cancelled' || (before.settledAt !== undefined && before.raceDay !== raceDay);
}
