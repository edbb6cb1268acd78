import { z } from 'zod';
import type { Core } from './core.ts';
import { candidates, type Endpoint, endpoint, expandOnly, page } from './endpoint.ts';
import { invalidParam } from './errors.ts';
import { makeList } from './objects/list.ts';
import { currency, email, integer, list, metadata, paging, text, url } from './params.ts';
import { createSession, expireSession, findSession } from './sessions.ts';

/** The languages of Stripe's hosted page (docs.stripe.com/js/appendix/supported_locales); Kazakh is not among them. */
const LOCALES =
  'auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW'.split(
    ' ',
  );

const sessionParams = z.strictObject({
  allowed_payment_method_types: list(text()).optional(),
  branding_settings: z.strictObject({ display_name: text().optional() }).optional(),
  cancel_url: url.optional(),
  client_reference_id: text(200).optional(),
  customer_email: email.optional(),
  expand: list(text()).optional(),
  expires_at: integer(0).optional(),
  line_items: list(
    z.strictObject({
      price_data: z.strictObject({
        currency,
        product_data: z.strictObject({
          description: text().optional(),
          metadata: metadata.optional(),
          name: text(),
        }),
        unit_amount: integer(0),
      }),
      metadata: metadata.optional(),
      quantity: integer(1),
    }),
  ),
  locale: z.enum(LOCALES).optional(),
  metadata: metadata.optional(),
  mode: z.enum(['payment']),
  payment_intent_data: z
    .strictObject({
      description: text().optional(),
      metadata: metadata.optional(),
      receipt_email: email.optional(),
    })
    .optional(),
  submit_type: z.enum(['auto', 'book', 'donate', 'pay', 'subscribe']).optional(),
  success_url: url,
  ui_mode: z.enum(['hosted_page']).optional(),
});

function createCheckoutSession(core: Core, params: z.output<typeof sessionParams>): unknown {
  const lines = params.line_items.map(({ price_data: price, quantity, metadata: about }) => ({
    currency: price.currency,
    unitAmount: price.unit_amount,
    quantity,
    name: price.product_data.name,
    description: price.product_data.description ?? null,
    metadata: about ?? {},
  }));
  const lineCurrency = lines[0]?.currency;
  if (lineCurrency === undefined) {
    throw invalidParam({
      code: 'parameter_missing',
      param: 'line_items',
      message: 'Missing required param: line_items.',
    });
  }
  if (lines.some((line) => line.currency !== lineCurrency)) {
    throw invalidParam({ param: 'line_items', message: 'All line items must have the same currency.' });
  }
  const intent = params.payment_intent_data;
  return createSession(core, {
    lines,
    currency: lineCurrency,
    successUrl: params.success_url,
    cancelUrl: params.cancel_url ?? null,
    clientReferenceId: params.client_reference_id ?? null,
    customerEmail: params.customer_email ?? null,
    displayName: params.branding_settings?.display_name ?? null,
    locale: params.locale ?? null,
    metadata: params.metadata ?? {},
    submitType: params.submit_type ?? null,
    allowedMethods: params.allowed_payment_method_types ?? null,
    expiresAt: params.expires_at ?? null,
    intent: {
      description: intent?.description ?? null,
      receiptEmail: intent?.receipt_email ?? null,
      intentMetadata: intent?.metadata ?? {},
    },
  });
}

const sessionList = z.strictObject({
  ...paging,
  payment_intent: text().optional(),
  status: z.enum(['open', 'complete', 'expired']).optional(),
});

/** Checkout Sessions. */
export const checkoutEndpoints: { GET: Endpoint[]; POST: Endpoint[] } = {
  GET: [
    endpoint('/v1/checkout/sessions/:id', expandOnly, (core, id) => findSession(core, id).session),
    endpoint('/v1/checkout/sessions', sessionList, (core, _, params) => {
      const { payment_intent, starting_after, status } = params;
      const found = candidates(core.state.sessions, starting_after, { payment_intent });
      const matches = (session: { status: string }) => status === undefined || session.status === status;
      return page(found, params, '/v1/checkout/sessions', matches);
    }),
    endpoint('/v1/checkout/sessions/:id/line_items', expandOnly, (core, id) =>
      makeList(findSession(core, id).checkout.lineItems, false, `/v1/checkout/sessions/${id}/line_items`),
    ),
  ],
  POST: [
    endpoint('/v1/checkout/sessions', sessionParams, (core, _, params) =>
      createCheckoutSession(core, params),
    ),
    endpoint('/v1/checkout/sessions/:id/expire', expandOnly, (core, id) => expireSession(core, id)),
  ],
};
