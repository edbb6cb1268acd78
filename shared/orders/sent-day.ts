import type { FieldError } from '../contracts/problems.ts';
import { Refusal } from '../platform/problem.ts';

/**
 * Refuses a day on which money cannot have been sent by bank.
 * @param first the day on which it was owed, or had come.
 * @param last today.
 * @throws Refusal `validation_failed` for the field `date`: `too_small` or `too_large`, with the day that limits it.
 */
export function refuseSentDay(date: string, { first, last }: { first: string; last: string }): void {
  const wrong = (code: FieldError['code'], limit: string) =>
    new Refusal('validation_failed', { errors: [{ field: 'date', code, limit }] });
  if (date < first) throw wrong('too_small', first);
  if (date > last) throw wrong('too_large', last);
}
