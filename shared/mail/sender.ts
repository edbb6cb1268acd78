import { insertedItems } from '../platform/stream-event.ts';
import { beginRetry, type DueMail, dueMails, parseDueMail } from './outbox.ts';
import { type MailDeps, sendDueMail } from './send.ts';

/** Mails sent at the same time: SES gives a new account 14 a second, and one takes about a tenth of one. */
const atOnce = 4;

/** Retries that one run looks at, and for how long it begins new ones: the next run follows in a minute. */
const mostRetries = 500;
const runMilliseconds = 40_000;

/**
 * The handler that sends mails. A stream event brings the first try of the mails that are new in it; any other event
 * is the schedule's, and brings the next try of what is due. A mail that cannot be sent does not fail the run: the
 * schedule comes back to it.
 */
export function createSendMail(deps: MailDeps): (event: unknown) => Promise<void> {
  return async (event) => {
    const inserted = insertedItems(event);
    if (inserted) {
      await eachOf(deps, inserted.map(parseDueMail), (mail) => sendDueMail(deps, mail));
      return;
    }
    const unreadable = (id: string, error: unknown): void =>
      deps.log.error('A mail is not known to this version and stays due.', error, { mail: id });
    const due = await dueMails(deps.db, deps.world.now(), mostRetries, unreadable);
    await eachOf(deps, due, (mail) => retry(deps, mail));
  };
}

async function retry(deps: MailDeps, mail: DueMail): Promise<void> {
  if (await beginRetry(deps.db, deps.world, mail))
    await sendDueMail(deps, { ...mail, attempts: mail.attempts + 1 });
}

async function eachOf(
  { world }: MailDeps,
  mails: readonly DueMail[],
  send: (mail: DueMail) => Promise<unknown>,
): Promise<void> {
  const end = world.now().getTime() + runMilliseconds;
  for (let start = 0; start < mails.length && world.now().getTime() < end; start += atOnce)
    await Promise.all(mails.slice(start, start + atOnce).map(send));
}
