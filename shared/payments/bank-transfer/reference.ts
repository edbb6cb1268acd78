import { createHash } from 'node:crypto';

/** Digits of a reference before its two check digits. */
const ownDigits = 8;
const allDigits = ownDigits + 2;

/**
 * The reference by which an order is known on a bank statement: digits only, since they are typed the same on every
 * keyboard. Eight depend on the order, the last two check them (ISO 7064, MOD 97-10), so that no single wrong digit
 * and no two exchanged ones make the reference of another order.
 * @param attempt from 1; the next one where another order has that reference.
 */
export function referenceOf(order: string, attempt: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['reference', order, attempt]))
    .digest();
  const own = String(digest.readUInt32BE(0) % 10 ** ownDigits).padStart(ownDigits, '0');
  return own + String(98 - ((Number(own) * 100) % 97)).padStart(2, '0');
}

/** Whether a text is a reference as `referenceOf` makes them. */
export function isReference(text: string): boolean {
  return /^\d{10}$/.test(text) && Number(text) % 97 === 1;
}

/** A longer text than a statement line has is not looked through. */
const longestText = 500;
/** More references than this in one line say nothing. */
const mostReferences = 10;

/**
 * The references that a statement line may mean, in order of appearance: ten digits that check, written together or
 * apart by a space, a hyphen or a full stop. Longer numbers, such as a BIN of twelve digits, have none in them.
 */
export function referencesIn(text: string): string[] {
  const found = new Set<string>();
  for (const [run] of text.slice(0, longestText).matchAll(/\d+(?:[ \u00a0.-]\d+)*/g)) {
    const groups = run.split(/[ \u00a0.-]/);
    for (let first = 0; first < groups.length; first += 1) {
      let joined = '';
      for (let last = first; last < groups.length && joined.length < allDigits; last += 1)
        joined += groups[last] ?? '';
      if (isReference(joined)) found.add(joined);
    }
  }
  return [...found].slice(0, mostReferences);
}
