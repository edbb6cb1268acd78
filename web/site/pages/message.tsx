import { translate } from '../../../messages/catalogue.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import { inLocale } from '../paths.ts';

/** A page that says why there is nothing to see: unknown address, unknown order, a fault. */
export function MessagePage({ locale, title, text }: { locale: Locale; title: string; text: string }) {
  return (
    <div class="wrap section narrow message">
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      <p>
        <a class="button" href={inLocale(locale, '')}>
          {translate(locale)('notFound.home')}
        </a>
      </p>
    </div>
  );
}
