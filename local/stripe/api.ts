import type Stripe from 'stripe';
import { z } from 'zod';
import type { Core } from './core.ts';
import { ApiError, invalidParam, missing } from './errors.ts';
import { expand } from './expand.ts';
import type { FormFields } from './form.ts';
import { makeList } from './objects.ts';
import { flag, integer, list, metadata, paging, readParams, text, url } from './params.ts';
import { createRefund } from './refunds.ts';
import { createSession, expireSession, findSession } from './sessions.ts';
import type { Table } from './table.ts';

/** The languages of Stripe's hosted page (docs.stripe.com/js/appendix/supported_locales); Kazakh is not among them. */
const LOCALES =
  'auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW'.split(
    ' ',
  );

const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

const currency = text().transform((value, context) => {
  const code = value.toLowerCase();
  if (CURRENCIES.has(code)) return code;
  context.addIssue({ code: 'custom', message: `Invalid currency: ${value}` });
  return z.NEVER;
});

const email = text(512).refine((value) => /^[^\s@]+@[^\s@]+$/.test(value), {
  message: 'Invalid email address',
  params: { code: 'email_invalid' },
});

const expandOnly = z.strictObject({ expand: list(text()).optional() });

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

const refundParams = z.strictObject({
  amount: integer(1).optional(),
  charge: text().optional(),
  expand: list(text()).optional(),
  metadata: metadata.optional(),
  payment_intent: text().optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
});

function refund(core: Core, params: z.output<typeof refundParams>): unknown {
  const charge = params.charge ?? params.payment_intent;
  if (charge === undefined) {
    throw invalidParam({
      code: 'parameter_missing',
      param: 'payment_intent',
      message: 'One of the following params should be provided for this request: payment_intent or charge.',
    });
  }
  const { amount, reason, metadata: about } = params;
  return createRefund(core, { charge, amount, reason: reason ?? null, metadata: about ?? {} });
}

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

type Paging = {
  created?: z.output<typeof paging.created>;
  limit?: number | undefined;
  starting_after?: string | undefined;
};

/** A page of those candidates (newest first, already beginning after `starting_after`) that match. */
function page<T extends { created: number }>(
  candidates: Iterable<T>,
  params: Paging,
  path: string,
  matches: (item: T) => boolean = () => true,
): Stripe.ApiList<T> {
  const limit = params.limit ?? DEFAULT_LIMIT;
  if (limit > MAX_LIMIT) {
    throw invalidParam({ param: 'limit', message: `This value must be less than or equal to ${MAX_LIMIT}.` });
  }
  const { gt = -1, gte = 0, lt = Infinity, lte = Infinity } = params.created ?? {};
  const found: T[] = [];
  for (const item of candidates) {
    if (item.created < gte || item.created <= gt) break;
    if (item.created > lte || item.created >= lt || !matches(item)) continue;
    if (found.length === limit) return makeList(found, true, path);
    found.push(item);
  }
  return makeList(found, false, path);
}

/** All of a table, or those whose indexed field has a value, after the object that ends the page before. */
function candidates<T>(
  table: Table<T>,
  after: string | undefined,
  filters: Record<string, string | undefined>,
) {
  if (after !== undefined && table.get(after) === undefined) throw missing('object', after, 'starting_after');
  const [index, value] = Object.entries(filters).find(([, wanted]) => wanted !== undefined) ?? [];
  if (index === undefined || value === undefined) return table.newestFirst(after);
  return table.by(index, value, after);
}

const sessionList = z.strictObject({
  ...paging,
  payment_intent: text().optional(),
  status: z.enum(['open', 'complete', 'expired']).optional(),
});
const ofCharge = z.strictObject({ ...paging, charge: text().optional(), payment_intent: text().optional() });
const ofIntent = z.strictObject({ ...paging, payment_intent: text().optional() });
const plainList = z.strictObject(paging);
const transactionList = z.strictObject({
  ...paging,
  currency: currency.optional(),
  source: text().optional(),
  type: text().optional(),
});
const eventList = z.strictObject({
  ...paging,
  delivery_success: flag.optional(),
  type: text().optional(),
  types: list(text()).optional(),
});

/** `charge.*` and the like match every type that begins so. */
function typeMatches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

function listEvents(core: Core, params: z.output<typeof eventList>): unknown {
  const { events, undelivered } = core.state;
  const wanted = params.types ?? (params.type === undefined ? null : [params.type]);
  return page(
    candidates(events, params.starting_after, {}),
    params,
    '/v1/events',
    (event) =>
      (params.delivery_success === undefined || params.delivery_success !== undelivered.has(event.id)) &&
      (wanted === null || wanted.some((pattern) => typeMatches(pattern, event.type))),
  );
}

function balance(core: Core): Stripe.Balance {
  const available = [...core.state.balances].map(([code, amount]) => ({
    amount,
    currency: code,
    source_types: { card: amount },
  }));
  const pending = available.map((entry) => ({ ...entry, amount: 0, source_types: { card: 0 } }));
  return { object: 'balance', available, livemode: false, pending } satisfies Stripe.Balance;
}

/** One endpoint; `run` gets the id in the path, or '' where there is none. */
type Endpoint = { path: RegExp; run: (core: Core, id: string, fields: FormFields) => unknown };

function endpoint<Schema extends z.ZodType<{ expand?: string[] | undefined }>>(
  path: string,
  schema: Schema,
  run: (core: Core, id: string, params: z.output<Schema>) => unknown,
): Endpoint {
  return {
    path: new RegExp(`^${path.replace(':id', '([^/]+)')}$`),
    run(core, id, fields) {
      const params = readParams(schema, fields);
      return expand(core, run(core, id, params), params.expand);
    },
  };
}

function one<T extends { id: string }>(
  path: string,
  kind: string,
  table: (core: Core) => Table<T>,
): Endpoint {
  return endpoint(`${path}/:id`, expandOnly, (core, id) => {
    const found = table(core).get(id);
    if (found === undefined) throw missing(kind, id);
    return found;
  });
}

const ENDPOINTS = {
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
    one('/v1/payment_intents', 'payment_intent', (core) => core.state.intents),
    endpoint('/v1/payment_intents', plainList, (core, _, params) =>
      page(candidates(core.state.intents, params.starting_after, {}), params, '/v1/payment_intents'),
    ),
    one('/v1/charges', 'charge', (core) => core.state.charges),
    endpoint('/v1/charges', ofIntent, (core, _, params) => {
      const { payment_intent, starting_after } = params;
      return page(candidates(core.state.charges, starting_after, { payment_intent }), params, '/v1/charges');
    }),
    one('/v1/refunds', 'refund', (core) => core.state.refunds),
    endpoint('/v1/refunds', ofCharge, (core, _, params) => {
      const { charge, payment_intent, starting_after } = params;
      return page(
        candidates(core.state.refunds, starting_after, { charge, payment_intent }),
        params,
        '/v1/refunds',
      );
    }),
    one('/v1/disputes', 'dispute', (core) => core.state.disputes),
    endpoint('/v1/disputes', ofCharge, (core, _, params) => {
      const { charge, payment_intent, starting_after } = params;
      return page(
        candidates(core.state.disputes, starting_after, { charge, payment_intent }),
        params,
        '/v1/disputes',
      );
    }),
    one('/v1/balance_transactions', 'balance_transaction', (core) => core.state.transactions),
    endpoint('/v1/balance_transactions', transactionList, (core, _, params) => {
      const { currency: wanted, source, starting_after, type } = params;
      return page(
        candidates(core.state.transactions, starting_after, { source }),
        params,
        '/v1/balance_transactions',
        (item) =>
          (wanted === undefined || item.currency === wanted) && (type === undefined || item.type === type),
      );
    }),
    one('/v1/events', 'event', (core) => core.state.events),
    endpoint('/v1/events', eventList, (core, _, params) => listEvents(core, params)),
    endpoint('/v1/balance', expandOnly, balance),
  ],
  POST: [
    endpoint('/v1/checkout/sessions', sessionParams, (core, _, params) =>
      createCheckoutSession(core, params),
    ),
    endpoint('/v1/checkout/sessions/:id/expire', expandOnly, (core, id) => expireSession(core, id)),
    endpoint('/v1/refunds', refundParams, (core, _, params) => refund(core, params)),
  ],
};

/**
 * Executes one call of Stripe's API and returns the answer's body as an object.
 * Throws an `ApiError`, 404 for an endpoint that the double does not have.
 */
export function callApi(core: Core, method: string, path: string, fields: FormFields): unknown {
  const endpoints = method === 'GET' || method === 'POST' ? ENDPOINTS[method] : [];
  for (const { path: pattern, run } of endpoints) {
    const match = pattern.exec(path);
    if (match !== null) return run(core, match[1] ?? '', fields);
  }
  throw new ApiError(404, false, { message: `Unrecognized request URL (${method}: ${path}).` });
}
