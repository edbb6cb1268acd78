import { z } from 'zod';
import { testMethodCard } from './cards.ts';
import type { Core } from './core.ts';
import { answerDispute, closeDispute } from './disputes.ts';
import { candidates, type Endpoint, endpoint, one, page } from './endpoint.ts';
import { invalidParam, missing } from './errors.ts';
import { currency, email, flag, integer, list, metadata, paging, text } from './params.ts';
import { payByIntent } from './payments.ts';
import { createRefund } from './refunds.ts';
import type { State } from './state.ts';
import type { Table } from './table.ts';

const intentParams = z.strictObject({
  amount: integer(1),
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() })
    .optional(),
  confirm: z.literal('true'),
  currency,
  description: text().optional(),
  expand: list(text()).optional(),
  metadata: metadata.optional(),
  payment_method: text(),
  receipt_email: email.optional(),
});

/** Only what needs no payer: a ready-made test card, confirmed at once. */
function payIntent(core: Core, params: z.output<typeof intentParams>): unknown {
  const number = testMethodCard(params.payment_method);
  if (number === undefined) throw missing('PaymentMethod', params.payment_method, 'payment_method');
  return payByIntent(core, {
    amount: params.amount,
    currency: params.currency,
    card: { number, expMonth: 12, expYear: 2040 },
    description: params.description ?? null,
    receiptEmail: params.receipt_email ?? null,
    metadata: params.metadata ?? {},
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

const disputeParams = z.strictObject({
  evidence: z.strictObject({ uncategorized_text: text() }).optional(),
  expand: list(text()).optional(),
  metadata: metadata.optional(),
  submit: flag.optional(),
});

/** What the bank makes of an answer in test mode (docs.stripe.com/disputes/testing). */
const TEST_EVIDENCE = new Map([
  ['winning_evidence', 'won'],
  ['losing_evidence', 'lost'],
] as const);

function answer(core: Core, id: string, params: z.output<typeof disputeParams>): unknown {
  const answered = answerDispute(core, id);
  const outcome = [...TEST_EVIDENCE].find(([text]) => text === params.evidence?.uncategorized_text)?.[1];
  return outcome === undefined ? answered : closeDispute(core, id, outcome);
}

const ofCharge = z.strictObject({ ...paging, charge: text().optional(), payment_intent: text().optional() });
const ofIntent = z.strictObject({ ...paging, payment_intent: text().optional() });
const plainList = z.strictObject(paging);

/** The list of objects that hang on a charge. */
function listOfCharge<T extends { id: string; created: number }>(
  path: string,
  table: (state: State) => Table<T>,
): Endpoint {
  return endpoint(path, ofCharge, (core, _, params) => {
    const { charge, payment_intent, starting_after } = params;
    return page(candidates(table(core.state), starting_after, { charge, payment_intent }), params, path);
  });
}

/** Payments, and what becomes of them. */
export const paymentEndpoints: { GET: Endpoint[]; POST: Endpoint[] } = {
  GET: [
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
    listOfCharge('/v1/refunds', (state) => state.refunds),
    one('/v1/disputes', 'dispute', (core) => core.state.disputes),
    listOfCharge('/v1/disputes', (state) => state.disputes),
    one('/v1/radar/early_fraud_warnings', 'early_fraud_warning', (core) => core.state.warnings),
    listOfCharge('/v1/radar/early_fraud_warnings', (state) => state.warnings),
  ],
  POST: [
    endpoint('/v1/payment_intents', intentParams, (core, _, params) => payIntent(core, params)),
    endpoint('/v1/refunds', refundParams, (core, _, params) => refund(core, params)),
    endpoint('/v1/disputes/:id', disputeParams, answer),
  ],
};
