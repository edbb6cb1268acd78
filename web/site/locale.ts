import { type Locale, locales } from '../../shared/contracts/basics.ts';

/** Who says nothing reads Russian: most visitors do. */
export const defaultLocale: Locale = 'ru';

/** Each language by its own name. */
export const languageNames: Readonly<Record<Locale, string>> = {
  kk: 'Қазақша',
  ru: 'Русский',
  en: 'English',
};

/** @returns the language of that tag (`kk`, `ru-KZ`), or undefined where the service does not speak it. */
export function localeOf(tag: string): Locale | undefined {
  const language = tag.trim().toLowerCase().split('-')[0];
  return locales.find((locale) => locale === language);
}

/** The language of the service that an Accept-Language header likes best (RFC 9110, 12.5.4). */
export function preferredLocale(header: string | undefined): Locale {
  const wishes = (header ?? '').split(',').map((wish) => {
    const [tag = '', ...parameters] = wish.split(';');
    const quality = parameters.map((text) => /^\s*q=([\d.]+)\s*$/.exec(text)?.[1]).find(Boolean);
    return { locale: localeOf(tag), quality: quality === undefined ? 1 : Number(quality) };
  });
  const best = wishes
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .find(({ locale }) => locale !== undefined);
  return best?.locale ?? defaultLocale;
}
