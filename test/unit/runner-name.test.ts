import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalName, normalPhone, runnerLockId } from '../../shared/entries/runner.ts';
import { sampleRunner } from '../support/sample.ts';

describe('a name as it identifies a runner', () => {
  it.each([
    ['capital letters', ['ӘЛИЯ', 'НҰРЛАНҚЫЗЫ'], ['Әлия', 'Нұрланқызы']],
    ['the order of names', ['Нұрланқызы', 'Әлия'], ['Әлия', 'Нұрланқызы']],
    ['one field or two', ['Әлия Нұрланқызы', undefined], ['Әлия', 'Нұрланқызы']],
    ['spaces', ['  Anna   Maria ', 'Smith'], ['Anna Maria', 'Smith']],
    ['no-break spaces', ['Anna\u00a0Maria', 'Smith'], ['Anna Maria', 'Smith']],
    ['hyphens', ['Anna-Maria', 'Smith'], ['Anna Maria', 'Smith']],
    ['other hyphens', ['Anna\u2010Maria', 'Smith'], ['Anna\u2011Maria', 'Smith']],
    ['a hyphen of the other kind', ['Anna\u2011Maria', 'Smith'], ['Anna Maria', 'Smith']],
    ['apostrophes', ['Sean', 'O\u2019Neil'], ['Sean', "O'Neil"]],
    ['composed and decomposed letters', ['Jose\u0301', 'Lo\u0301pez'], ['Jos\u00e9', 'L\u00f3pez']],
    ['wide letters', ['\uff21nna', 'Smith'], ['Anna', 'Smith']],
    ['accents left out', ['Jose', 'Lopez'], ['José', 'López']],
    ['dots left out', ['Алена', 'Семенова'], ['Алёна', 'Семёнова']],
    ['the Turkish capital', ['İbrahim', 'Kaya'], ['ibrahim', 'kaya']],
  ] as const)('does not depend on %s', (_, [given, family], [otherGiven, otherFamily]) => {
    expect(normalName(given, family)).toBe(normalName(otherGiven, otherFamily));
    expect(normalName(given, family)).not.toBe('');
  });

  it.each([
    [
      ['Анна', 'Ким'],
      ['Инна', 'Ким'],
    ],
    [
      ['Әлия', 'Ахметова'],
      ['Алия', 'Ахметова'],
    ],
    [
      ['Қанат', 'Омаров'],
      ['Канат', 'Омаров'],
    ],
    [
      ['Anna', 'Maria'],
      ['Anna', 'Maria Kim'],
    ],
    // Vowel signs are letters' other half in Devanagari, not accents.
    [
      ['किरण', 'राव'],
      ['करण', 'राव'],
    ],
    [
      ['민수', '김'],
      ['민서', '김'],
    ],
  ] as const)('tells %j from %j', ([given, family], [otherGiven, otherFamily]) => {
    expect(normalName(given, family)).not.toBe(normalName(otherGiven, otherFamily));
  });

  it('is stable: normalising twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = normalName(text);
        expect(normalName(once)).toBe(once);
      }),
    );
  });
});

describe('the lock of a runner', () => {
  const lock = (changes = {}, event = 'race', key = 'k') =>
    runnerLockId(key, event, sampleRunner(1, changes));

  it('is the same for the same person and another for anyone else, event or key', () => {
    expect(lock({ email: 'other@example.com', phone: '+77770000000' })).toBe(lock());
    const others = [
      lock({ birthDate: '1993-05-18' }),
      lock({ givenName: 'Дана' }),
      lock({}, 'b'),
      lock({}, 'race', 'l'),
    ];
    expect(new Set([lock(), ...others]).size).toBe(5);
    expect(lock()).toMatch(/^[0-9a-z]{26}$/);
  });
});

describe('a phone number', () => {
  it.each([
    ['+7 701 234 56 78', '+77012345678'],
    ['8 (701) 234-56-78', '+77012345678'],
    ['7012345678', '+77012345678'],
    ['+44 20 7946 0958', '+442079460958'],
  ])('%s is %s', (written, stored) => {
    expect(normalPhone(written)).toBe(stored);
  });

  it.each(['+7 000', '123', '+999 123 456 789', ''])('%j is none', (written) => {
    expect(normalPhone(written)).toBeUndefined();
  });
});
