import { channel } from 'node:diagnostics_channel';
import {
  BadRequestException,
  MessageRejected,
  type SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { messageTags } from './delivery-events.ts';
import { MailRefused, type MailTransport } from './transport.ts';

/** Tells of each client that mails go through, for simulations of what may happen to its calls. */
export const mailerOpened = channel('startline.mailer.opened');

/** Sends through Amazon SES, which replaces `Message-ID` and `Date` by its own. */
export function sesTransport(client: SESv2Client): MailTransport {
  mailerOpened.publish(client);
  return {
    async send({ id, from, to, raw }) {
      try {
        const { MessageId } = await client.send(
          new SendEmailCommand({
            FromEmailAddress: from,
            Destination: { ToAddresses: [to] },
            Content: { Raw: { Data: raw } },
            EmailTags: messageTags(id),
          }),
        );
        return MessageId ?? '';
      } catch (error) {
        throw isRefusal(error) ? new MailRefused(error.message, { cause: error }) : error;
      }
    },
  };
}

/**
 * SES also rejects what an account may not send yet: an unverified sender, or an account still in the sandbox
 * (docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html). Setting the account up mends that, so such
 * mails are kept.
 */
function isRefusal(error: unknown): error is BadRequestException | MessageRejected {
  if (error instanceof BadRequestException) return true;
  return error instanceof MessageRejected && !/not verified/i.test(error.message);
}
