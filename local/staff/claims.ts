import { createHash } from 'node:crypto';

/** The console's client: public, so it proves itself by PKCE alone. */
export const CLIENT_ID = 'startline-console';

/** How long an access token lives, in seconds. */
export const TOKEN_SECONDS = 15 * 60;

export interface StaffUser {
  readonly email: string;
  readonly name: string;
  /** Roles of the service, such as `finance` and `viewer`. */
  readonly groups: readonly string[];
}

/** The people who can sign in to the local run: three with a role, and one without any. */
export const sampleStaff: readonly StaffUser[] = [
  { email: 'finance@startline.test', name: 'Dana Finance', groups: ['finance'] },
  { email: 'admin@startline.test', name: 'Saule Admin', groups: ['admin'] },
  { email: 'viewer@startline.test', name: 'Arman Viewer', groups: ['viewer'] },
  { email: 'nobody@startline.test', name: 'Aliya Nobody', groups: [] },
];

/** A person's identifier, in the form of Cognito's: a UUID that never changes. */
export function subjectOf(email: string): string {
  const hash = createHash('sha256').update(email.toLowerCase()).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
}

/** Cognito leaves the claim out for a person in no group. */
function groupsClaim(groups: readonly string[]): { 'cognito:groups'?: readonly string[] } {
  return groups.length > 0 ? { 'cognito:groups': groups } : {};
}

/** What an access token says beside the standard claims, under Cognito's names. */
export function accessTokenClaims({ email, groups }: Pick<StaffUser, 'email' | 'groups'>) {
  return { token_use: 'access', username: subjectOf(email), ...groupsClaim(groups) };
}

/** What an ID token says beside the standard claims, under Cognito's names. */
export function idTokenClaims({ email, name, groups }: StaffUser) {
  const subject = subjectOf(email);
  return {
    sub: subject,
    token_use: 'id',
    email,
    email_verified: true,
    name,
    'cognito:username': subject,
    ...groupsClaim(groups),
  };
}
