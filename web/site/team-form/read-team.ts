import type { Locale, Money } from '../../../shared/contracts/basics.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import type { OrderInput } from '../../../shared/contracts/orders.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { type ExtrasData, type ExtrasDraft, noExtras, readExtras } from '../entry-form/extras.ts';
import { choosesProject, type Entrant, feeOf, type Quoted, type ShownFee } from '../entry-form/fee.ts';
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
  readonly extras: ExtrasDraft;
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
  extras: noExtras,
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
} as const satisfies Record<Exclude<keyof TeamDraft, 'price' | 'extras'>, string>;
export type TeamField = keyof typeof teamPaths;

/** A team as something that is priced. */
export function teamEntrant({ project, price }: TeamDraft, { id }: DistanceView): Entrant {
  return { distance: id, project, price };
}

/** What a team pays as far as the page knows. */
export function teamFee(draft: TeamDraft, distance: DistanceView, quoted?: Quoted): ShownFee | undefined {
  return feeOf(teamEntrant(draft, distance), 0, { raceDay: '', distances: [distance], quoted });
}

const alwaysNeeded = ['name', 'givenName', 'email', 'phone'] as const satisfies readonly TeamField[];

/** The order that a team's draft asks for, or what is missing. A help only: the service decides. */
export function readTeam(
  draft: TeamDraft,
  distance: DistanceView,
  data: ExtrasData,
  locale: Locale,
  quoted?: Quoted,
): { order: OrderInput; errors?: never } | { errors: FieldError[]; order?: never } {
  const errors: FieldError[] = alwaysNeeded
    .filter((field) => draft[field].trim() === '')
    .map((field) => ({ field: teamPaths[field], code: 'required' }));
  const fee = teamFee(draft, distance, quoted);
  const isAsked = choosesProject(fee, distance);
  if (isAsked && draft.project === '') errors.push({ field: teamPaths.project, code: 'project_required' });
  for (const consent of ['rules', 'personalData'] as const)
    if (!draft[consent]) errors.push({ field: teamPaths[consent], code: 'consent_required' });
  const extras = readExtras(draft.extras, data, draft.project, fee?.price.amount ?? 0);
  errors.push(...extras.errors);
  if (errors.length > 0 || !fee) return { errors };
  const { name, givenName, familyName, email, phone, project, rules, personalData } = draft;
  const captain = { givenName, ...(familyName.trim() !== '' && { familyName }), email, phone };
  return {
    order: {
      contact: { email, locale },
      entries: [
        {
          distance: distance.id,
          price: fee.price,
          ...(isAsked && { project }),
          team: { name, captain },
          consents: { rules, personalData },
        },
      ],
      ...extras.part,
    },
  };
}
