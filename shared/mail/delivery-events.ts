import * as z from 'zod';
import type { Database } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import type { World } from '../platform/world.ts';
import type { Unreached } from './outbox.ts';
import { mailUnreached } from './unreached.ts';

/** The message tag by which an event of SES names the mail. */
const mailTag = 'mail';

/** The tags of a message: SES takes letters, figures, `_` and `-` only, so the mail's id is written in base64url. */
export function messageTags(id: string): { Name: string; Value: string }[] {
  return [{ Name: mailTag, Value: Buffer.from(id).toString('base64url') }];
}

/** The mail that the tags of an event name. */
function mailOfTags(tags: Record<string, string[]>): string | undefined {
  const [value] = tags[mailTag] ?? [];
  return value === undefined ? undefined : Buffer.from(value, 'base64url').toString();
}

/**
 * What SES tells of a message through EventBridge (docs.aws.amazon.com/ses/latest/dg, "Amazon SES event data"). The
 * addresses in it are not read.
 */
const deliveryEvent = z.object({
  detail: z.object({
    eventType: z.string(),
    mail: z.object({ messageId: z.string(), tags: z.record(z.string(), z.array(z.string())).default({}) }),
    bounce: z.object({ bounceType: z.string(), bounceSubType: z.string() }).optional(),
  }),
});

/**
 * The handler of what the mail provider tells of mails that it had taken: one that came back, or that its receiver calls
 * unwanted, is told to staff. Repeating an event changes nothing.
 */
export function createDeliveryEvents(deps: {
  readonly db: Database;
  readonly world: World;
  readonly log: Log;
}): (event: unknown) => Promise<void> {
  return async (event) => {
    const { detail } = deliveryEvent.parse(event);
    const mail = mailOfTags(detail.mail.tags);
    const outcome = outcomeOf(detail);
    const facts = { providerId: detail.mail.messageId, event: detail.eventType, ...(mail && { mail }) };
    if (mail === undefined || outcome === undefined) {
      deps.log.info('Nothing to do about what became of a mail.', facts);
      return;
    }
    const isNew = await mailUnreached(deps, mail, outcome);
    deps.log.warn(isNew ? 'A mail reached nobody.' : 'A mail reached nobody, as was known.', facts);
  };
}

function outcomeOf({ eventType, bounce }: z.infer<typeof deliveryEvent>['detail']): Unreached | undefined {
  if (eventType === 'Complaint') return 'complaint';
  // A passing bounce of no particular kind is mostly an answering machine: the mail has arrived.
  const isAnswer = bounce?.bounceType === 'Transient' && bounce.bounceSubType === 'General';
  return eventType === 'Bounce' && !isAnswer ? 'bounced' : undefined;
}
