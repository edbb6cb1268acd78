import type { RunnerInput } from '../../../shared/contracts/orders.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { ageOfMajority, ageOnRaceDay } from './age.ts';
import type { PersonDraft, PersonField } from './draft.ts';

/** What a distance asks of who runs it; ages count on race day. */
interface PersonRule {
  readonly raceDay: string;
  readonly minAge?: number;
  readonly maxAge?: number | undefined;
}

const alwaysNeeded = [
  'givenName',
  'birthDate',
  'sex',
  'country',
  'email',
  'phone',
  'emergencyName',
  'emergencyPhone',
] as const satisfies readonly PersonField[];

/** The person that a draft describes; what is missing or wrong is told to `refuse`. A help only: the service decides. */
export function readPerson(
  person: PersonDraft,
  { raceDay, minAge, maxAge }: PersonRule,
  refuse: (field: PersonField, code: FieldError['code'], limit?: number) => void,
): RunnerInput | undefined {
  for (const field of alwaysNeeded) if (person[field].trim() === '') refuse(field, 'required');
  const age = ageOnRaceDay(person.birthDate, raceDay);
  if (person.birthDate !== '' && age === undefined) refuse('birthDate', 'date_invalid');
  if (minAge !== undefined && age !== undefined && age < minAge) refuse('birthDate', 'too_young', minAge);
  if (maxAge !== undefined && age !== undefined && age > maxAge) refuse('birthDate', 'too_old', maxAge);
  const needsGuardian = age !== undefined && age < ageOfMajority;
  if (needsGuardian) {
    if (person.guardianName.trim() === '') refuse('guardianName', 'required');
    if (person.guardianPhone.trim() === '') refuse('guardianPhone', 'required');
    if (!person.guardianConsent) refuse('guardianConsent', 'consent_required');
  }
  if (person.sex === '') return undefined;
  return {
    givenName: person.givenName,
    ...(person.familyName.trim() !== '' && { familyName: person.familyName }),
    birthDate: person.birthDate,
    sex: person.sex,
    country: person.country,
    email: person.email,
    phone: person.phone,
    ...(person.club.trim() !== '' && { club: person.club }),
    ...(person.wheelchair && { wheelchair: true }),
    emergencyContact: { name: person.emergencyName, phone: person.emergencyPhone },
    ...(needsGuardian && {
      guardian: { name: person.guardianName, phone: person.guardianPhone, consent: person.guardianConsent },
    }),
  };
}
