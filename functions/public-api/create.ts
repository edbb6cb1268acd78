import { createApp } from '../../shared/platform/http.ts';
import { openLog } from '../../shared/platform/log.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { behindEdge } from '../edge.ts';
import { type Environment, readKeys, readSettings, readStripeSecret } from '../settings.ts';
import { openDesk, openShop, openTill } from '../wiring.ts';
import { publicHandlers } from './handlers.ts';

/** The Lambda handler of the public API in an environment. */
export async function createPublicApi(environment: Environment, world: World = realWorld) {
  const settings = readSettings(environment);
  const [keys, stripe] = await Promise.all([readKeys(settings), readStripeSecret(settings)]);
  const log = openLog('public-api');
  const till = openTill(openShop(settings, world), settings, stripe, keys, log);
  return behindEdge(
    createApp('public-api', publicHandlers(openDesk(till, keys), till), { log, world }),
    settings,
  );
}
