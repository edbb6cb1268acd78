import type Stripe from 'stripe';
import { type StripeDouble, startStripeDouble } from '../../local/stripe/server.ts';
import { publish } from '../../shared/catalogue/publish.ts';
import type { CatalogueEvent } from '../../shared/catalogue/schema.ts';
import { openCatalogue } from '../../shared/catalogue/store.ts';
import { openGuide } from '../../shared/entries/availability.ts';
import type { OrderDesk } from '../../shared/orders/place-order.ts';
import { type Keys, orderToken } from '../../shared/orders/tokens.ts';
import { bankTransferGateway } from '../../shared/payments/bank-transfer/gateway.ts';
import { endHold } from '../../shared/payments/end-hold.ts';
import type { PaymentFact } from '../../shared/payments/gateway.ts';
import { combineGateways } from '../../shared/payments/gateways.ts';
import { factOf } from '../../shared/payments/stripe/events.ts';
import { stripeGateway } from '../../shared/payments/stripe/gateway.ts';
import { openStripe } from '../../shared/payments/stripe/sdk.ts';
import type { Till } from '../../shared/payments/till.ts';
import type { Database } from '../../shared/platform/database.ts';
import { openTestDatabase } from './database.ts';
import { sampleEvent } from './sample.ts';
import { type TestWorld, testWorld } from './world.ts';

export const testKeys: Keys = {
  orderToken: 'order-token-key-for-tests-0123456789abcdef',
  runnerLock: 'runner-lock-key-for-tests-0123456789abcdef',
  ticket: 'ticket-key-for-tests-0123456789abcdef',
};

/** The use cases over real tables and the Stripe double, without the functions around them. */
export interface TestShop {
  readonly db: Database;
  readonly world: TestWorld;
  readonly desk: OrderDesk;
  readonly till: Till;
  readonly double: StripeDouble;
  readonly stripe: Stripe;
  readonly event: CatalogueEvent;
  /** The same shop over another connection. */
  tillOver(db: Database): Till;
  /** A desk with a memory of its own, as another process has. */
  anotherDesk(): OrderDesk;
  /** The events that Stripe has made so far, oldest first, as facts. */
  facts(): Promise<PaymentFact[]>;
  stop(): Promise<void>;
}

const secretKey = 'sk_test_double';

/** A shop with a published event. Webhooks go nowhere: tests apply the facts they want, when they want. */
export async function openTestShop(event: CatalogueEvent = sampleEvent()): Promise<TestShop> {
  const world = testWorld();
  const db = await openTestDatabase();
  await publish(db, world, event);
  const double = await startStripeDouble({ port: 0, webhookSecret: 'whsec_test', secretKey, now: world.now });
  const stripe = openStripe({ secretKey, base: double.url });
  const reader = { stripe, livemode: false };
  const office = {
    publicUrl: 'http://localhost:3000',
    tokenOf: (order: string) => orderToken(testKeys, order),
    livemode: false,
  };
  const openTill = (over: Database = db): Till => ({
    db: over,
    world,
    catalogue: openCatalogue(db, world),
    guide: openGuide(db, world),
    gateway: combineGateways({
      card: stripeGateway(reader),
      bank_transfer: bankTransferGateway({ db: over, world, ...office }),
    }),
    ...office,
    keys: testKeys,
    log: () => {},
  });
  const openDesk = (till: Till): OrderDesk => ({
    ...till,
    keys: testKeys,
    endOverdueHold: (order) => endHold(till, order),
  });
  const till = openTill();
  return {
    db,
    world,
    till,
    desk: openDesk(till),
    double,
    stripe,
    event,
    tillOver: (over) => openTill(over),
    anotherDesk: () => openDesk(openTill()),
    facts: async () => {
      const events = await Array.fromAsync(stripe.events.list({ limit: 100 }));
      return Promise.all(events.reverse().map((found) => factOf(reader, found)));
    },
    stop: () => double.stop(),
  };
}
