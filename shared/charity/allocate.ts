import type { AllocationRule } from '../catalogue/schema.ts';
import { laterProject } from '../contracts/basics.ts';
import { percentOf } from '../contracts/breakdown.ts';

/** A project and its part of a split; parts relate to each other, whatever they sum to. */
export interface Weight {
  readonly project: string;
  readonly weight: number;
}

/** What of an amount goes to one project, in minor units. */
export interface Allocation {
  readonly project: string;
  readonly amount: number;
}

/**
 * Splits an amount in the ratio of weights, exactly: every share is the whole part of its quota, and the units left over
 * go one each to the largest remainders, ties to the weight that stands first (the largest-remainder method of
 * Hamilton). The shares sum to the amount. An amount of no more than the weights' sum gives no share above its weight.
 * @param amount minor units, a whole number of 0 or more.
 * @param weights whole numbers of 0 or more, at least one of them positive.
 */
export function splitExactly(amount: number, weights: readonly number[]): number[] {
  // Products of an amount and a weight can pass 2^53, so the quotas are taken in big integers.
  const whole = BigInt(amount);
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  const quotas = weights.map((weight) => ({
    share: (whole * BigInt(weight)) / sum,
    remainder: (whole * BigInt(weight)) % sum,
  }));
  let left = whole - quotas.reduce((total, { share }) => total + share, 0n);
  const byRemainder = [...quotas].sort((a, b) =>
    a.remainder === b.remainder ? 0 : a.remainder > b.remainder ? -1 : 1,
  );
  for (const quota of byRemainder) {
    if (left === 0n) break;
    quota.share += 1n;
    left -= 1n;
  }
  return quotas.map(({ share }) => Number(share));
}

/** Splits an amount by weights (`splitExactly`), ties to the project whose id sorts first; shares of zero are left out. */
export function splitByWeights(amount: number, weights: readonly Weight[]): Allocation[] {
  const byId = [...weights].sort((a, b) => (a.project < b.project ? -1 : 1));
  const shares = splitExactly(
    amount,
    byId.map(({ weight }) => weight),
  );
  const shareOf = new Map(byId.map(({ project }, index) => [project, shares[index] ?? 0]));
  return weights
    .map(({ project }) => ({ project, amount: shareOf.get(project) ?? 0 }))
    .filter((share) => share.amount > 0);
}

/** What of a fee is for charity: a fixed part of it, or a percentage rounded half up to the minor unit. */
export function charityPart(fee: number, part: AllocationRule['part']): number {
  if ('fixed' in part) return Math.min(part.fixed, fee);
  return percentOf(fee, part.percent);
}

/**
 * What of an entry fee goes to each project under the rule.
 * @param chosen the project the runner chose, where the rule lets the runner choose.
 */
export function allocateFee(fee: number, rule: AllocationRule, chosen?: string): Allocation[] {
  const amount = charityPart(fee, rule.part);
  if (rule.to.chosenBy === 'weights')
    return splitByWeights(
      amount,
      Object.entries(rule.to.weights).map(([project, weight]) => ({ project, weight })),
    );
  const project = rule.to.chosenBy === 'later' ? laterProject : chosen;
  return project === undefined || amount === 0 ? [] : [{ project, amount }];
}
