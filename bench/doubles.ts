import { serve } from '../local/serve.ts';
import { startStripeDouble } from '../local/stripe/server.ts';
import { secrets } from './api.ts';

/** Stripe's double and a taker of mails. */
export interface Doubles {
  readonly stripe: string;
  readonly mail: string;
  /** Where Stripe sends its webhooks. */
  setWebhookUrl(url: string): void;
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts what stands for the services outside; Stripe sends only the one event that confirms an entry. */
export async function startDoubles(now: () => Date = () => new Date()): Promise<Doubles> {
  const stripe = await startStripeDouble({
    port: 0,
    webhookSecret: secrets.webhook,
    secretKey: secrets.stripeKey,
    enabledEvents: ['checkout.session.completed'],
    now,
  });
  let sent = 0;
  const mail = await serve({
    port: 0,
    purpose: 'the taker of mails',
    handler: () => {
      sent += 1;
      return Response.json({ MessageId: `mail-${sent}` });
    },
  });
  return {
    stripe: stripe.url,
    mail: mail.url,
    setWebhookUrl: (url) => stripe.setWebhookUrl(url),
    settle: () => stripe.settle(),
    stop: async () => {
      await stripe.stop();
      await mail.stop();
    },
  };
}
