import type { ReportView } from '../../../shared/contracts/reports.ts';

/** Since when transactions wait while the totals stand still, in milliseconds since 1970. */
export interface Waiting {
  readonly asOf: string | undefined;
  readonly since: number;
}

/** The totals take in what waits within seconds; longer than this, somebody should look. */
const longest = 30_000;

/** Follows one report after another; undefined while nothing waits. */
export function followWaiting(
  before: Waiting | undefined,
  { asOf, waiting }: Pick<ReportView, 'asOf' | 'waiting'>,
  now: number,
): Waiting | undefined {
  if (waiting === 0) return undefined;
  return before && before.asOf === asOf ? before : { asOf, since: now };
}

export function isLong(waiting: Waiting | undefined, now: number): boolean {
  return waiting !== undefined && now - waiting.since > longest;
}
