import type { Locale, LocalText } from '../../../shared/contracts/basics.ts';
import { eventPage, inLocale } from '../paths.ts';

/** The way back from a page that belongs to a race. */
export function BackToEvent({ locale, event }: { locale: Locale; event: { id: string; name: LocalText } }) {
  return (
    <p class="back">
      <a href={inLocale(locale, eventPage(event.id))}>{event.name[locale]}</a>
    </p>
  );
}
