import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod/mini';
import { roles as knownRoles, type Role } from '../contracts/route.ts';
import type { Caller } from '../platform/http.ts';

/** Why a caller is refused, as a code of `shared/contracts/problems.ts`; `busy` when the directory is out of reach. */
export class StaffRefused extends Error {
  override readonly name = 'StaffRefused';
  readonly code: 'token_missing' | 'token_invalid' | 'role_missing' | 'busy';

  constructor(code: StaffRefused['code'], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** Clocks may differ by so many seconds. */
const clockTolerance = 5;
const longestDiscovery = 5_000;

const directory = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * What Cognito's access tokens say (docs.aws.amazon.com/cognito, "Understanding the access token"): they have no
 * `aud`; `client_id` names the client, and `token_use` tells them from ID tokens.
 */
const accessToken = z.object({
  sub: z.string().check(z.minLength(1)),
  token_use: z.literal('access'),
  client_id: z.string(),
  'cognito:groups': z._default(z.array(z.string()), []),
});

/**
 * Makes the check of an Authorization header: a bearer token that the issuer signed (RS256) as an access token for
 * this client, and that has not expired. The issuer's keys are looked up by OpenID Connect discovery at the first
 * token and kept.
 * @returns a function that throws StaffRefused: `token_missing`, `token_invalid`, or `busy` when the keys cannot be
 *   read, which says nothing about the token.
 */
export function createTokenVerifier({
  issuer,
  clientId,
  now,
}: {
  readonly issuer: string;
  readonly clientId: string;
  readonly now: () => Date;
}): (authorization: string | undefined) => Promise<Caller> {
  const keys = issuerKeys(issuer);
  return async (authorization) => {
    const token = bearerToken(authorization);
    const claims = accessToken.safeParse(await verifiedClaims(token, keys, issuer, now()));
    if (!claims.success || claims.data.client_id !== clientId) throw new StaffRefused('token_invalid');
    const groups = new Set(claims.data['cognito:groups']);
    return { subject: claims.data.sub, roles: knownRoles.filter((role) => groups.has(role)) };
  };
}

/**
 * Lets through who has at least one of the roles.
 * @throws StaffRefused `role_missing`.
 */
export function requireRole(caller: Caller, roles: readonly Role[]): void {
  if (!caller.roles.some((role) => roles.includes(role))) throw new StaffRefused('role_missing');
}

/** The scheme's name has no case (RFC 9110, 11.1). */
function bearerToken(authorization: string | undefined): string {
  if (!authorization) throw new StaffRefused('token_missing');
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new StaffRefused('token_invalid');
  return token;
}

async function verifiedClaims(
  token: string,
  keys: JWTVerifyGetKey,
  issuer: string,
  currentDate: Date,
): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['exp'],
      clockTolerance,
      currentDate,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new StaffRefused('token_invalid', { cause: error });
    throw error;
  }
}

/** The issuer's keys, found once; a failed look-up is tried again with the next token. */
function issuerKeys(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    try {
      found ??= discoverKeys(issuer);
      const keys = await found.catch((error: unknown) => {
        found = undefined;
        throw error;
      });
      return await keys(header, token);
    } catch (error) {
      const isForeign =
        error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      throw isForeign ? error : new StaffRefused('busy', { cause: error });
    }
  };
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(longestDiscovery),
  });
  if (!answer.ok) throw new Error(`The staff directory answered ${answer.status}.`);
  const found = directory.parse(await answer.json());
  if (found.issuer !== issuer) throw new Error(`The staff directory calls itself ${found.issuer}.`);
  return createRemoteJWKSet(new URL(found.jwks_uri));
}
