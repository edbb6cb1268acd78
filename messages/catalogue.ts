import type { Locale } from '../shared/contracts/basics.ts';
import en from './en.json' with { type: 'json' };
import kk from './kk.json' with { type: 'json' };
import ru from './ru.json' with { type: 'json' };
import { type Messages, type Translate, translator } from './translate.ts';

/** All messages by language, for the server; a page's script gets only those it needs. */
export const catalogue: Readonly<Record<Locale, Messages>> = { kk, ru, en };

const translators: Readonly<Record<Locale, Translate>> = {
  kk: translator('kk', kk),
  ru: translator('ru', ru),
  en: translator('en', en),
};

/** Translates into a language, with every message at hand. */
export function translate(locale: Locale): Translate {
  return translators[locale];
}
