import { type Locale, locales } from '../../shared/contracts/basics.ts';
import { Logo } from '../parts/logo.tsx';
import { useLanguage } from './language.tsx';
import { useService } from './service.tsx';

const names = {
  kk: ['Қаз', 'Қазақша'],
  ru: ['Рус', 'Русский'],
  en: ['Eng', 'English'],
} as const satisfies Record<Locale, readonly [short: string, full: string]>;

/** The service's name, the languages, and who is signed in. */
export function Header({ isSignedIn }: { isSignedIn: boolean }) {
  const { locale, t, change } = useLanguage();
  const { session } = useService();
  const email = session.email();
  return (
    <header class="console-header">
      <div class="wrap">
        <a class="brand" href="/console/">
          <Logo />
          <span>{t('site.name')}</span>
          <span class="brand-part">{t('console.title')}</span>
        </a>
        <nav class="languages" aria-label={t('site.language')}>
          {locales.map((other) => (
            <button
              key={other}
              type="button"
              lang={other}
              aria-label={names[other][1]}
              aria-pressed={other === locale}
              onClick={() => change(other)}
            >
              {names[other][0]}
            </button>
          ))}
        </nav>
        {isSignedIn && (
          <div class="who">
            {email !== undefined && (
              <span class="who-email">
                <span class="visually-hidden">{t('console.signedInAs', { email: '' })}</span>
                {email}
              </span>
            )}
            <button class="sign-out" type="button" onClick={() => void session.signOut()}>
              {t('console.signOut')}
            </button>
          </div>
        )}
      </div>
    </header>
  );
}
