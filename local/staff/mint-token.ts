import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import { accessTokenClaims, CLIENT_ID, subjectOf, TOKEN_SECONDS } from './claims.ts';
import type { StaffKeys } from './keys.ts';

/**
 * An access token such as the local sign-in issues, for tests and scripts that need no browser.
 *
 * `expiresIn` is in seconds from `now` and may be negative for a token that is over.
 */
export async function mintToken(
  keys: StaffKeys,
  token: {
    readonly issuer: string;
    readonly groups: readonly string[];
    readonly email?: string;
    readonly clientId?: string;
    readonly expiresIn?: number;
    readonly now?: Date;
  },
): Promise<string> {
  const {
    issuer,
    groups,
    email = 'someone@startline.test',
    clientId = CLIENT_ID,
    expiresIn = TOKEN_SECONDS,
    now = new Date(),
  } = token;
  const seconds = Math.floor(now.getTime() / 1000);
  return new SignJWT({
    client_id: clientId,
    scope: 'openid email profile',
    ...accessTokenClaims({ email, groups }),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: keys.signing.kid })
    .setIssuer(issuer)
    .setSubject(subjectOf(email))
    .setAudience(clientId)
    .setJti(randomUUID())
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + expiresIn)
    .sign(await importJWK(keys.signing, 'RS256'));
}
