import type { Locale, Money } from '../../../shared/contracts/basics.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import type { OrderInput } from '../../../shared/contracts/orders.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { orderFields } from '../entry-form/read-draft.ts';

/** What has been typed about a team; everything may still be missing. */
export interface TeamDraft {
  readonly name: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
  readonly phone: string;
  readonly project: string;
  readonly rules: boolean;
  readonly personalData: boolean;
  /** The new price, where the service said that the shown one is over. */
  readonly price?: Money | undefined;
}

export const emptyTeam: TeamDraft = {
  name: '',
  givenName: '',
  familyName: '',
  email: '',
  phone: '',
  project: '',
  rules: false,
  personalData: false,
};

/** Where a value of the draft stands in the request; also the id of its element. */
export const teamPaths = {
  name: 'entries.0.team.name',
  givenName: 'entries.0.team.captain.givenName',
  familyName: 'entries.0.team.captain.familyName',
  email: 'entries.0.team.captain.email',
  phone: 'entries.0.team.captain.phone',
  project: 'entries.0.project',
  rules: orderFields.rules,
  personalData: orderFields.personalData,
} as const satisfies Record<Exclude<keyof TeamDraft, 'price'>, string>;
export type TeamField = keyof typeof teamPaths;

const alwaysNeeded = ['name', 'givenName', 'email', 'phone'] as const satisfies readonly TeamField[];

/** The order that a team's draft asks for, or what is missing. A help only: the service decides. */
export function readTeam(
  draft: TeamDraft,
  distance: DistanceView,
  locale: Locale,
): { order: OrderInput; errors?: never } | { errors: FieldError[]; order?: never } {
  const errors: FieldError[] = alwaysNeeded
    .filter((field) => draft[field].trim() === '')
    .map((field) => ({ field: teamPaths[field], code: 'required' }));
  const choosesProject = distance.charity.chosenBy === 'runner' && distance.charity.total?.amount !== 0;
  if (choosesProject && draft.project === '')
    errors.push({ field: teamPaths.project, code: 'project_required' });
  for (const consent of ['rules', 'personalData'] as const)
    if (!draft[consent]) errors.push({ field: teamPaths[consent], code: 'consent_required' });
  const price = draft.price ?? distance.price;
  if (errors.length > 0 || !price) return { errors };
  const { name, givenName, familyName, email, phone, project, rules, personalData } = draft;
  const captain = { givenName, ...(familyName.trim() !== '' && { familyName }), email, phone };
  return {
    order: {
      contact: { email, locale },
      entries: [
        {
          distance: distance.id,
          price,
          ...(choosesProject && { project }),
          team: { name, captain },
          consents: { rules, personalData },
        },
      ],
      donations: [],
    },
  };
}
