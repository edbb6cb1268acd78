import { type Locale, locales } from '../../shared/contracts/basics.ts';
import { Logo } from '../parts/logo.tsx';
import { useLanguage } from './language.tsx';
import { MainNavigation } from './navigation.tsx';
import { useService } from './service.tsx';

/** Each language by its own name, of which the first part is shown. */
const names = {
  kk: ['Қаз', 'ақша'],
  ru: ['Рус', 'ский'],
  en: ['Eng', 'lish'],
} as const satisfies Record<Locale, readonly [shown: string, rest: string]>;

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
              aria-pressed={other === locale}
              onClick={() => change(other)}
            >
              {names[other][0]}
              <span class="visually-hidden">{names[other][1]}</span>
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
      {isSignedIn && (
        <div class="wrap main-places">
          <MainNavigation />
        </div>
      )}
    </header>
  );
}
