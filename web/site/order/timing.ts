/** Whole seconds until a moment, never below zero. */
export function secondsLeft(until: string, nowMilliseconds: number): number {
  return Math.max(0, Math.ceil((Date.parse(until) - nowMilliseconds) / 1000));
}

/**
 * Seconds until an order is looked at again: often at first and right after payment, seldom once somebody has left
 * the page open.
 */
export function pollSeconds(elapsedSeconds: number, justPaid: boolean): number {
  if (elapsedSeconds < 60) return justPaid ? 1.5 : 4;
  return elapsedSeconds < 600 ? 8 : 20;
}
