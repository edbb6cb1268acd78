import type { Locale } from '../../../shared/contracts/basics.ts';
import type { EntryInput, OrderInput } from '../../../shared/contracts/orders.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { type EntryDraft, type EntryField, entryPath, type RunnerDraft } from './draft.ts';
import { type ExtrasData, extrasPaths, readExtras } from './extras.ts';
import { choosesProject, feeOf, type PriceFacts } from './fee.ts';
import { readPerson } from './read-person.ts';

/** What the check needs to know of the event. */
interface RaceFacts extends PriceFacts, ExtrasData {}

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
  const fees = entries.reduce((sum, entry) => sum + (entry?.price.amount ?? 0), 0);
  const extras = readExtras(draft.extras, event, draft.runners[0]?.project ?? '', fees);
  errors.push(...extras.errors);
  if (errors.length > 0) return { errors };
  const complete = entries.filter((entry) => entry !== undefined);
  return { order: { contact: { email, locale }, entries: complete, ...extras.part } };
}

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
  if (runner.distance.trim() === '') refuse('distance', 'required');
  const distance = event.distances.find(({ id }) => id === runner.distance);
  const fee = feeOf(runner, index, event);
  const person = readPerson(runner, { raceDay: event.raceDay, ...distance }, refuse);
  const isAsked = choosesProject(fee, distance);
  if (isAsked && runner.project === '') refuse('project', 'project_required');
  if (!person || !fee) return undefined;
  return {
    distance: runner.distance,
    price: fee.price,
    ...(isAsked && { project: runner.project }),
    runner: person,
    consents: { rules: draft.rules, personalData: draft.personalData },
  };
}

/** Where the page shows what the service refused: a block's first field, or the one consent for all runners. */
export function fieldShown(field: string): string {
  const rest = /^entries\.\d+\.(.*)$/.exec(field)?.[1] ?? field;
  if (rest.startsWith('consents.')) return rest;
  if (rest === 'runner.guardian' || rest === 'runner.emergencyContact') return `${field}.name`;
  if (field === 'entries') return 'entries.0.distance';
  if (field.startsWith(extrasPaths.gift) || field === 'donations') return extrasPaths.gift;
  if (rest === 'runner') return `${field}.givenName`;
  return field;
}
