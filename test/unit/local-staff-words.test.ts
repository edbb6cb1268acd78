import { expect, test } from 'vitest';
import { chooseLanguage } from '../../local/staff/words.ts';

test.each([
  ['kk', 'ru,en;q=0.8', 'kk'],
  ['de kk-KZ', 'ru', 'kk'],
  [undefined, 'ru-RU,ru;q=0.9,en;q=0.8', 'ru'],
  ['fr', 'de-DE,de;q=0.9', 'en'],
  [undefined, undefined, 'en'],
])(
  'the sign-in wanted in %s by a browser that prefers %s speaks %s',
  (uiLocales, acceptLanguage, language) => {
    expect(chooseLanguage(uiLocales, acceptLanguage)).toBe(language);
  },
);
