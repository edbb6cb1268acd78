import type { Locale, Money } from '../shared/contracts/basics.ts';
import { dateFormat, numberFormat } from '../shared/contracts/intl.ts';

/**
 * Languages as `Intl` is asked for them. Chromium says that it knows Kazakh but has no data for it (`₸ 20,000.00`,
 * `2026 M11 24`): numbers are taken from Russian, which writes them the same way, and dates are put together here.
 */
const numberLocale = { kk: 'ru', ru: 'ru', en: 'en-GB' } as const satisfies Record<Locale, string>;
const dateLocale = { kk: 'en-GB', ru: 'ru', en: 'en-GB' } as const satisfies Record<Locale, string>;

const kazakhMonths = [
  'қаңтар',
  'ақпан',
  'наурыз',
  'сәуір',
  'мамыр',
  'маусым',
  'шілде',
  'тамыз',
  'қыркүйек',
  'қазан',
  'қараша',
  'желтоқсан',
];
const kazakhWeekdays = ['жексенбі', 'дүйсенбі', 'сейсенбі', 'сәрсенбі', 'бейсенбі', 'жұма', 'сенбі'];

/** A number with the language's separators: `1 234` or `1,234`. */
export function formatNumber(value: number, locale: Locale): string {
  return numberFormat(numberLocale[locale]).format(value);
}

/** `20 000 ₸`; decimals only where there are any. */
export function formatMoney({ amount, currency }: Money, locale: Locale): string {
  const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  const decimals = numberFormat('en', style).resolvedOptions().maximumFractionDigits ?? 0;
  const unit = 10 ** decimals;
  return numberFormat(numberLocale[locale], {
    ...style,
    minimumFractionDigits: amount % unit === 0 ? 0 : decimals,
  }).format(amount / unit);
}

/** The sign of a currency: `₸`. */
export function currencySymbol(currency: string): string {
  const parts = numberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  return parts.find(({ type }) => type === 'currency')?.value ?? currency;
}

/** A calendar day (`YYYY-MM-DD`) with its weekday: `Sunday, 18 April 2027`. */
export function formatDay(day: string, locale: Locale): string {
  return formatDate(new Date(`${day}T00:00:00Z`), 'UTC', locale, true);
}

/** The day of a moment in a zone: `18 April 2027`. */
export function formatDayOf(instant: string, zone: string, locale: Locale): string {
  return formatDate(new Date(instant), zone, locale, false);
}

/** Whether a moment falls on a calendar day (`YYYY-MM-DD`) in a zone. */
export function isOn(instant: string, day: string, zone: string): boolean {
  return dateFormat('en-CA', { timeZone: zone }).format(new Date(instant)) === day;
}

/** The time of day of a moment in a zone: `08:30`; with seconds where they matter. */
export function formatTime(instant: string, zone: string, locale: Locale, seconds = false): string {
  return dateFormat(dateLocale[locale], {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    hourCycle: 'h23',
  }).format(new Date(instant));
}

/** Day and time of a moment in a zone: `18 April 2027, 08:30`. */
export function formatMoment(instant: string, zone: string, locale: Locale): string {
  return `${formatDayOf(instant, zone, locale)}, ${formatTime(instant, zone, locale)}`;
}

function formatDate(date: Date, zone: string, locale: Locale, weekday: boolean): string {
  if (locale !== 'kk')
    return dateFormat(dateLocale[locale], {
      timeZone: zone,
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      ...(weekday && { weekday: 'long' }),
    }).format(date);
  const [year = 0, month = 1, day = 1] = dateFormat('en-CA', { timeZone: zone })
    .format(date)
    .split('-')
    .map(Number);
  const text = `${year} жылғы ${day} ${kazakhMonths[month - 1]}`;
  const name = kazakhWeekdays[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return weekday ? `${text}, ${name}` : text;
}

/** The reference of an invoice in groups that are easy to read and to type: `1234 5678 90`. */
export function formatReference(reference: string): string {
  return reference.replace(/^(\d{4})(\d{4})(\d{2})$/, '$1\u00a0$2\u00a0$3');
}
