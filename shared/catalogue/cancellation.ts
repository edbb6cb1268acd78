import * as z from 'zod';
import { instant } from '../contracts/basics.ts';

/** Basis points: 10,000 are the whole. */
const whole = 10_000;

const step = z.strictObject({
  /** From this moment on the step no longer applies. */
  until: instant,
  /** What of the price is given back, in basis points. */
  percent: z.int().min(0).max(whole),
});

/**
 * What a runner gets back who cancels, by date: the first step whose `until` is still ahead applies. After the last
 * one nothing can be cancelled by the runner any more.
 */
export const cancellationPolicy = z.strictObject({ steps: z.array(step).min(1) });
export type CancellationPolicy = z.infer<typeof cancellationPolicy>;

/** The step of a policy that applies at a moment; undefined when cancelling is over, or was never possible. */
export function cancellationAt(
  policy: CancellationPolicy | undefined,
  now: Date,
): CancellationPolicy['steps'][number] | undefined {
  return policy?.steps.find(({ until }) => now.getTime() < Date.parse(until));
}

/** Reports steps that no date would ever reach, and a later one that gives back more than an earlier one. */
export function checkCancellation(
  { steps }: CancellationPolicy,
  report: (path: readonly (string | number)[], message: string) => void,
): void {
  for (const [index, { until, percent }] of steps.entries()) {
    const before = steps[index - 1];
    if (!before) continue;
    if (Date.parse(until) <= Date.parse(before.until))
      report(['steps', index, 'until'], 'must be after the step before');
    if (percent > before.percent) report(['steps', index, 'percent'], 'must not be above the step before');
  }
}
