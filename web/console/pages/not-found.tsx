import { useLanguage } from '../language.tsx';
import { Page } from '../page.tsx';

export function NotFoundPage() {
  const { t } = useLanguage();
  return (
    <Page title={t('notFound.title')}>
      <p>{t('notFound.text')}</p>
      <p>
        <a href="/console/">{t('console.toEvents')}</a>
      </p>
    </Page>
  );
}
