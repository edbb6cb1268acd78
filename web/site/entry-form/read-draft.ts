import type { Locale } from '../../../shared/contracts/basics.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import type { EntryInput, OrderInput } from '../../../shared/contracts/orders.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { ageOfMajority, ageOnRaceDay } from './age.ts';
import { type EntryDraft, type EntryField, entryPath, type RunnerDraft } from './draft.ts';

/** What the check needs to know of the event. */
interface RaceFacts {
  readonly raceDay: string;
  readonly distances: readonly DistanceView[];
}

export type ReadDraft =
  | { readonly order: OrderInput; readonly errors?: never }
  | { readonly errors: readonly FieldError[]; readonly order?: never };

/** The paths of what an order has once, though the request says it with every entry or as its contact. */
export const orderFields = {
  contactEmail: 'contact.email',
  rules: 'consents.rules',
  personalData: 'consents.personalData',
} as const;

/** Who gets the confirmation: the first runner, unless another address was typed. */
export function contactEmail(draft: EntryDraft): string {
  return draft.contactEmail || (draft.runners[0]?.email ?? '');
}

/** What a runner pays as far as the page knows. */
export function feeOf(runner: RunnerDraft, distances: readonly DistanceView[]) {
  return runner.price ?? distances.find(({ id }) => id === runner.distance)?.price;
}

/**
 * The order that a draft asks for, or what is missing. A help only: the service decides, and names what it refuses
 * by the same paths.
 */
export function readDraft(draft: EntryDraft, event: RaceFacts, locale: Locale): ReadDraft {
  const errors: FieldError[] = [];
  const entries = draft.runners.map((runner, index) => readRunner(runner, index, draft, event, errors));
  const email = contactEmail(draft).trim();
  if (!draft.rules) errors.push({ field: orderFields.rules, code: 'consent_required' });
  if (!draft.personalData) errors.push({ field: orderFields.personalData, code: 'consent_required' });
  if (errors.length > 0) return { errors };
  const complete = entries.filter((entry) => entry !== undefined);
  return { order: { contact: { email, locale }, entries: complete, donations: [] } };
}

const alwaysNeeded = [
  'distance',
  'givenName',
  'birthDate',
  'sex',
  'country',
  'email',
  'phone',
  'emergencyName',
  'emergencyPhone',
] as const satisfies readonly EntryField[];

function readRunner(
  runner: RunnerDraft,
  index: number,
  draft: EntryDraft,
  event: RaceFacts,
  errors: FieldError[],
): EntryInput | undefined {
  const refuse = (field: EntryField, code: FieldError['code'], limit?: number): void => {
    errors.push({ field: entryPath(index, field), code, ...(limit !== undefined && { limit }) });
  };
  for (const field of alwaysNeeded) if (runner[field].trim() === '') refuse(field, 'required');
  const distance = event.distances.find(({ id }) => id === runner.distance);
  const price = feeOf(runner, event.distances);
  const age = ageOnRaceDay(runner.birthDate, event.raceDay);
  if (runner.birthDate !== '' && age === undefined) refuse('birthDate', 'date_invalid');
  if (distance && age !== undefined && age < distance.minAge)
    refuse('birthDate', 'too_young', distance.minAge);
  if (distance?.maxAge !== undefined && age !== undefined && age > distance.maxAge)
    refuse('birthDate', 'too_old', distance.maxAge);
  const choosesProject = distance?.charity.chosenBy === 'runner' && distance.charity.total?.amount !== 0;
  if (choosesProject && runner.project === '') refuse('project', 'project_required');
  const needsGuardian = age !== undefined && age < ageOfMajority;
  if (needsGuardian) {
    if (runner.guardianName.trim() === '') refuse('guardianName', 'required');
    if (runner.guardianPhone.trim() === '') refuse('guardianPhone', 'required');
    if (!runner.guardianConsent) refuse('guardianConsent', 'consent_required');
  }
  if (runner.sex === '' || !price) return undefined;
  return {
    distance: runner.distance,
    price,
    ...(choosesProject && { project: runner.project }),
    runner: {
      givenName: runner.givenName,
      ...(runner.familyName.trim() !== '' && { familyName: runner.familyName }),
      birthDate: runner.birthDate,
      sex: runner.sex,
      country: runner.country,
      email: runner.email,
      phone: runner.phone,
      ...(runner.club.trim() !== '' && { club: runner.club }),
      ...(runner.wheelchair && { wheelchair: true }),
      emergencyContact: { name: runner.emergencyName, phone: runner.emergencyPhone },
      ...(needsGuardian && {
        guardian: { name: runner.guardianName, phone: runner.guardianPhone, consent: runner.guardianConsent },
      }),
    },
    consents: { rules: draft.rules, personalData: draft.personalData },
  };
}

/** Where the page shows what the service refused: a block's first field, or the one consent for all runners. */
export function fieldShown(field: string): string {
  const rest = /^entries\.\d+\.(.*)$/.exec(field)?.[1];
  if (rest?.startsWith('consents.')) return rest;
  if (rest === 'runner.guardian' || rest === 'runner.emergencyContact') return `${field}.name`;
  if (field === 'entries') return 'entries.0.distance';
  if (rest === 'runner') return `${field}.givenName`;
  return field;
}
