import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageOn, dayIn } from '../../shared/catalogue/time.ts';
import { runnerErrors } from '../../shared/entries/runner.ts';
import { sampleRunner } from '../support/sample.ts';

describe('an age', () => {
  it.each([
    ['the day before the birthday', '2027-09-25', '2012-09-26', 14],
    ['on the birthday', '2027-09-26', '2012-09-26', 15],
    ['the day after', '2027-09-27', '2012-09-26', 15],
    ['a later day of the year', '2027-09-26', '2012-12-31', 14],
    ['the day of birth', '2027-09-26', '2027-09-26', 0],
    ['born on 29 February, on 28 February', '2027-02-28', '2012-02-29', 14],
    ['born on 29 February, on 1 March', '2027-03-01', '2012-02-29', 15],
    ['born on 29 February, on 29 February', '2028-02-29', '2012-02-29', 16],
    ['born on 28 February, in a leap year', '2028-02-28', '2012-02-28', 16],
    ['the oldest of 2024', '2024-09-29', '1937-01-01', 87],
  ])('%s', (_, day, birthDate, age) => {
    expect(ageOn(day, birthDate)).toBe(age);
  });

  it('grows by one on exactly one day of each year of 365 or 366', () => {
    const dates = fc.date({
      min: new Date('1930-01-01T00:00:00Z'),
      max: new Date('2020-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, fc.integer({ min: 2021, max: 2040 }), (born, year) => {
        const birthDate = born.toISOString().slice(0, 10);
        let birthdays = 0;
        for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 86_400_000) {
          const today = new Date(at).toISOString().slice(0, 10);
          const tomorrow = new Date(at + 86_400_000).toISOString().slice(0, 10);
          const grown = ageOn(tomorrow, birthDate) - ageOn(today, birthDate);
          expect([0, 1]).toContain(grown);
          birthdays += grown;
        }
        expect(birthdays).toBe(1);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the ages of a distance', () => {
  const rule = { raceDay: '2027-09-26', minAge: 10, maxAge: 14 };
  const guardian = { name: 'Ерлан', phone: '+77012345678', consent: true };
  const codes = (birthDate: string, withGuardian = true) =>
    runnerErrors(sampleRunner(1, { birthDate, ...(withGuardian && { guardian }) }), rule, 'r').map(
      ({ field, code }) => `${field} ${code}`,
    );

  it('count on race day, whatever the day of entry, both ends inclusive', () => {
    expect(codes('2017-09-27')).toEqual(['r.birthDate too_young']);
    expect(codes('2017-09-26')).toEqual([]);
    expect(codes('2012-09-27')).toEqual([]);
    expect(codes('2012-09-26')).toEqual(['r.birthDate too_old']);
  });

  it('ask for a guardian up to the 18th birthday', () => {
    expect(codes('2015-01-01', false)).toEqual(['r.guardian guardian_required']);
    const adults = { raceDay: '2027-09-26', minAge: 15 };
    const of = (birthDate: string) => runnerErrors(sampleRunner(1, { birthDate }), adults, 'r');
    expect(of('2009-09-27')).toMatchObject([{ code: 'guardian_required' }]);
    expect(of('2009-09-26')).toEqual([]);
  });

  it('refuse dates that no runner can have', () => {
    expect(codes('1899-12-31')).toEqual(['r.birthDate date_invalid']);
    expect(codes('2027-09-27')).toEqual(['r.birthDate date_invalid']);
  });
});

describe('a day in a zone', () => {
  it.each([
    ['Asia/Almaty', '2026-11-23T18:59:59.999Z', '2026-11-23'],
    ['Asia/Almaty', '2026-11-23T19:00:00.000Z', '2026-11-24'],
    ['America/New_York', '2027-01-01T04:59:59.000Z', '2026-12-31'],
    ['UTC', '2027-02-28T23:59:59.999Z', '2027-02-28'],
  ])('%s at %s is %s', (zone, moment, day) => {
    expect(dayIn(zone, new Date(moment))).toBe(day);
  });
});
