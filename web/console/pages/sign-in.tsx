import { useState } from 'preact/hooks';
import { useLanguage } from '../language.tsx';
import { Page } from '../page.tsx';
import { useService } from '../service.tsx';

/** Why somebody who was signed in, or tried to be, is here. */
export type SignInNotice = 'sessionEnded' | 'signInRefused' | 'directoryOut';

/** Leads to the staff directory, and from there back to the page that was asked for. */
export function SignInPage(props: { readonly returnTo: string; readonly notice?: SignInNotice | undefined }) {
  const { locale, t } = useLanguage();
  const { session } = useService();
  const [isLeaving, setLeaving] = useState(false);
  const [notice, setNotice] = useState(props.notice);
  const hasFailed = notice !== undefined && notice !== 'sessionEnded';
  const signIn = () => {
    setLeaving(true);
    session.begin(props.returnTo, locale).catch(() => {
      setLeaving(false);
      setNotice('directoryOut');
    });
  };
  return (
    <div class="card sign-in">
      <Page title={t('console.title')}>
        <p class="soft">{t('console.lead')}</p>
        {notice && (
          <p class={hasFailed ? 'notice bad' : 'notice'} role="alert">
            {hasFailed && <strong>{t('console.signInFailed')}. </strong>}
            {t(`console.${notice}`)}
          </p>
        )}
        <button class="button wide" type="button" disabled={isLeaving} onClick={signIn}>
          {t(isLeaving ? 'console.signingIn' : hasFailed ? 'console.tryAgain' : 'console.signIn')}
        </button>
      </Page>
    </div>
  );
}
