import { applyFact, FactEarly } from '../../shared/payments/apply-fact.ts';
import { GatewayUnavailable } from '../../shared/payments/gateway.ts';
import {
  type ReceivedEvent,
  WebhookRefused,
  type WebhookRequest,
} from '../../shared/payments/stripe/webhook.ts';
import type { Till } from '../../shared/payments/till.ts';
import type { Handlers } from '../../shared/platform/http.ts';
import type { Log } from '../../shared/platform/log.ts';
import { Refusal } from '../../shared/platform/problem.ts';

/** Answers Stripe's webhooks: 2xx only when what the event says has been applied, so that Stripe repeats the others. */
export function webhookHandlers(
  till: Till,
  read: (request: WebhookRequest) => Promise<ReceivedEvent>,
  log: Log,
): Handlers<'stripe-webhook'> {
  return {
    receiveStripeEvent: async ({ rawBody, header, requestId }) => {
      try {
        const signature = header('stripe-signature');
        const { id, type, fact } = await read({ body: rawBody, signature, receivedAt: till.world.now() });
        log.info('stripe event', { event: id ?? 'none', type: type ?? 'none', fact: fact.kind, requestId });
        await applyFact(till, fact);
        return { received: true as const };
      } catch (error) {
        if (error instanceof WebhookRefused) {
          // An alarm counts these lines by `refused`: see `infra/constructs/monitoring.ts`.
          log.warn('a webhook is refused', { refused: 'signature', requestId, characters: rawBody.length });
          throw new Refusal('signature_invalid');
        }
        if (error instanceof GatewayUnavailable || error instanceof FactEarly)
          throw new Refusal('busy', { retryAfter: 5 });
        throw error;
      }
    },
  };
}
