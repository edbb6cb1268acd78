import type { Money } from '../../shared/contracts/basics.ts';

const decimals = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 0;

/**
 * An amount as people type it (`5000`, `5 000`, `5000,50`), in minor units; undefined when it is no amount or has
 * more decimals than the currency.
 */
export function parseAmount(text: string, currency: string): Money | undefined {
  const digits = text.replace(/[\s\u00a0\u202f₸]/g, '').replace(',', '.');
  const [, whole, fraction = ''] = /^(\d{1,10})(?:\.(\d+))?$/.exec(digits) ?? [];
  const places = decimals(currency);
  if (whole === undefined || fraction.length > places) return undefined;
  return { amount: Number(whole + fraction.padEnd(places, '0')), currency };
}
