import { eventOnOffer, eventSummary } from '../../shared/orders/on-offer.ts';
import { loadReceipt } from '../../shared/orders/receipt.ts';
import { orderOfToken, waiterOfToken } from '../../shared/orders/tokens.ts';
import { loadOrderView } from '../../shared/orders/view.ts';
import { loadWaiterView } from '../../shared/orders/waiter-view.ts';
import { openLog } from '../../shared/platform/log.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { publicTotals } from '../../shared/reports/public-totals.ts';
import { createSite } from '../../web/site/app.tsx';
import type { SiteAssets } from '../../web/site/assets.ts';
import { behindEdge } from '../edge.ts';
import { type Environment, readKeys, readSettings } from '../settings.ts';
import { openShop } from '../wiring.ts';
import { dataByKey } from './by-key.ts';

/** The Lambda handler of the public pages in an environment. */
export async function createSiteFunction(environment: Environment, world: World = realWorld) {
  const settings = readSettings(environment);
  if (settings.SITE_ASSETS === undefined)
    throw new Error('SITE_ASSETS must name the built files of the pages.');
  const assets: SiteAssets = JSON.parse(settings.SITE_ASSETS);
  const keys = await readKeys(settings);
  const shop = openShop(settings, world);
  const log = openLog('site');
  const site = createSite(
    {
      listEvents: async () => (await shop.catalogue.events()).map(eventSummary),
      getEvent: (id) => eventOnOffer(shop, id),
      getTotals: (id) => publicTotals(shop, id),
      getOrder: async (token) => {
        const order = orderOfToken(keys, token);
        return order === undefined ? undefined : loadOrderView(shop, keys, order);
      },
      getReceipt: async (token) => {
        const order = orderOfToken(keys, token);
        return order === undefined ? undefined : loadReceipt(shop, keys, order);
      },
      getWaiter: async (token) => {
        const waiter = waiterOfToken(keys, token);
        return waiter === undefined ? undefined : loadWaiterView(shop, keys, settings.PUBLIC_URL, waiter);
      },
      ...dataByKey(shop, keys),
    },
    {
      assets,
      publicUrl: settings.PUBLIC_URL,
      onFailure: (error) => log.error('a page could not be rendered', error),
    },
  );
  return behindEdge(site, settings);
}
