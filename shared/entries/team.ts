import type { TeamRule } from '../catalogue/schema.ts';
import type { ProblemCode } from '../contracts/problems.ts';
import type { Missing } from '../contracts/teams.ts';

/** How many a team has, and how many of them are women. */
export interface TeamSize {
  readonly members: number;
  readonly women: number;
}

/** What a team lacks to be complete. */
export function missingOf(rule: TeamRule, { members, women }: TeamSize): Missing {
  return {
    members: Math.max(0, rule.smallest - members),
    women: Math.max(0, (rule.leastWomen ?? 0) - women),
  };
}

/** Whether a team lacks nothing. */
export function isComplete(missing: Missing): boolean {
  return missing.members === 0 && missing.women === 0;
}

/** Whether members may still join and leave. */
export function isOpen(rule: TeamRule, now: Date): boolean {
  return now.getTime() < Date.parse(rule.completeBy);
}

/**
 * What stands against one more member: the time is over, the team is full, or a man would take the last place that
 * a woman is needed for.
 */
export function joinRefusal(
  rule: TeamRule,
  { members, women }: TeamSize,
  sex: 'female' | 'male',
  now: Date,
): Extract<ProblemCode, 'team_closed' | 'team_full' | 'team_composition'> | undefined {
  if (!isOpen(rule, now)) return 'team_closed';
  if (members >= rule.largest) return 'team_full';
  const womenNeeded = missingOf(rule, { members, women }).women;
  if (sex === 'male' && rule.largest - (members + 1) < womenNeeded) return 'team_composition';
  return undefined;
}
