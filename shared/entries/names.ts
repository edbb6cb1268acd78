import type { RunnerInput } from '../contracts/orders.ts';

type Name = Pick<RunnerInput, 'givenName' | 'familyName'>;

/** A runner's full name. */
export function fullName({ givenName, familyName }: Name): string {
  return [givenName, familyName].filter(Boolean).join(' ');
}

/** A runner's name for people who only need to recognise it: the given name and an initial. */
export function shortName({ givenName, familyName }: Name): string {
  const [initial] = familyName ?? '';
  return initial === undefined ? givenName : `${givenName} ${initial}.`;
}
