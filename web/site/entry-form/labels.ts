import type { KeyIn, Translate } from '../../../messages/translate.ts';
import { type EntryField, entryPaths } from './draft.ts';
import { extrasPaths } from './extras.ts';
import { orderFields } from './read-draft.ts';

const entryLabels = {
  distance: 'entry.distance',
  project: 'entry.project',
  givenName: 'entry.givenName',
  familyName: 'entry.familyName',
  birthDate: 'entry.birthDate',
  sex: 'entry.sex',
  country: 'entry.country',
  email: 'entry.email',
  phone: 'entry.phone',
  club: 'entry.club',
  wheelchair: 'entry.wheelchair',
  emergencyName: 'entry.emergency',
  emergencyPhone: 'entry.emergency',
  guardianName: 'entry.guardian',
  guardianPhone: 'entry.guardian',
  guardianConsent: 'entry.guardian',
} as const satisfies Record<EntryField, KeyIn<'entry'>>;

const orderLabels = {
  [orderFields.contactEmail]: 'entry.contactEmail',
  [orderFields.rules]: 'entry.confirmation',
  [orderFields.personalData]: 'entry.confirmation',
  [extrasPaths.code]: 'entry.codeLabel',
  [extrasPaths.gift]: 'entry.addGift',
  [extrasPaths.giftProject]: 'entry.giftProject',
} as const;

const isEntryField = (name: string): name is EntryField => name in entryPaths;

const labelByPath = new Map<string, KeyIn<'entry'>>([
  ...Object.entries(orderLabels),
  ...Object.keys(entryPaths)
    .filter(isEntryField)
    .map((field) => [entryPaths[field], entryLabels[field]] as const),
]);

/**
 * What a field is called in the list of errors: its label, and whose it is where there are several runners.
 * Undefined for a path that the form does not show.
 */
export function fieldLabel(t: Translate<KeyIn<'entry'>>, field: string, runners: number): string | undefined {
  const [, index, path = field] = /^entries\.(\d+)\.(.*)$/.exec(field) ?? [];
  const label = labelByPath.get(path);
  if (label === undefined) return undefined;
  return index === undefined || runners === 1
    ? t(label)
    : `${t('entry.runner', { number: Number(index) + 1 })}, ${t(label)}`;
}
