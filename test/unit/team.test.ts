import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TeamRule } from '../../shared/catalogue/schema.ts';
import { isComplete, joinRefusal, missingOf, type TeamSize } from '../../shared/entries/team.ts';

const rule: TeamRule = { smallest: 5, largest: 6, leastWomen: 1, completeBy: '2027-09-12T19:00:00.000Z' };
const early = new Date('2027-09-12T18:59:59.999Z');
const size = (members: number, women: number): TeamSize => ({ members, women });

test('a team is complete with its smallest number and the women it needs', () => {
  expect(missingOf(rule, size(0, 0))).toEqual({ members: 5, women: 1 });
  expect(missingOf(rule, size(5, 0))).toEqual({ members: 0, women: 1 });
  expect(missingOf(rule, size(4, 2))).toEqual({ members: 1, women: 0 });
  expect(isComplete(missingOf(rule, size(5, 1)))).toBe(true);
  expect(isComplete(missingOf(rule, size(6, 0)))).toBe(false);
});

test('the last places are kept for the women that are still needed', () => {
  expect(joinRefusal(rule, size(5, 0), 'male', early)).toBe('team_composition');
  expect(joinRefusal(rule, size(5, 0), 'female', early)).toBeUndefined();
  expect(joinRefusal(rule, size(4, 0), 'male', early)).toBeUndefined();
  expect(joinRefusal(rule, size(5, 1), 'male', early)).toBeUndefined();
});

test('a full team and a late one take nobody', () => {
  expect(joinRefusal(rule, size(6, 2), 'female', early)).toBe('team_full');
  expect(joinRefusal(rule, size(0, 0), 'female', new Date(rule.completeBy))).toBe('team_closed');
});

test('whoever joins in whatever order, a team never outgrows its rule and can always be completed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }).chain((largest) =>
        fc.record({
          largest: fc.constant(largest),
          smallest: fc.integer({ min: 1, max: largest }),
          sexes: fc.array(fc.constantFrom('female' as const, 'male' as const), { maxLength: 30 }),
          women: fc.integer({ min: 0, max: largest }),
        }),
      ),
      ({ largest, smallest, women, sexes }) => {
        const leastWomen = Math.min(women, smallest);
        const drawn: TeamRule = {
          smallest,
          largest,
          completeBy: rule.completeBy,
          ...(leastWomen > 0 && { leastWomen }),
        };
        let team = size(0, 0);
        for (const sex of sexes) {
          if (joinRefusal(drawn, team, sex, early)) continue;
          team = size(team.members + 1, team.women + (sex === 'female' ? 1 : 0));
        }
        expect(team.members).toBeLessThanOrEqual(largest);
        expect(missingOf(drawn, team).women).toBeLessThanOrEqual(largest - team.members);
      },
    ),
  );
});
