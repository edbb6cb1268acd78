import Stripe from 'stripe';
import type { PaymentFact } from '../gateway.ts';
import { type EventReader, factOf } from './events.ts';

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
 * @throws GatewayUnavailable when something must be fetched and Stripe does not answer.
 */
export async function readWebhook(
  reader: EventReader,
  request: WebhookRequest,
  secrets: readonly string[],
): Promise<ReceivedEvent> {
  const event = await verified(reader.stripe, request, secrets);
  return { id: event.id, type: event.type, fact: await factOf(reader, event) };
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
