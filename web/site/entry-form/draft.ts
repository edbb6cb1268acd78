import type { Money } from '../../../shared/contracts/basics.ts';
import type { ExtrasDraft } from './extras.ts';

/** What has been typed about one person who runs; everything may still be missing. */
export interface PersonDraft {
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate: string;
  readonly sex: '' | 'female' | 'male';
  readonly country: string;
  readonly email: string;
  readonly phone: string;
  readonly club: string;
  readonly wheelchair: boolean;
  readonly emergencyName: string;
  readonly emergencyPhone: string;
  readonly guardianName: string;
  readonly guardianPhone: string;
  readonly guardianConsent: boolean;
}

/** What has been typed about one entry. */
export interface RunnerDraft extends PersonDraft {
  readonly distance: string;
  readonly project: string;
  /** The new price, where the service said that the shown one is over. */
  readonly price?: Money | undefined;
}

export interface EntryDraft {
  readonly runners: readonly RunnerDraft[];
  /** Empty while it follows the first runner's address. */
  readonly contactEmail: string;
  readonly rules: boolean;
  readonly personalData: boolean;
  readonly extras: ExtrasDraft;
}

/** Where a value of a person stands in an entry of the request, and in what a participant sends. */
export const personPaths = {
  givenName: 'runner.givenName',
  familyName: 'runner.familyName',
  birthDate: 'runner.birthDate',
  sex: 'runner.sex',
  country: 'runner.country',
  email: 'runner.email',
  phone: 'runner.phone',
  club: 'runner.club',
  wheelchair: 'runner.wheelchair',
  emergencyName: 'runner.emergencyContact.name',
  emergencyPhone: 'runner.emergencyContact.phone',
  guardianName: 'runner.guardian.name',
  guardianPhone: 'runner.guardian.phone',
  guardianConsent: 'runner.guardian.consent',
} as const satisfies Record<keyof PersonDraft, string>;
export type PersonField = keyof typeof personPaths;

/** Where a value of the draft stands in an entry of the request. */
export const entryPaths = {
  distance: 'distance',
  project: 'project',
  ...personPaths,
} as const satisfies Record<Exclude<keyof RunnerDraft, 'price'>, string>;
export type EntryField = keyof typeof entryPaths;

/** The path of a runner's value in the request; also the id of its element. */
export const entryPath = (index: number, field: EntryField): string =>
  `entries.${index}.${entryPaths[field]}`;

const homeCountry = 'KZ';

/** The paths of the values in a change of one runner. */
export function changedPaths(index: number, change: Partial<RunnerDraft>): string[] {
  return Object.keys(change)
    .filter((key): key is EntryField => key in entryPaths)
    .map((field) => entryPath(index, field));
}

export function emptyRunner(distance: string): RunnerDraft {
  return { distance, project: '', ...emptyPerson() };
}

/** A runner without the price that the service named: what the prices depend on has changed. */
export function withoutPrice(runner: RunnerDraft): RunnerDraft {
  return { ...runner, price: undefined };
}

export function emptyPerson(): PersonDraft {
  return {
    givenName: '',
    familyName: '',
    birthDate: '',
    sex: '',
    country: homeCountry,
    email: '',
    phone: '',
    club: '',
    wheelchair: false,
    emergencyName: '',
    emergencyPhone: '',
    guardianName: '',
    guardianPhone: '',
    guardianConsent: false,
  };
}

/** One more of the family: what a family shares is taken over from the first (a Kazakh or Russian family name differs). */
export function nextRunner(first: RunnerDraft): RunnerDraft {
  const { distance, project, country, email, phone, club, emergencyName, emergencyPhone } = first;
  return { ...emptyRunner(distance), project, country, email, phone, club, emergencyName, emergencyPhone };
}
