import type { Guard } from '../../shared/platform/http.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import { createTokenVerifier, requireRole, StaffRefused } from '../../shared/staff/verify-token.ts';

/** Seconds after which a directory that was out of reach may answer. */
const directoryRetry = 5;

/** Lets callers through whom the staff directory knows and gives one of a route's roles, and says who they are. */
export function staffGuard(directory: Parameters<typeof createTokenVerifier>[0]): Guard {
  const verify = createTokenVerifier(directory);
  return async (authorization, roles) => {
    try {
      const caller = await verify(authorization);
      requireRole(caller, roles);
      return caller;
    } catch (error) {
      if (error instanceof StaffRefused)
        throw new Refusal(error.code, error.code === 'busy' ? { retryAfter: directoryRetry } : {});
      throw error;
    }
  };
}
