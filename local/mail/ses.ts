import PostalMime from 'postal-mime';
import { z } from 'zod';
import { type MailStore, recipients } from './store.ts';

/** What SES, or the way to it, can do instead of sending; the last one sends, and the answer gets lost. */
export type SesFault = 'throttled' | 'refused' | 'bad_address' | 'answer_lost';

/** What SES tells through EventBridge of a message that it had taken. */
export interface SesEvent {
  readonly source: 'aws.ses';
  readonly 'detail-type': string;
  readonly detail: Record<string, unknown>;
}

const sendEmail = z.object({
  Destination: z.object({ ToAddresses: z.array(z.string()).optional() }).optional(),
  Content: z.object({ Raw: z.object({ Data: z.base64() }) }),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).optional(),
});

/**
 * Answers `POST /v2/email/outbound-emails` as SES does (AWS's reference of `SendEmail`): the message id, or
 * an error under the name by which the SDK makes its class. A message to an address with `bounce` in it is taken and
 * comes back, one with `complaint` is called unwanted.
 * @param tell is told what became of a message that was taken.
 */
export async function answerSendEmail(
  store: MailStore,
  body: string,
  fault: SesFault | undefined,
  tell: (event: SesEvent) => void,
): Promise<Response> {
  if (fault === 'throttled') {
    return failure(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.');
  }
  if (fault === 'refused') return failure(400, 'MessageRejected', 'Email address is not verified.');
  if (fault === 'bad_address') return failure(400, 'BadRequestException', 'Missing final @domain');
  const request = sendEmail.safeParse(parseJson(body));
  if (!request.success) {
    return failure(400, 'BadRequestException', `Only raw messages are taken here: ${request.error.message}`);
  }
  const { Content, Destination, EmailTags = [] } = request.data;
  const message = Buffer.from(Content.Raw.Data, 'base64');
  const email = await PostalMime.parse(message);
  if (!email.from) return failure(400, 'BadRequestException', "Missing required header 'From'.");
  if (recipients(email).length === 0 && !Destination?.ToAddresses?.length) {
    return failure(400, 'BadRequestException', 'No recipients specified.');
  }
  const id = await store.add(message);
  const addresses = Destination?.ToAddresses ?? recipients(email);
  const tags = Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, [Value]]));
  for (const address of addresses) {
    const event = whatBecame(address, { messageId: id, destination: addresses, tags });
    if (event) tell(event);
  }
  return fault === 'answer_lost' ? Response.error() : Response.json({ MessageId: id });
}

/** What SES would say of a message to the address, in the form of its event publishing. */
function whatBecame(address: string, mail: Record<string, unknown>): SesEvent | undefined {
  const to = [{ emailAddress: address }];
  if (/bounce/i.test(address))
    return {
      source: 'aws.ses',
      'detail-type': 'Email Bounced',
      detail: {
        eventType: 'Bounce',
        mail,
        bounce: { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: to },
      },
    };
  if (/complaint/i.test(address))
    return {
      source: 'aws.ses',
      'detail-type': 'Email Complaint Received',
      detail: { eventType: 'Complaint', mail, complaint: { complainedRecipients: to } },
    };
  return undefined;
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
