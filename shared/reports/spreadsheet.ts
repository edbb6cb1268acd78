import { stringify } from 'csv-stringify/sync';
import type { Money } from '../contracts/basics.ts';

/**
 * Rows as CSV (RFC 4180) for spreadsheets, with a header of their members' names. A byte order mark makes Excel read
 * Kazakh letters.
 */
export function spreadsheet(rows: readonly Readonly<Record<string, string | number | undefined>>[]): string {
  // By itself the library quotes a carriage return or a line feed only where both stand together.
  return stringify([...rows], {
    header: true,
    bom: true,
    record_delimiter: 'windows',
    quoted_match: ['\r', '\n'],
  });
}

/** Money in whole units with two decimals, written from integers: `-1234.05` of -123405 tiyn. */
export function decimal({ amount }: Money): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Keeps a spreadsheet from taking text for a formula (owasp.org, "CSV Injection"); a sign alone is none. */
export function text(value = ''): string {
  return /^[=+\-@\t\r\n＝＋－＠]./s.test(value) ? `'${value}` : value;
}
