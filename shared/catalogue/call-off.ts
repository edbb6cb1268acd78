import * as z from 'zod';
import { instant } from '../contracts/basics.ts';

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

/** Whether an event takes no entries since it was called off. */
export function isCalledOff(event: {
  readonly raceDay: string;
  readonly calledOff?: CallOff | undefined;
}): boolean {
  const { calledOff, raceDay } = event;
  return calledOff !== undefined && (calledOff.kind === 'cancelled' || calledOff.raceDay === raceDay);
}
