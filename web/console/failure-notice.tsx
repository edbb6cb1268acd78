import type { Failure } from './failure.ts';
import { useLanguage } from './language.tsx';
import { useService } from './service.tsx';

/** Says why there is nothing to show, and what one can do. */
export function FailureNotice({ failure }: { failure: Failure }) {
  const { t } = useLanguage();
  const { session } = useService();
  switch (failure) {
    case 'no_role':
      return (
        <div class="notice bad" role="alert">
          <p>{t('console.noRole', { email: session.email() ?? '…' })}</p>
          <button class="button quiet" type="button" onClick={() => void session.signOut()}>
            {t('console.signOut')}
          </button>
        </div>
      );
    case 'event_unknown':
      return <Notice text={t('problem.event_unknown')} />;
    case 'signed_out':
      return <Notice text={t('problem.token_invalid')} />;
    case 'no_answer':
      return <Notice text={t('console.noAnswer')} />;
  }
}

function Notice({ text }: { text: string }) {
  return (
    <p class="notice bad" role="alert">
      {text}
    </p>
  );
}
