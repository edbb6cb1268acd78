import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../shared/contracts/route.ts';
import { createTokenVerifier, requireRole } from '../../shared/staff/verify-token.ts';

const clientId = 'console';
const now = new Date('2026-11-24T06:00:00Z');
const seconds = now.getTime() / 1000;
const { publicKey, privateKey } = await generateKeyPair('RS256');
const foreign = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };

/** A staff directory: answers with what `pages` has for the path, counts what it was asked. */
let server: Server;
let issuer: string;
let pages: Record<string, unknown>;
let asked: string[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const page = pages[path];
    response.writeHead(page === undefined ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(page ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  issuer = `http://127.0.0.1:${address.port}`;
  pages = {
    '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
    '/keys': { keys: [jwk] },
  };
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

type Claims = Readonly<Record<string, unknown>>;

const claims = (changes: Claims = {}): JWTPayload => ({
  iss: issuer,
  sub: 'person-1',
  token_use: 'access',
  client_id: clientId,
  'cognito:groups': ['viewer'],
  iat: seconds,
  exp: seconds + 900,
  ...changes,
});

const signed = (changes?: Claims, key = privateKey) =>
  new SignJWT(claims(changes)).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);

const verifier = () => createTokenVerifier({ issuer, clientId, now: () => now });
const verify = (token: string) => verifier()(`Bearer ${token}`);

test('knows whom the directory signed a token for, and the roles among the groups', async () => {
  const token = await signed({ 'cognito:groups': ['admin', 'eu-west-1_Google', 'viewer'] });
  await expect(verify(token)).resolves.toEqual({ subject: 'person-1', roles: ['viewer', 'admin'] });
  await expect(verifier()(`bearer ${token}`)).resolves.toMatchObject({ subject: 'person-1' });
});

test('somebody in no group has no role', async () => {
  await expect(verify(await signed({ 'cognito:groups': undefined }))).resolves.toMatchObject({ roles: [] });
});

describe('refuses', () => {
  test.each([undefined, ''])('a request without a token (%o)', async (header) => {
    await expect(verifier()(header)).rejects.toMatchObject({ code: 'token_missing' });
  });

  test.each(['Bearer', 'Bearer ', 'Bearer a b', 'Basic dTpw', 'Bearer not-a-token', 'Bearer a.b.c'])(
    'the malformed header "%s"',
    async (header) => {
      await expect(verifier()(header)).rejects.toMatchObject({ code: 'token_invalid' });
    },
  );

  const wrong: Record<string, () => Claims> = {
    'an expired token': () => ({ exp: seconds - 6 }),
    'a token that never expires': () => ({ exp: undefined }),
    'a token not valid yet': () => ({ nbf: seconds + 60 }),
    'a foreign issuer': () => ({ iss: 'https://elsewhere.example' }),
    'another client': () => ({ client_id: 'another' }),
    'no client': () => ({ client_id: undefined, aud: clientId }),
    'an ID token': () => ({ token_use: 'id', aud: clientId }),
    'a token of no stated use': () => ({ token_use: undefined }),
    'a token of nobody': () => ({ sub: undefined }),
    'groups that are no list': () => ({ 'cognito:groups': 'admin' }),
  };
  test.each(Object.entries(wrong))('%s', async (_, changes) => {
    await expect(verify(await signed(changes()))).rejects.toMatchObject({ code: 'token_invalid' });
  });

  test('a foreign key, under our key’s name or its own', async () => {
    await expect(verify(await signed({}, foreign.privateKey))).rejects.toMatchObject({
      code: 'token_invalid',
    });
    const other = new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid: 'two' });
    await expect(verify(await other.sign(foreign.privateKey))).rejects.toMatchObject({
      code: 'token_invalid',
    });
  });

  test('an unsigned token', async () => {
    await expect(verify(new UnsecuredJWT(claims()).encode())).rejects.toMatchObject({
      code: 'token_invalid',
    });
  });

  test('a token signed with the public key as a shared secret', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${part({ alg: 'HS256', kid: 'one' })}.${part(claims())}`;
    const signature = createHmac('sha256', await exportSPKI(publicKey))
      .update(input)
      .digest('base64url');
    await expect(verify(`${input}.${signature}`)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  test('claims that were changed after signing', async () => {
    const [header, , signature] = (await signed()).split('.');
    const changed = Buffer.from(JSON.stringify(claims({ 'cognito:groups': ['admin'] }))).toString(
      'base64url',
    );
    await expect(verify(`${header}.${changed}.${signature}`)).rejects.toMatchObject({
      code: 'token_invalid',
    });
  });
});

test('clocks may differ by five seconds', async () => {
  await expect(verify(await signed({ exp: seconds - 4 }))).resolves.toMatchObject({ subject: 'person-1' });
});

describe('the issuer’s keys', () => {
  test('are looked up at the first token and kept', async () => {
    const check = verifier();
    expect(asked).toEqual([]);
    const token = `Bearer ${await signed()}`;
    await Promise.all([check(token), check(token)]);
    await check(token);
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  test.each(['/.well-known/openid-configuration', '/keys'])(
    'out of reach at %s: the service is busy, no token is wrong, and the next one is checked',
    async (path) => {
      const page = pages[path];
      delete pages[path];
      const check = verifier();
      const token = `Bearer ${await signed()}`;
      await expect(check(token)).rejects.toMatchObject({ code: 'busy' });
      pages[path] = page;
      await expect(check(token)).resolves.toMatchObject({ subject: 'person-1' });
    },
  );

  test('of a directory that calls itself something else are not trusted', async () => {
    pages['/.well-known/openid-configuration'] = {
      issuer: 'https://elsewhere.example',
      jwks_uri: `${issuer}/keys`,
    };
    await expect(verify(await signed())).rejects.toMatchObject({ code: 'busy' });
  });
});

describe('a role', () => {
  const identity = { subject: 'person-1', roles: ['viewer'] as const };

  test('that is asked for lets through', () => {
    expect(() => requireRole(identity, ['finance', 'viewer'])).not.toThrow();
  });

  test.each<[Role[]]>([[['finance', 'admin']], [[]]])('that is not among %o is missing', (roles) => {
    expect(() => requireRole(identity, roles)).toThrow(expect.objectContaining({ code: 'role_missing' }));
  });
});
