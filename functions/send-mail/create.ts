import { SESv2Client } from '@aws-sdk/client-sesv2';
import { createSendMail } from '../../shared/mail/sender.ts';
import { sesTransport } from '../../shared/mail/ses.ts';
import { loadOrderView } from '../../shared/orders/view.ts';
import { loadWaiterView } from '../../shared/orders/waiter-view.ts';
import { openLog } from '../../shared/platform/log.ts';
import { realWorld, type World } from '../../shared/platform/world.ts';
import { type Environment, localCredentials, readKeys, readSettings } from '../settings.ts';
import { openShop } from '../wiring.ts';

/** The Lambda handler that sends the mails that are due. */
export async function createSendMailFunction(environment: Environment, world: World = realWorld) {
  const settings = readSettings(environment);
  const { SES_ENDPOINT: endpoint, MAIL_FROM: from, PUBLIC_URL: publicUrl } = settings;
  if (from === undefined) throw new Error('MAIL_FROM must name the sender of mails.');
  const keys = await readKeys(settings);
  const shop = openShop(settings, world);
  const client = new SESv2Client(endpoint === undefined ? {} : { endpoint, ...localCredentials });
  return createSendMail({
    db: shop.db,
    world,
    log: openLog('send-mail'),
    loadOrder: (id) => loadOrderView(shop, keys, id),
    loadWaiter: (id) => loadWaiterView(shop, keys, publicUrl, id),
    transport: sesTransport(client),
    from,
    publicUrl,
  });
}
