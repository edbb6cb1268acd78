import { derivedId } from '../../../shared/platform/ids.ts';
import type { State } from './state.ts';

/** Every mail that was due went out, each under one id; and every fact that a buyer must hear of made one due. */
export function* mailsAreRight({ outbox, mails, orders }: State): Generator<string> {
  const known = new Map(
    outbox.map(({ sk, ...item }) => [
      `<${derivedId('mail', String(sk))}@localhost>`,
      { id: String(sk), item },
    ]),
  );
  for (const [messageId] of mails)
    if (!known.has(messageId)) yield `a mail went out that was never due: ${messageId}`;
  for (const [messageId, { id, item }] of known) {
    if (item.outcome === undefined) yield `the mail ${id} is still due, after ${item.attempts} tries`;
    if (item.outcome === 'sent' && !mails.has(messageId))
      yield `the mail ${id} is said to be sent, and was not`;
    if (item.outcome === 'order_unknown' || item.outcome === 'waiter_unknown' || item.outcome === 'too_old')
      yield `the mail ${id} was given up: ${item.outcome}`;
  }
  const isDue = new Set(outbox.map(({ sk }) => String(sk)));
  for (const [id, { state }] of orders) {
    if (state === 'paid' && !isDue.has(`${id}#paid`)) yield `no mail says that ${id} is paid`;
    if (state === 'expired' && !isDue.has(`${id}#expired`)) yield `no mail says that ${id} has ended`;
  }
}
