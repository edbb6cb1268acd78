import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { type Messages, type Translate, translator } from '../../messages/translate.ts';
import { type Locale, locales } from '../../shared/contracts/basics.ts';

const messagesOf = {
  kk: () => import('../../messages/kk.json'),
  ru: () => import('../../messages/ru.json'),
  en: () => import('../../messages/en.json'),
} as const satisfies Record<Locale, () => Promise<{ default: Messages }>>;

const storageKey = 'startline.locale';

export interface Language {
  readonly locale: Locale;
  readonly t: Translate;
  /** Shows the console in another language, and remembers it. */
  readonly change: (locale: Locale) => void;
}

const LanguageContext = createContext<Language | undefined>(undefined);

/** The language that the page is shown in. */
export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (!language) throw new Error('No language around this part of the page.');
  return language;
}

/** The language chosen here before, or the first of the browser's that the service speaks. */
export function preferredLocale(): Locale {
  const wishes = [localStorage.getItem(storageKey) ?? '', ...navigator.languages];
  const found = wishes.map((tag) => locales.find((locale) => tag.toLowerCase().split('-')[0] === locale));
  return found.find((locale) => locale !== undefined) ?? 'ru';
}

export async function loadMessages(locale: Locale): Promise<Messages> {
  return (await messagesOf[locale]()).default;
}

/** Shows what is inside in a language that can be changed. */
export function LanguageProvider(props: {
  readonly start: { readonly locale: Locale; readonly messages: Messages };
  readonly children: ComponentChildren;
}) {
  const [{ locale, messages }, setShown] = useState(props.start);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const language = useMemo(
    (): Language => ({
      locale,
      t: translator(locale, messages),
      change: (next) => {
        localStorage.setItem(storageKey, next);
        loadMessages(next).then(
          (loaded) => setShown({ locale: next, messages: loaded }),
          // Without a connection the language stays as it is; the page says elsewhere that there is none.
          () => undefined,
        );
      },
    }),
    [locale, messages],
  );
  return <LanguageContext.Provider value={language}>{props.children}</LanguageContext.Provider>;
}
