import { ProblemError } from '../../shared/contracts/client.ts';
import { SignedOutError } from './session/session.ts';

/**
 * Why there is nothing to show: signed out, an account without a role, no such event; or `no_answer`, which may
 * pass by itself.
 */
export type Failure = 'signed_out' | 'no_role' | 'event_unknown' | 'no_answer';

/** What an error of a call means to the person. */
export function failureOf(error: unknown): Failure {
  if (error instanceof SignedOutError) return 'signed_out';
  if (!(error instanceof ProblemError)) return 'no_answer';
  switch (error.problem.code) {
    case 'token_missing':
    case 'token_invalid':
      return 'signed_out';
    case 'role_missing':
      return 'no_role';
    case 'event_unknown':
    case 'order_unknown':
    case 'not_found':
      return 'event_unknown';
    default:
      return 'no_answer';
  }
}
