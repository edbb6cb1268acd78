import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CLIENT_ID, sampleStaff } from '../../local/staff/claims.ts';
import { loadStaffKeys, publicKeys } from '../../local/staff/keys.ts';
import { mintToken } from '../../local/staff/mint-token.ts';
import { type StaffSignIn, startStaffSignIn } from '../../local/staff/sign-in.ts';

const insecure = { [oauth.allowInsecureRequests]: true };
const client = { client_id: CLIENT_ID };
const redirectUri = 'http://localhost:3000/console/signed-in';
const password = 'a password for tests';

let folder: string;
let signIn: StaffSignIn;
let server: oauth.AuthorizationServer;

function start(port = 0): Promise<StaffSignIn> {
  const keysFile = join(folder, 'staff', 'keys.json');
  return startStaffSignIn({ port, redirectUris: [redirectUri], users: sampleStaff, password, keysFile });
}

async function discover(): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(signIn.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'startline-staff-'));
  signIn = await start();
  server = await discover();
});
afterAll(async () => {
  await signIn.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A browser as far as signing in goes: keeps cookies and follows redirects within the sign-in. */
function browser() {
  const cookies = new Map<string, string>();

  async function once(url: URL | string, init?: RequestInit): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  return {
    /** The last address, and the page if it is one of the sign-in's. */
    async visit(url: URL | string, init?: RequestInit): Promise<{ url: URL; status: number; page: string }> {
      let at = new URL(url);
      let response = await once(at, init);
      for (
        let location = response.headers.get('location');
        location;
        location = response.headers.get('location')
      ) {
        at = new URL(location, at);
        if (at.origin !== signIn.issuer) return { url: at, status: response.status, page: '' };
        response = await once(at);
      }
      return { url: at, status: response.status, page: await response.text() };
    },
  };
}

async function authorizationUrl(extra: Record<string, string> = {}): Promise<{ url: URL; verifier: string }> {
  const verifier = oauth.generateRandomCodeVerifier();
  const url = new URL(server.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email profile',
    state: 'a-state',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...extra,
  }).toString();
  return { url, verifier };
}

function credentials(email: string, secret = password): RequestInit {
  return { method: 'POST', body: new URLSearchParams({ email, password: secret }) };
}

async function exchange(callback: URL, verifier: string): Promise<Response> {
  const parameters = oauth.validateAuthResponse(server, client, callback, 'a-state');
  return oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri,
    verifier,
    insecure,
  );
}

async function signInAs(email: string) {
  const people = browser();
  const { url, verifier } = await authorizationUrl();
  const form = await people.visit(url);
  const { url: callback } = await people.visit(form.url, credentials(email));
  const response = await exchange(callback, verifier);
  return { people, tokens: await oauth.processAuthorizationCodeResponse(server, client, response) };
}

async function verified(token: string) {
  const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''));
  return jwtVerify(token, keys, { issuer: signIn.issuer, audience: CLIENT_ID });
}

describe('the staff sign-in', { timeout: 20_000 }, () => {
  test("gives tokens with Cognito's claims for e-mail, password and PKCE", async () => {
    const { tokens } = await signInAs('Finance@startline.test');
    const access = await verified(tokens.access_token);
    expect(access.protectedHeader.alg).toBe('RS256');
    expect(access.payload).toMatchObject({
      client_id: CLIENT_ID,
      token_use: 'access',
      scope: 'openid email profile',
      'cognito:groups': ['finance'],
      username: access.payload.sub,
    });
    expect((access.payload.exp ?? 0) - (access.payload.iat ?? 0)).toBe(15 * 60);
    const id = await verified(tokens.id_token ?? '');
    expect(id.payload).toMatchObject({
      sub: access.payload.sub,
      token_use: 'id',
      email: 'finance@startline.test',
      name: 'Dana Finance',
      'cognito:groups': ['finance'],
    });
  });

  test('leaves the groups out for a person in none', async () => {
    const { tokens } = await signInAs('nobody@startline.test');
    expect((await verified(tokens.access_token)).payload).not.toHaveProperty('cognito:groups');
  });

  test('rotates refresh tokens, and none works twice', async () => {
    const { tokens } = await signInAs('viewer@startline.test');
    const refresh = (token: string | undefined) =>
      oauth.refreshTokenGrantRequest(server, client, oauth.None(), token ?? '', insecure);
    const first = await refresh(tokens.refresh_token);
    const renewed = await oauth.processRefreshTokenResponse(server, client, first);
    expect((await verified(renewed.access_token)).payload['cognito:groups']).toEqual(['viewer']);
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    expect((await refresh(tokens.refresh_token)).status).toBe(400);
  });

  test('shows the form again after a wrong password, in the language asked for', async () => {
    const people = browser();
    const { url } = await authorizationUrl({ ui_locales: 'kk' });
    const form = await people.visit(url);
    expect(form.page).toContain('<html lang="kk">');
    const again = await people.visit(form.url, credentials('finance@startline.test', 'wrong"><b>'));
    expect(again.status).toBe(401);
    expect(again.page).toContain('role="alert"');
    expect(again.page).toContain('value="finance@startline.test"');
    const unknown = await people.visit(form.url, credentials('"><script>@startline.test'));
    expect(unknown.status).toBe(401);
    expect(unknown.page).not.toContain('<script>');
  });

  test('refuses a wrong verifier, and a request without PKCE or with the plain method', async () => {
    const people = browser();
    const { url } = await authorizationUrl();
    const form = await people.visit(url);
    const { url: callback } = await people.visit(form.url, credentials('finance@startline.test'));
    const response = await exchange(callback, oauth.generateRandomCodeVerifier());
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_grant' });

    const plain = await people.visit((await authorizationUrl({ code_challenge_method: 'plain' })).url);
    expect(plain.url.searchParams.get('error')).toBe('invalid_request');
    const { url: without } = await authorizationUrl();
    without.searchParams.delete('code_challenge');
    without.searchParams.delete('code_challenge_method');
    expect((await people.visit(without)).url.searchParams.get('error')).toBe('invalid_request');
  });

  test('sends people only to the addresses it knows', async () => {
    const { url } = await authorizationUrl({ redirect_uri: 'http://evil.example/signed-in' });
    const answer = await browser().visit(url);
    expect(answer.status).toBe(400);
    expect(answer.url.origin).toBe(signIn.issuer);
  });

  test('lets only the console call it from a browser', async () => {
    const ask = (origin: string) =>
      fetch(server.token_endpoint ?? '', {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: CLIENT_ID,
          refresh_token: 'none',
        }),
      });
    const allowed = (await ask('http://localhost:3000')).headers.get('access-control-allow-origin');
    expect(allowed).toBe('http://localhost:3000');
    expect((await ask('http://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test("signs out by Cognito's parameter, after which the password is asked again", async () => {
    const { people } = await signInAs('finance@startline.test');
    const silent = await people.visit((await authorizationUrl()).url);
    expect(silent.url.searchParams.get('code')).toBeTruthy();

    const logout = new URL('/logout', signIn.issuer);
    logout.search = new URLSearchParams({
      client_id: CLIENT_ID,
      logout_uri: 'http://localhost:3000/',
    }).toString();
    const page = await people.visit(logout);
    const [, action = ''] = /action="([^"]+)"/.exec(page.page) ?? [];
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page.page) ?? [];
    const after = await people.visit(action, {
      method: 'POST',
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    });
    expect(after.url.href).toBe('http://localhost:3000/');
    const asked = await people.visit((await authorizationUrl()).url);
    expect(asked.page).toContain('name="password"');
  });

  test('after a restart tokens stay valid, and an old form says what to do', async () => {
    const { people, tokens } = await signInAs('finance@startline.test');
    const form = await browser().visit((await authorizationUrl()).url);
    const { port } = new URL(signIn.issuer);
    await signIn.stop();
    signIn = await start(Number(port));
    // Connections kept from before are closed, which the client notices when it uses them.
    await vi.waitFor(discover);
    expect((await verified(tokens.access_token)).payload.token_use).toBe('access');
    const old = await people.visit(form.url, credentials('finance@startline.test'));
    expect(old.status).toBe(400);
    expect(old.page).toContain('href="http://localhost:3000/"');
    expect((await people.visit((await authorizationUrl()).url)).page).toContain('name="password"');
  });
});

test('a minted token verifies with the same keys, until it expires', async () => {
  const keys = await loadStaffKeys();
  const issuer = 'http://localhost:1';
  const verify = (token: string) =>
    jwtVerify(token, createLocalJWKSet(publicKeys(keys)), { issuer, audience: CLIENT_ID });
  const { payload } = await verify(await mintToken(keys, { issuer, groups: ['viewer'] }));
  expect(payload).toMatchObject({ token_use: 'access', client_id: CLIENT_ID, 'cognito:groups': ['viewer'] });
  await expect(verify(await mintToken(keys, { issuer, groups: [], expiresIn: -1 }))).rejects.toThrow('exp');
  const other = await loadStaffKeys();
  await expect(verify(await mintToken(other, { issuer, groups: [] }))).rejects.toThrow();
});
