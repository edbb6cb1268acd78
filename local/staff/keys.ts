import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import { z } from 'zod';

const rsaKey = z.object({
  kty: z.literal('RSA'),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
const staffKeys = z.object({ signing: rsaKey, cookies: z.array(z.string()).min(1) });

/** What the local sign-in signs tokens and cookies with. For one machine's trial data only. */
export type StaffKeys = z.infer<typeof staffKeys>;

/**
 * Reads the keys from `file`, or makes new ones and leaves them there, readable by this user only; without a
 * file they last as long as the process. Kept keys let a token outlive a restart.
 */
export async function loadStaffKeys(file?: string): Promise<StaffKeys> {
  if (file !== undefined && existsSync(file)) {
    return staffKeys.parse(JSON.parse(readFileSync(file, 'utf8')));
  }
  const keys = await makeKeys();
  if (file !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  }
  return keys;
}

/** The public part, as the sign-in's `jwks_uri` shows it. */
export function publicKeys({ signing }: StaffKeys): JSONWebKeySet {
  const { kty, kid, use, alg, n, e } = signing;
  return { keys: [{ kty, kid, use, alg, n, e }] };
}

async function makeKeys(): Promise<StaffKeys> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return staffKeys.parse({
    signing: { ...jwk, kid, use: 'sig', alg: 'RS256' },
    cookies: [randomBytes(32).toString('base64url')],
  });
}
