import { describe, expect, it } from 'vitest';
import { pickLanguage } from '../../../local/stripe/words.ts';

describe('the payment page’s language', () => {
  it.each([
    ['ru', 'kk-KZ', 'ru'],
    ['auto', 'kk-KZ,ru;q=0.8', 'kk'],
    [null, 'de,ru-RU;q=0.7', 'ru'],
    ['en-GB', undefined, 'en'],
    ['de', undefined, 'en'],
    [null, undefined, 'en'],
  ] as const)('of locale %s for a browser that asks for %s is %s', (locale, accepted, language) => {
    expect(pickLanguage(locale, accepted)).toBe(language);
  });
});
