import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { useLanguage } from '../language.tsx';
import { useService } from '../service.tsx';
import { DirectoryError } from '../session/directory.ts';
import { type SignInNotice, SignInPage } from './sign-in.tsx';

const start = '/console/';

/** Where the staff directory sends the browser back to: ends the sign-in and goes on to the page asked for. */
export function CallbackPage({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const { t } = useLanguage();
  const { session } = useService();
  const { route } = useLocation();
  const [notice, setNotice] = useState<SignInNotice>();
  useEffect(() => {
    session.finish(new URL(location.href)).then(
      (returnTo) => {
        onSignedIn();
        route(returnTo, true);
      },
      (error: unknown) => {
        // The code in the address is used up: a reload cannot help.
        history.replaceState(null, '', '/console/callback');
        const isOut = error instanceof DirectoryError && error.reason === 'out_of_reach';
        setNotice(isOut ? 'directoryOut' : 'signInRefused');
      },
    );
  }, [session, route, onSignedIn]);
  return notice ? (
    <SignInPage returnTo={start} notice={notice} />
  ) : (
    <p role="status">{t('console.signingIn')}</p>
  );
}
