import type { ComponentChildren } from 'preact';
import { translate } from '../../messages/catalogue.ts';
import { type Locale, locales } from '../../shared/contracts/basics.ts';
import { iconUrl, Logo } from '../parts/logo.tsx';
import type { EntryName, SiteAssets } from './assets.ts';
import { languageNames } from './locale.ts';
import { inLocale } from './paths.ts';

export interface DocumentProps {
  readonly locale: Locale;
  /** The address without its language, with its query: what the language switch keeps. */
  readonly page: string;
  readonly title: string;
  readonly description?: string;
  readonly assets: SiteAssets;
  readonly publicUrl: string;
  readonly script?: EntryName;
  /** Not for search engines, and its address is told to nobody: a page with a token, or an error. */
  readonly hidden?: boolean;
  readonly children: ComponentChildren;
}

/** A whole page: head, header with the languages, content, footer. */
export function Document(props: DocumentProps) {
  const { locale, page, title, description, assets, publicUrl, hidden } = props;
  const t = translate(locale);
  const script = props.script && assets.entries[props.script];
  const [path = ''] = page.split('?');
  const fullTitle = title === t('site.name') ? title : `${title} · ${t('site.name')}`;
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <title>{fullTitle}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#11161d" />
        {/* Phone numbers and dates in the text stay text. */}
        <meta name="format-detection" content="telephone=no, date=no, address=no" />
        <link rel="icon" href={iconUrl} />
        <link rel="stylesheet" href={assets.css} />
        {script && <script type="module" src={script.script} />}
        {script?.shared.map((file) => (
          <link key={file} rel="modulepreload" href={file} />
        ))}
        {hidden ? (
          <>
            <meta name="robots" content="noindex" />
            <meta name="referrer" content="no-referrer" />
          </>
        ) : (
          <>
            <link rel="canonical" href={publicUrl + inLocale(locale, path)} />
            {locales.map((other) => (
              <link key={other} rel="alternate" hreflang={other} href={publicUrl + inLocale(other, path)} />
            ))}
            <meta property="og:title" content={title} />
            <meta property="og:type" content="website" />
            <meta property="og:url" content={publicUrl + inLocale(locale, path)} />
          </>
        )}
        {description && <meta name="description" content={description} />}
      </head>
      <body>
        <a class="skip" href="#content">
          {t('site.skip')}
        </a>
        <header class="site-header">
          <div class="wrap">
            <a class="brand" href={inLocale(locale, '')}>
              <Logo />
              <span>{t('site.name')}</span>
            </a>
            <nav aria-label={t('site.language')} class="languages">
              {locales.map((other) => (
                <a
                  key={other}
                  href={inLocale(other, page)}
                  hreflang={other}
                  lang={other}
                  aria-current={other === locale ? 'true' : undefined}
                  title={languageNames[other]}
                >
                  {other === 'kk' ? 'Қаз' : other === 'ru' ? 'Рус' : 'Eng'}
                </a>
              ))}
            </nav>
          </div>
        </header>
        <main id="content">{props.children}</main>
        <footer class="site-footer">
          <div class="wrap">
            <p>{t('site.footer')}</p>
            <p>
              <a href={inLocale(locale, '')}>{t('site.allEvents')}</a>
            </p>
          </div>
        </footer>
      </body>
    </html>
  );
}
