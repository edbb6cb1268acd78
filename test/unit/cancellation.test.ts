import { describe, expect, it } from 'vitest';
import {
  cancellationAt,
  cancellationPolicy,
  checkCancellation,
} from '../../shared/catalogue/cancellation.ts';

const policy = cancellationPolicy.parse({
  steps: [
    { until: '2027-05-31T19:00:00.000Z', percent: 9_000 },
    { until: '2027-08-31T19:00:00.000Z', percent: 5_000 },
    { until: '2027-09-20T19:00:00.000Z', percent: 0 },
  ],
});

const percentAt = (moment: string) => cancellationAt(policy, new Date(moment))?.percent;

describe('what a runner who cancels gets back', () => {
  it('is what the first step says that is not over', () => {
    expect(percentAt('2027-01-01T00:00:00.000Z')).toBe(9_000);
    expect(percentAt('2027-05-31T18:59:59.999Z')).toBe(9_000);
    expect(percentAt('2027-05-31T19:00:00.000Z')).toBe(5_000);
    expect(percentAt('2027-09-20T18:59:59.999Z')).toBe(0);
  });

  it('is nothing, and cancelling is over, after the last step or without a policy', () => {
    expect(percentAt('2027-09-20T19:00:00.000Z')).toBeUndefined();
    expect(cancellationAt(undefined, new Date('2027-01-01T00:00:00.000Z'))).toBeUndefined();
  });
});

describe('a policy is refused', () => {
  const faults = (steps: { until: string; percent: number }[]) => {
    const found: string[] = [];
    checkCancellation({ steps }, (path, message) => found.push(`${path.join('.')}: ${message}`));
    return found;
  };
  const [first, second] = ['2027-05-31T19:00:00.000Z', '2027-08-31T19:00:00.000Z'] as const;

  it('when a step can never apply', () => {
    expect(
      faults([
        { until: second, percent: 5_000 },
        { until: first, percent: 4_000 },
      ]),
    ).toEqual(['steps.1.until: must be after the step before']);
  });

  it('when waiting would bring more back', () => {
    expect(
      faults([
        { until: first, percent: 5_000 },
        { until: second, percent: 5_001 },
      ]),
    ).toEqual(['steps.1.percent: must not be above the step before']);
    expect(
      faults([
        { until: first, percent: 5_000 },
        { until: second, percent: 5_000 },
      ]),
    ).toEqual([]);
  });
});
