import Stripe from 'stripe';
import {
  type CheckoutImpossible,
  type CheckoutPage,
  type CheckoutRequest,
  type Gateway,
  GatewayUnavailable,
  type PaymentFact,
} from '../gateway.ts';
import { actedUpon, type EventReader, factOf } from './events.ts';
import { isSpent, reach } from './reach.ts';
import { pageOfSession } from './read.ts';
import { makeRefund } from './refund.ts';

/** Stripe Checkout behind the gateway's interface. */
export function stripeGateway(reader: EventReader): Gateway {
  const { stripe } = reader;
  return {
    owns: (id) => /^(?:cs|pi)_/.test(id),
    openCheckout: (request) => openCheckout(stripe, request),
    findCheckout: (id) => findCheckout(stripe, id),
    closeCheckout: (id) => closeCheckout(stripe, id),
    refund: (request) => makeRefund(stripe, request),
    available: (_, currency) => available(stripe, currency),
    undelivered: (since) => undelivered(reader, since),
    // Stripe stops listing an event once its webhook is answered; older ones leave the list by themselves.
    delivered: async () => {},
  };
}

/** Refunds are taken from the available balance (docs.stripe.com/refunds): what is still pending does not count. */
async function available(stripe: Stripe, currency: string): Promise<number> {
  const { available } = await reach(() => stripe.balance.retrieve());
  return available.find((balance) => balance.currency === currency.toLowerCase())?.amount ?? 0;
}

/** Stripe lists events of 30 days that an endpoint has not acknowledged (docs.stripe.com/webhooks/process-undelivered-events). */
async function* undelivered(reader: EventReader, since: Date): AsyncGenerator<PaymentFact> {
  let after: string | undefined;
  do {
    const page = await reach(() =>
      reader.stripe.events.list({
        delivery_success: false,
        types: [...actedUpon],
        created: { gte: Math.floor(since.getTime() / 1000) },
        limit: 100,
        ...(after !== undefined && { starting_after: after }),
      }),
    );
    for (const event of page.data) yield await factOf(reader, event);
    after = page.has_more ? page.data.at(-1)?.id : undefined;
  } while (after !== undefined);
}

/** Languages of Stripe's page: it has no Kazakh (docs.stripe.com/js/appendix/supported_locales), so the browser's. */
const pageLocales = { kk: 'auto', ru: 'ru', en: 'en' } as const;

async function openCheckout(
  stripe: Stripe,
  request: CheckoutRequest,
): Promise<CheckoutPage | CheckoutImpossible> {
  const { order, event, attempt } = request;
  const metadata = { order, event, attempt: String(attempt) };
  try {
    const session = await reach(() =>
      stripe.checkout.sessions.create(
        {
          mode: 'payment',
          client_reference_id: order,
          metadata,
          payment_intent_data: { metadata },
          customer_email: request.email,
          locale: pageLocales[request.locale],
          expires_at: Math.floor(Date.parse(request.expiresAt) / 1000),
          success_url: request.successUrl,
          cancel_url: request.cancelUrl,
          line_items: request.lines.map(({ name, amount }) => ({
            quantity: 1,
            price_data: {
              currency: request.currency.toLowerCase(),
              unit_amount: amount,
              product_data: { name },
            },
          })),
        },
        { idempotencyKey: `${order}-${attempt}` },
      ),
    );
    return pageOfSession(session);
  } catch (error) {
    // Parameters that Stripe refuses were never executed. The only one that can become wrong with time is the end of
    // the page; so no page was made under this key, and none can be.
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.param === 'expires_at')
      return { status: 'dead' };
    if (isSpent(error)) return { status: 'spent' };
    throw error;
  }
}

async function findCheckout(stripe: Stripe, id: string): Promise<CheckoutPage> {
  return pageOfSession(
    await reach(() => stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] })),
  );
}

async function closeCheckout(stripe: Stripe, id: string): Promise<CheckoutPage> {
  try {
    return pageOfSession(await reach(() => stripe.checkout.sessions.expire(id)));
  } catch (error) {
    // Only an open session can be expired: this one has ended already, and says how.
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    const ended = await findCheckout(stripe, id);
    if (ended.status === 'open')
      throw new GatewayUnavailable('The page could not be closed.', { cause: error });
    return ended;
  }
}
