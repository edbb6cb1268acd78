import { createStripeWebhook } from './create.ts';

export const handler = await createStripeWebhook(process.env);
