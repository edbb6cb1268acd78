import { formatMoney } from '../../messages/format.ts';
import type { KeyIn, Translate } from '../../messages/translate.ts';
import type { Locale } from '../../shared/contracts/basics.ts';
import type { FieldError } from '../../shared/contracts/problems.ts';

const namesLimit: ReadonlySet<FieldError['code']> = new Set([
  'too_short',
  'too_long',
  'too_few',
  'too_many',
  'too_small',
  'too_large',
  'too_young',
  'too_old',
]);

/**
 * The sentence for a refused field.
 * @param currency of the amounts in the form: what is too small or too large is always money.
 */
export function fieldMessage(
  t: Translate<KeyIn<'field'>>,
  locale: Locale,
  { code, limit }: FieldError,
  currency: string,
): string {
  if (limit === undefined) return t(namesLimit.has(code) ? 'field.format_invalid' : `field.${code}`);
  const isAmount = typeof limit === 'number' && (code === 'too_small' || code === 'too_large');
  return t(`field.${code}`, { limit: isAmount ? formatMoney({ amount: limit, currency }, locale) : limit });
}
