import { formatMoney } from '../../messages/format.ts';
import type { Locale, Money } from '../../shared/contracts/basics.ts';

/** An amount as the language writes it, kept on one line. */
export function Amount({ of, locale }: { of: Money; locale: Locale }) {
  return <span class="figure">{formatMoney(of, locale)}</span>;
}
