import Stripe from 'stripe';
import type { ProviderRefund } from '../../orders/provider.ts';
import type { RefundAnswer, RefundRequest } from '../gateway.ts';
import { isSpent, reach } from './reach.ts';
import { refundOf } from './read.ts';

/** Of what a refund is read: the payment names the order. */
const withPayment = ['payment_intent'];

/**
 * Makes the refund of a request, or finds the one that it has. Stripe forgets idempotency keys after a day, so a
 * request that may have been made before is looked for among the payment's refunds.
 */
export async function makeRefund(stripe: Stripe, request: RefundRequest): Promise<RefundAnswer> {
  const made = request.repeated ? await findRefund(stripe, request) : undefined;
  if (made) return { status: 'made', refund: made };
  const { id, order, payment, amount, attempt } = request;
  try {
    const refund = await reach(() =>
      stripe.refunds.create(
        {
          payment_intent: payment,
          amount,
          metadata: { refund: id, order, attempt: String(attempt) },
          expand: withPayment,
        },
        { idempotencyKey: `${id}-${attempt}` },
      ),
    );
    return { status: 'made', refund: expected(refundOf(refund), payment) };
  } catch (error) {
    if (isSpent(error)) return { status: 'spent' };
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    if (error.code === 'charge_disputed') return { status: 'refused', why: 'disputed' };
    if (error.code === 'balance_insufficient' || error.code === 'insufficient_funds')
      return { status: 'refused', why: 'balance' };
    if (error.code === 'charge_already_refunded' || error.param === 'amount')
      return { status: 'less_left', refunds: await refundsOf(stripe, payment) };
    return { status: 'refused', why: 'other' };
  }
}

/** The refund that an attempt of a request has made, whenever that was. */
async function findRefund(
  stripe: Stripe,
  { id, payment, attempt }: RefundRequest,
): Promise<ProviderRefund | undefined> {
  for await (const refund of listed(stripe, payment))
    if (refund.metadata?.refund === id && refund.metadata.attempt === String(attempt))
      return refundOf(refund);
  return undefined;
}

async function refundsOf(stripe: Stripe, payment: string): Promise<ProviderRefund[]> {
  const refunds = await Array.fromAsync(listed(stripe, payment));
  return refunds.flatMap((refund) => refundOf(refund) ?? []);
}

async function* listed(stripe: Stripe, payment: string): AsyncGenerator<Stripe.Refund> {
  const query = { payment_intent: payment, limit: 100, expand: withPayment.map((name) => `data.${name}`) };
  yield* await reach(() => stripe.refunds.list(query).autoPagingToArray({ limit: 1000 }));
}

function expected(refund: ProviderRefund | undefined, payment: string): ProviderRefund {
  if (!refund) throw new Error(`The refund of ${payment} cannot be read, or the payment names no order.`);
  return refund;
}
