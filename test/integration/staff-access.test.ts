import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Route, roles } from '../../shared/contracts/route.ts';
import { staffRoutes } from '../../shared/contracts/staff-routes.ts';
import { openTestApi, type TestApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.stop());

/** Stands in an address for whatever a route names there, but the event and its distance, which exist. */
const named: Readonly<Record<string, string>> = { event: 'test-race', distance: '10k' };

describe.each(Object.entries<Route>(staffRoutes))('%s', (_, { method, path, access }) => {
  const address = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => named[name] ?? 'none');
  const call = async (token?: string) => {
    const { status, body } = await api.call(method, address, {
      ...(method === 'POST' && { body: {} }),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return { status, code: body?.code };
  };

  it('asks who calls', async () => {
    expect(await call()).toEqual({ status: 401, code: 'token_missing' });
    expect(await call(await api.token([]))).toEqual({ status: 403, code: 'role_missing' });
  });

  it.each(roles)('knows whether %s may use it', async (role) => {
    const { code } = await call(await api.token([role]));
    expect(code === 'role_missing').toBe(access !== 'public' && !access.includes(role));
  });
});

it('lets nobody but staff use a route of the staff API', () => {
  for (const route of Object.values<Route>(staffRoutes)) {
    expect(route).toMatchObject({ function: 'staff-api', path: expect.stringMatching(/^\/api\/staff\//) });
    expect(route.access).not.toBe('public');
    if (route.method === 'POST') expect(route.access).not.toContain('viewer');
  }
});
