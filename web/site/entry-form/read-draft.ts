import type { Locale } from '../../../shared/contracts/basics.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import type { EntryInput, OrderInput } from '../../../shared/contracts/orders.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { type EntryDraft, type EntryField, entryPath, type RunnerDraft } from './draft.ts';
import { readPerson } from './read-person.ts';

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
export function feeOf(runner: Pick<RunnerDraft, 'price' | 'distance'>, distances: readonly DistanceView[]) {
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
  const price = feeOf(runner, event.distances);
  const person = readPerson(runner, { raceDay: event.raceDay, ...distance }, refuse);
  const choosesProject = distance?.charity.chosenBy === 'runner' && distance.charity.total?.amount !== 0;
  if (choosesProject && runner.project === '') refuse('project', 'project_required');
  if (!person || !price) return undefined;
  return {
    distance: runner.distance,
    price,
    ...(choosesProject && { project: runner.project }),
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
  if (rest === 'runner') return `${field}.givenName`;
  return field;
}
