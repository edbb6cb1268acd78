import { resize } from '../../shared/entries/resize.ts';
import { createApp, type Handlers } from '../../shared/platform/http.ts';
import { openLog } from '../../shared/platform/log.ts';
import { Refusal } from '../../shared/platform/problem.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { reportCsv } from '../../shared/reports/csv.ts';
import { report } from '../../shared/reports/report.ts';
import { createTokenVerifier, requireRole, StaffRefused } from '../../shared/staff/verify-token.ts';
import { behindEdge } from '../edge.ts';
import { type Environment, readSettings } from '../settings.ts';
import { openShop } from '../wiring.ts';

/** The Lambda handler of the staff API in an environment. */
export async function createStaffApi(environment: Environment, world: World = realWorld) {
  const settings = readSettings(environment);
  const { STAFF_ISSUER: issuer, STAFF_CLIENT_ID: clientId } = settings;
  if (issuer === undefined || clientId === undefined)
    throw new Error('STAFF_ISSUER and STAFF_CLIENT_ID must name the staff directory.');
  const verify = createTokenVerifier({ issuer, clientId, now: world.now });
  const shop = openShop(settings, world);
  const handlers: Handlers<'staff-api'> = {
    getReport: async ({ params, query }) => {
      const found = await report(shop, params.event);
      if (!found) throw new Refusal('event_unknown');
      if (query.format === 'json') return found;
      return {
        text: reportCsv(found),
        type: 'text/csv; charset=utf-8',
        headers: { 'content-disposition': `attachment; filename="${params.event}-report.csv"` },
      };
    },
    setCapacity: ({ params, body }) => resize(shop.db, world, { ...params, ...body }),
  };
  const app = createApp('staff-api', handlers, {
    log: openLog('staff-api'),
    world,
    guard: async (authorization, roles) => {
      try {
        requireRole(await verify(authorization), roles);
      } catch (error) {
        if (error instanceof StaffRefused)
          throw new Refusal(error.code, error.code === 'busy' ? { retryAfter: 5 } : {});
        throw error;
      }
    },
  });
  return behindEdge(app, settings);
}
