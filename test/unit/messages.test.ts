import { describe, expect, test } from 'vitest';
import { catalogue, translate } from '../../messages/catalogue.ts';
import { messagesIn } from '../../messages/translate.ts';
import { locales } from '../../shared/contracts/basics.ts';
import { orderStates } from '../../shared/contracts/orders.ts';
import { fieldCodes, problems } from '../../shared/contracts/problems.ts';
import { matterKinds, staffActs } from '../../shared/contracts/staff.ts';

/** The names a message expects, as `{name}` and `{name, plural, …}`, in order of the alphabet. */
function parameters(message: string): string[] {
  return [...new Set(Array.from(message.matchAll(/\{(\w+)(?=[,}])/g), ([, name = '']) => name))].sort();
}

const keys = Object.keys(catalogue.en).sort();

describe.each(locales)('messages in %s', (locale) => {
  const entries = Object.entries(catalogue[locale]);

  test('are the same keys as in English, none of them empty', () => {
    expect(Object.keys(catalogue[locale]).sort()).toEqual(keys);
    expect(entries.filter(([, text]) => text.trim() !== text || text === '')).toEqual([]);
  });

  test('expect the same parameters as in English', () => {
    const english: Readonly<Record<string, string>> = catalogue.en;
    const differing = entries.filter(
      ([key, text]) => parameters(text).join() !== parameters(english[key] ?? '').join(),
    );
    expect(differing).toEqual([]);
  });

  test('have balanced braces and a space after each comma of a choice', () => {
    const unsound = entries.filter(
      ([, text]) =>
        text.split('{').length !== text.split('}').length || /\{\w+,\S|, (?:plural|select),\S/.test(text),
    );
    expect(unsound).toEqual([]);
  });

  test('have a sentence for every problem, field code, order state, matter and act', () => {
    const expected = [
      ...Object.keys(problems).map((code) => `problem.${code}`),
      ...fieldCodes.map((code) => `field.${code}`),
      ...orderStates.map((state) => `order.state.${state}`),
      ...matterKinds.flatMap((kind) => [`matter.kind.${kind}`, `matter.todo.${kind}`]),
      ...staffActs.map((act) => `act.${act}`),
    ];
    expect(expected.filter((key) => !keys.includes(key))).toEqual([]);
  });
});

/** Names and marks that are the same in every language. */
const untranslated = new Set(['site.name']);
const words = /\p{L}{3,}/gu;
const namesOnly = (text: string): boolean =>
  (text.replace(/\{[^{}]*\}/g, '').match(words) ?? []).every((word) =>
    ['Startline', 'Stripe', 'QR', 'CSV', 'JSON', 'example', 'aigerim'].includes(word),
  );

test('nothing is left in another language', () => {
  const english: Readonly<Record<string, string>> = catalogue.en;
  const copied = (['kk', 'ru'] as const).flatMap((locale) =>
    Object.entries(catalogue[locale]).filter(
      ([key, text]) => !untranslated.has(key) && text === english[key] && !namesOnly(text),
    ),
  );
  expect(copied).toEqual([]);
  const cyrillicInEnglish = Object.entries(english).filter(([, text]) => /\p{Script=Cyrillic}/u.test(text));
  expect(cyrillicInEnglish).toEqual([]);
  const kazakhInRussian = Object.entries(catalogue.ru).filter(([, text]) => /[әғқңөұүһі]/i.test(text));
  expect(kazakhInRussian).toEqual([]);
});

test('plurals follow each language', () => {
  const said = (locale: 'kk' | 'ru' | 'en') =>
    [1, 3, 11, 1204].map((count) => translate(locale)('distance.leftAtPrice', { count }));
  expect(said('en')).toEqual([
    '1 place left at this price',
    '3 places left at this price',
    '11 places left at this price',
    '1,204 places left at this price',
  ]);
  expect(said('ru')).toEqual([
    'По этой цене осталось 1 место',
    'По этой цене осталось 3 места',
    'По этой цене осталось 11 мест',
    'По этой цене осталось 1\u00a0204 места',
  ]);
  expect(said('kk')).toEqual([
    'Осы бағамен 1 орын қалды',
    'Осы бағамен 3 орын қалды',
    'Осы бағамен 11 орын қалды',
    'Осы бағамен 1\u00a0204 орын қалды',
  ]);
});

test('a parameter inside a plural is filled in', () => {
  expect(translate('kk')('distance.left', { capacity: 3000, left: '1 234' })).toBe(
    '3\u00a0000 орыннан 1 234 қалды',
  );
});

test('a page gets only the groups it asks for', () => {
  const some = Object.keys(messagesIn(catalogue.ru, ['donate', 'field']));
  expect(some.every((key) => /^(donate|field)\./.test(key))).toBe(true);
  expect(some).toContain('donate.title');
  expect(some).toContain('field.required');
});
