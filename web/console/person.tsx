import { useLanguage } from './language.tsx';
import { useService } from './service.tsx';

/** A person as the log knows them: oneself by a word, others by the beginning of the directory's identifier. */
export function Person({ of }: { of: string }) {
  const { t } = useLanguage();
  const { session } = useService();
  return of === session.subject() ? (
    <span>{t('console.you')}</span>
  ) : (
    <code title={of}>{of.slice(0, 8)}</code>
  );
}
