import { translate } from '../../../messages/catalogue.ts';
import type { Locale } from '../../../shared/contracts/basics.ts';
import { inLocale } from '../paths.ts';

/** A page that says why there is nothing to see: unknown address, unknown order, a fault. */
export function MessagePage(props: {
  locale: Locale;
  title: string;
  text: string;
  /** Where to go from here; to all races when left out. */
  to?: { href: string; label: string };
}) {
  const { locale, title, text } = props;
  const { href, label } = props.to ?? {
    href: inLocale(locale, ''),
    label: translate(locale)('notFound.home'),
  };
  return (
    <div class="wrap section narrow message">
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      <p>
        <a class="button" href={href}>
          {label}
        </a>
      </p>
    </div>
  );
}
