import Stripe from 'stripe';
import * as z from 'zod';
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
  /** Absent when what was signed is no event. */
  readonly id?: string;
  readonly type?: string;
  readonly fact: PaymentFact;
}

/** What every event has in every version; the rest is read where it is needed, and more may be there. */
const anyEvent = z.looseObject({
  id: z.string(),
  object: z.literal('event'),
  type: z.string(),
  created: z.int(),
  livemode: z.boolean(),
  account: z.optional(z.string()),
  data: z.looseObject({ object: z.looseObject({}) }),
});

/**
 * Reads a webhook: checks the signature over the raw body against each secret in turn (two while one is being
 * replaced), then says in our words what happened. What is signed and can never concern us is `ignored`: refusing it
 * would only make Stripe repeat it for three days.
 * @throws WebhookRefused
 * @throws GatewayUnavailable when something must be fetched and Stripe does not answer.
 */
export async function readWebhook(
  reader: EventReader,
  request: WebhookRequest,
  secrets: readonly string[],
): Promise<ReceivedEvent> {
  const event = await verified(reader.stripe, request, secrets);
  const known = anyEvent.safeParse(event);
  if (!event || !known.success)
    return { fact: { kind: 'ignored', type: 'unreadable', why: 'what was signed is not an event' } };
  return { id: event.id, type: event.type, fact: await factOf(reader, event) };
}

/** Seconds by which a signature may be old, Stripe's own default; and be ahead, for clocks that differ. */
const tolerance = 300;

/** What was signed, if it can be read at all. */
async function verified(
  stripe: Stripe,
  { body, signature = '', receivedAt }: WebhookRequest,
  secrets: readonly string[],
): Promise<Stripe.Event | undefined> {
  const times = [...signature.matchAll(/(?:^|,)t=([^,]*)/g)].map(([, time = '']) => time);
  const [time = ''] = times;
  const latest = Math.floor(receivedAt.getTime() / 1000) + tolerance;
  // The SDK refuses what is too old, but takes a time that lies ahead, and the last of several times.
  if (times.length === 1 && /^\d{1,12}$/.test(time) && Number(time) <= latest)
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
        // The signature is checked before the body is read: any other error is the body's.
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) return undefined;
      }
  throw new WebhookRefused('The signature of the webhook is missing, wrong or too old.');
}
