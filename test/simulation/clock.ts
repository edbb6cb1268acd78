/** The one clock of a simulation, in milliseconds since 1970. It never goes back. */
export interface Clock {
  readonly now: () => number;
  advance(milliseconds: number): void;
  /** Puts the clock forward to a moment, if that is ahead. */
  reach(moment: number): void;
}

export function openClock(start: string): Clock {
  let now = Date.parse(start);
  return {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    reach: (moment) => {
      now = Math.max(now, moment);
    },
  };
}
