import type { ComponentChildren } from 'preact';
import { FailureNotice } from './failure-notice.tsx';
import { useLanguage } from './language.tsx';
import type { Followed } from './use-followed.ts';

/** What was loaded, or that it is being loaded, or why it is not there. After a failure the last value stays. */
export function Loaded<Value>({
  of: { value, failure },
  children,
}: {
  of: Followed<Value>;
  children: (value: Value) => ComponentChildren;
}) {
  const { t } = useLanguage();
  return (
    <>
      {failure && <FailureNotice failure={failure} />}
      {value === undefined && !failure && <p role="status">{t('console.loading')}</p>}
      {value !== undefined && children(value)}
    </>
  );
}
