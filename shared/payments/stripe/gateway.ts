import Stripe from 'stripe';
import {
  type CheckoutImpossible,
  type CheckoutPage,
  type CheckoutRequest,
  type Gateway,
  GatewayUnavailable,
  type PaymentFact,
} from '../gateway.ts';
import { pageOfSession, succeededRefund } from './read.ts';
import { actedUpon, factOf } from './webhook.ts';

/** Stripe Checkout behind the gateway's interface. */
export function stripeGateway(stripe: Stripe): Gateway {
  return {
    openCheckout: (request) => openCheckout(stripe, request),
    closeCheckout: (id) => closeCheckout(stripe, id),
    refund: async (payment, amount) =>
      (await refundsAfter(stripe, payment, amount)).flatMap((refund) => succeededRefund(refund) ?? []),
    undelivered: (since) => undelivered(stripe, since),
  };
}

/** Stripe lists events of 30 days that an endpoint has not acknowledged (docs.stripe.com/webhooks/process-undelivered-events). */
async function* undelivered(stripe: Stripe, since: Date): AsyncGenerator<PaymentFact> {
  let after: string | undefined;
  do {
    const page = await reach(() =>
      stripe.events.list({
        delivery_success: false,
        types: [...actedUpon],
        created: { gte: Math.floor(since.getTime() / 1000) },
        limit: 100,
        ...(after !== undefined && { starting_after: after }),
      }),
    );
    yield* page.data.map(factOf);
    after = page.has_more ? page.data.at(-1)?.id : undefined;
  } while (after !== undefined);
}

/** Languages of Stripe's page: it has no Kazakh (docs.stripe.com/js/appendix/supported_locales), so the browser's. */
const pageLocales = { kk: 'auto', ru: 'ru', en: 'en' } as const;

async function openCheckout(
  stripe: Stripe,
  request: CheckoutRequest,
): Promise<CheckoutPage | CheckoutImpossible> {
  const { order, attempt } = request;
  const metadata = { order, attempt: String(attempt) };
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
    // A replayed server error answers the same for a day; a key that met other parameters is no better.
    if (error instanceof Stripe.errors.StripeIdempotencyError) return { status: 'spent' };
    if (error instanceof Stripe.errors.StripeError && error.headers?.['idempotent-replayed'] === 'true')
      return { status: 'spent' };
    throw error;
  }
}

/** The refund of an amount, or those made before where they leave less than that to give back. */
async function refundsAfter(stripe: Stripe, payment: string, amount: number): Promise<Stripe.Refund[]> {
  try {
    const idempotencyKey = `refund-${payment}-${amount}`;
    return [
      await reach(() => stripe.refunds.create({ payment_intent: payment, amount }, { idempotencyKey })),
    ];
  } catch (error) {
    const isLess =
      error instanceof Stripe.errors.StripeInvalidRequestError &&
      (error.code === 'charge_already_refunded' || error.param === 'amount');
    if (!isLess) throw error;
    return reach(() => stripe.refunds.list({ payment_intent: payment }).autoPagingToArray({ limit: 100 }));
  }
}

async function closeCheckout(stripe: Stripe, id: string): Promise<CheckoutPage> {
  try {
    return pageOfSession(await reach(() => stripe.checkout.sessions.expire(id)));
  } catch (error) {
    // Only an open session can be expired: this one has ended already, and says how.
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    const ended = pageOfSession(
      await reach(() => stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] })),
    );
    if (ended.status === 'open')
      throw new GatewayUnavailable('The page could not be closed.', { cause: error });
    return ended;
  }
}

/** Calls Stripe; what may be better later (rate limits, its own errors, no connection) is told apart. */
async function reach<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const passing =
      error instanceof Stripe.errors.StripeConnectionError ||
      error instanceof Stripe.errors.StripeRateLimitError ||
      (error instanceof Stripe.errors.StripeAPIError && error.headers?.['idempotent-replayed'] !== 'true') ||
      (error instanceof Stripe.errors.StripeError && error.statusCode === 409);
    if (passing) throw new GatewayUnavailable('Stripe does not answer at the moment.', { cause: error });
    throw error;
  }
}
