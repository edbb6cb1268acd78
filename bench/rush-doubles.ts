import * as z from 'zod';
import { answerParent } from './child.ts';
import { startDoubles } from './doubles.ts';

const request = z.object({ webhookUrl: z.string() });

const doubles = await startDoubles();
answerParent(async (content) => {
  doubles.setWebhookUrl(request.parse(content).webhookUrl);
  return { stripe: doubles.stripe, mail: doubles.mail };
});
