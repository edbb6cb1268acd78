import { openCatalogue } from '../shared/catalogue/store.ts';
import { openGuide } from '../shared/entries/availability.ts';
import type { OrderDesk } from '../shared/orders/place-order.ts';
import type { Shop } from '../shared/orders/shop.ts';
import { type Keys, orderToken } from '../shared/orders/tokens.ts';
import { bankTransferGateway } from '../shared/payments/bank-transfer/gateway.ts';
import { endHold } from '../shared/payments/end-hold.ts';
import type { Gateway } from '../shared/payments/gateway.ts';
import { closedGateway, combineGateways } from '../shared/payments/gateways.ts';
import type { EventReader } from '../shared/payments/stripe/events.ts';
import { stripeGateway } from '../shared/payments/stripe/gateway.ts';
import { openStripe } from '../shared/payments/stripe/sdk.ts';
import type { Till } from '../shared/payments/till.ts';
import type { Log } from '../shared/platform/log.ts';
import { realWorld, type World } from '../shared/platform/world.ts';
import { databaseOf, type Settings, type StripeSecret } from './settings.ts';

/** The tables and the memory of a process that reads and takes orders. */
export function openShop(settings: Settings, world: World = realWorld): Shop {
  const db = databaseOf(settings);
  return { db, world, catalogue: openCatalogue(db, world), guide: openGuide(db, world) };
}

/** Stripe, or what stands in for it on one machine. */
export function connectStripe(
  { STRIPE_API_BASE: base, LIVEMODE: livemode }: Settings,
  { secretKey }: StripeSecret,
): EventReader {
  return { stripe: openStripe({ secretKey, ...(base !== undefined && { base }) }), livemode };
}

/** A shop that can be paid in, by card and by bank transfer. */
export function openTill(shop: Shop, settings: Settings, secret: StripeSecret, keys: Keys, log: Log): Till {
  return tillWith(shop, settings, keys, log, stripeGateway(connectStripe(settings, secret)));
}

/**
 * A shop that can be paid in by bank transfer, for a function that has none of Stripe's keys: what needs Stripe waits
 * for a function that has them.
 */
export function openBankTill(shop: Shop, settings: Settings, keys: Keys, log: Log): Till {
  return tillWith(shop, settings, keys, log, closedGateway);
}

function tillWith(shop: Shop, settings: Settings, keys: Keys, log: Log, card: Gateway): Till {
  const office = {
    publicUrl: settings.PUBLIC_URL,
    tokenOf: (order: string) => orderToken(keys, order),
    livemode: settings.LIVEMODE,
  };
  return {
    ...shop,
    gateway: combineGateways({ card, bank_transfer: bankTransferGateway({ ...shop, ...office }) }),
    ...office,
    keys,
    log: (message, ids) => log.info(message, ids),
  };
}

/** A shop that takes orders. */
export function openDesk(till: Till, keys: Keys): OrderDesk {
  return { ...till, keys, endOverdueHold: (order) => endHold(till, order) };
}
