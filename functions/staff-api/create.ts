import { createApp } from '../../shared/platform/http.ts';
import { openLog } from '../../shared/platform/log.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { behindEdge } from '../edge.ts';
import { type Environment, readKeys, readSettings } from '../settings.ts';
import { openBankTill, openShop } from '../wiring.ts';
import { bankHandlers } from './bank-handlers.ts';
import { charityHandlers } from './charity-handlers.ts';
import { eventHandlers } from './event-handlers.ts';
import { staffGuard } from './guard.ts';
import { matterHandlers } from './matter-handlers.ts';
import { orderHandlers } from './order-handlers.ts';

/** The Lambda handler of the staff API in an environment. */
export async function createStaffApi(environment: Environment, world: World = realWorld) {
  const settings = readSettings(environment);
  const { STAFF_ISSUER: issuer, STAFF_CLIENT_ID: clientId } = settings;
  if (issuer === undefined || clientId === undefined)
    throw new Error('STAFF_ISSUER and STAFF_CLIENT_ID must name the staff directory.');
  const shop = openShop(settings, world);
  const log = openLog('staff-api');
  const till = openBankTill(shop, settings, await readKeys(settings), log);
  const app = createApp(
    'staff-api',
    {
      ...eventHandlers(shop),
      ...charityHandlers(shop),
      ...matterHandlers(shop),
      ...orderHandlers(shop),
      ...bankHandlers(till),
    },
    {
      log,
      world,
      guard: staffGuard({ issuer, clientId, now: world.now }),
    },
  );
  return behindEdge(app, settings);
}
