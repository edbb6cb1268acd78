import type { Locale } from '../../../shared/contracts/basics.ts';
import { countryCodes } from '../../../shared/contracts/countries.ts';

/** Kazakhstan first, then by name. */
const first = 'KZ';

const named = new Map<Locale, readonly (readonly [code: string, name: string])[]>();

/** Every country with its name in the language, in the order a list shows them. */
export function countriesIn(locale: Locale): readonly (readonly [code: string, name: string])[] {
  const known = named.get(locale);
  if (known) return known;
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
  const { compare } = new Intl.Collator(locale);
  const list = [...countryCodes]
    .map((code) => [code, names.of(code) ?? code] as const)
    .sort((a, b) => (a[0] === first ? -1 : b[0] === first ? 1 : compare(a[1], b[1])));
  named.set(locale, list);
  return list;
}
