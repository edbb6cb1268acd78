import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { ageOn } from '../catalogue/time.ts';
import type { RunnerInput } from '../contracts/orders.ts';
import type { FieldError } from '../contracts/problems.ts';
import { keyedDigest } from '../platform/ids.ts';

/** The age from which a runner answers for themselves; younger ones name a guardian (Civil Code of Kazakhstan, art. 17). */
export const ageOfMajority = 18;

/** What a distance asks of its runners, with ages counted on race day as the published rules say. */
export interface AgeRule {
  readonly raceDay: string;
  readonly minAge: number;
  readonly maxAge?: number;
}

/** A phone number in E.164, read as a Kazakh one when it has no country code; undefined when it cannot be one. */
export function normalPhone(phone: string): string | undefined {
  const parsed = parsePhoneNumberFromString(phone, 'KZ');
  return parsed?.isPossible() ? parsed.number : undefined;
}

/**
 * What stands against a runner entering: age on race day (right on a birthday counts as that age), a guardian for
 * those under age, phone numbers that cannot be dialled, a birth date in the future or before 1900.
 * @param at the path of the runner within the body, for the fields named.
 */
export function runnerErrors(runner: RunnerInput, rule: AgeRule, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const age = ageOn(rule.raceDay, runner.birthDate);
  const field = `${at}.birthDate`;
  if (runner.birthDate < '1900-01-01' || runner.birthDate > rule.raceDay)
    errors.push({ field, code: 'date_invalid' });
  else if (age < rule.minAge) errors.push({ field, code: 'too_young', limit: rule.minAge });
  else if (rule.maxAge !== undefined && age > rule.maxAge)
    errors.push({ field, code: 'too_old', limit: rule.maxAge });
  else if (age < ageOfMajority && !runner.guardian)
    errors.push({ field: `${at}.guardian`, code: 'guardian_required' });
  if (runner.guardian && !runner.guardian.consent)
    errors.push({ field: `${at}.guardian.consent`, code: 'consent_required' });
  const phones = {
    phone: runner.phone,
    'emergencyContact.phone': runner.emergencyContact.phone,
    'guardian.phone': runner.guardian?.phone,
  };
  for (const [name, phone] of Object.entries(phones))
    if (phone !== undefined && normalPhone(phone) === undefined)
      errors.push({ field: `${at}.${name}`, code: 'phone_invalid' });
  return errors;
}

/**
 * A name as it identifies a person: compatibility forms, case, accents (José and Jose, Алёна and Алена) and
 * punctuation do not make a different runner; the order of given and family name does not either.
 */
export function normalName(givenName: string, familyName = ''): string {
  return (
    `${givenName} ${familyName}`
      .normalize('NFKD')
      // Accents of Latin, Cyrillic and Greek; the marks of other scripts are letters in their own right.
      .replace(/[\u0300-\u036f]/g, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{Zs}\p{Pd}]/gu, '')
      .normalize('NFKC')
      .split(/[\p{Zs}\p{Pd}]+/u)
      .filter((word) => word !== '')
      .sort()
      .join(' ')
  );
}

/**
 * The key of the lock that keeps a runner to one live entry per event: a keyed digest, so that the table does not
 * tell who entered to someone without the key.
 */
export function runnerLockId(key: string, event: string, runner: RunnerInput): string {
  return keyedDigest(key, 'runner', event, normalName(runner.givenName, runner.familyName), runner.birthDate);
}
