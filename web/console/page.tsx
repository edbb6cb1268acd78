import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLanguage } from './language.tsx';

/** A page's heading and content; the heading names the tab as well. */
export function Page({ title, children }: { title: string; children: ComponentChildren }) {
  const { t } = useLanguage();
  const name = t('site.name');
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  return (
    <>
      <h1>{title}</h1>
      {children}
    </>
  );
}
