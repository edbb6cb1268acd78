import Stripe from 'stripe';
import type { PaymentFact } from '../gateway.ts';
import { instantOf, paymentOfSession, succeededRefund } from './read.ts';

/** The signature is missing, wrong, or older than five minutes. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
}

/** A webhook as it came in: the body byte for byte, the `Stripe-Signature` header, and when it arrived. */
export interface WebhookRequest {
  readonly body: string;
  readonly signature: string | undefined;
  readonly receivedAt: Date;
}

/** An event whose signature is right, and what it says in our words. */
export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly fact: PaymentFact;
}

/**
 * Reads a webhook: checks the signature over the raw body against each secret in turn (two while one is being
 * replaced), then says in our words what happened.
 * @throws WebhookRefused
 */
export async function readWebhook(
  stripe: Stripe,
  request: WebhookRequest,
  secrets: readonly string[],
): Promise<ReceivedEvent> {
  const event = await verified(stripe, request, secrets);
  return { id: event.id, type: event.type, fact: factOf(event) };
}

/** Seconds by which a signature may be old, Stripe's own default; and be ahead, for clocks that differ. */
const tolerance = 300;

async function verified(
  stripe: Stripe,
  { body, signature, receivedAt }: WebhookRequest,
  secrets: readonly string[],
): Promise<Stripe.Event> {
  const signedAt = Number(/(?:^|,)t=(\d+)/.exec(signature ?? '')?.[1]);
  const now = Math.floor(receivedAt.getTime() / 1000);
  // The SDK refuses what is too old, but takes a time that lies ahead.
  if (signature !== undefined && signedAt <= now + tolerance)
    for (const secret of secrets.filter((candidate) => candidate !== ''))
      try {
        return await stripe.webhooks.constructEventAsync(
          body,
          signature,
          secret,
          tolerance,
          undefined,
          receivedAt.getTime(),
        );
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
      }
  throw new WebhookRefused('The signature of the webhook is missing, wrong or too old.');
}

/** The types of events that the service acts upon: those to choose for the endpoint in Stripe's dashboard. */
export const actedUpon = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'refund.created',
  'refund.updated',
] as const satisfies readonly Stripe.Event['type'][];

/** What an event says, in our words. Types that are unknown or of no concern are ignored, not refused. */
export function factOf(event: Stripe.Event): PaymentFact {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return sessionFact(event, event.data.object);
    case 'checkout.session.async_payment_failed':
      return sessionFact(event, event.data.object, 'failed');
    case 'checkout.session.expired':
      return sessionFact(event, event.data.object, 'expired');
    case 'refund.created':
    case 'refund.updated': {
      const refund = succeededRefund(event.data.object, instantOf(event.created));
      return refund ? { kind: 'refunded', refund } : ignored(event, 'the refund has not succeeded');
    }
    default:
      return ignored(event, 'the service does not act on this type');
  }
}

function sessionFact(
  event: Stripe.Event,
  session: Stripe.Checkout.Session,
  end?: 'failed' | 'expired',
): PaymentFact {
  const order = session.client_reference_id;
  const attempt = Number(session.metadata?.attempt);
  if (order === null || session.metadata?.order !== order || !Number.isInteger(attempt))
    return ignored(event, 'the session is not one of ours');
  if (end) return { kind: end, order, session: session.id, attempt };
  const payment = paymentOfSession(session, instantOf(event.created));
  if (!payment) return { kind: 'pending', order, session: session.id, attempt };
  return { kind: 'paid', order, session: session.id, payment, livemode: session.livemode };
}

function ignored(event: Stripe.Event, why: string): PaymentFact {
  return { kind: 'ignored', type: event.type, why };
}
