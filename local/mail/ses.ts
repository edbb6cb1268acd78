import PostalMime from 'postal-mime';
import { z } from 'zod';
import { type MailStore, recipients } from './store.ts';

/** What SES, or the way to it, can do instead of sending; the last one sends, and the answer gets lost. */
export type SesFault = 'throttled' | 'refused' | 'answer_lost';

const sendEmail = z.object({
  Destination: z.object({ ToAddresses: z.array(z.string()).optional() }).optional(),
  Content: z.object({ Raw: z.object({ Data: z.base64() }) }),
});

/**
 * Answers `POST /v2/email/outbound-emails` as SES does (AWS's reference of `SendEmail`): the message id, or
 * an error under the name by which the SDK makes its class.
 */
export async function answerSendEmail(
  store: MailStore,
  body: string,
  fault: SesFault | undefined,
): Promise<Response> {
  if (fault === 'throttled') {
    return failure(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.');
  }
  if (fault === 'refused') return failure(400, 'MessageRejected', 'Email address is not verified.');
  const request = sendEmail.safeParse(parseJson(body));
  if (!request.success) {
    return failure(400, 'BadRequestException', `Only raw messages are taken here: ${request.error.message}`);
  }
  const { Content, Destination } = request.data;
  const message = Buffer.from(Content.Raw.Data, 'base64');
  const email = await PostalMime.parse(message);
  if (!email.from) return failure(400, 'BadRequestException', "Missing required header 'From'.");
  if (recipients(email).length === 0 && !Destination?.ToAddresses?.length) {
    return failure(400, 'BadRequestException', 'No recipients specified.');
  }
  const id = await store.add(message);
  return fault === 'answer_lost' ? Response.error() : Response.json({ MessageId: id });
}

function failure(status: number, name: string, message: string): Response {
  return Response.json({ message }, { status, headers: { 'x-amzn-errortype': name } });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
