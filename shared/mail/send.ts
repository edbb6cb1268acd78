import type { OrderView } from '../contracts/orders.ts';
import type { WaiterView } from '../contracts/waiting.ts';
import type { Database } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import type { World } from '../platform/world.ts';
import { composeMail, composeWaitingMail } from './compose.ts';
import {
  type DueMail,
  endMail,
  isTooOld,
  isUnreached,
  type MailEnd,
  type MailKind,
  type Overtaken,
  type WaitingMailKind,
} from './outbox.ts';
import { MailRefused, type MailTransport, type OutgoingMail } from './transport.ts';
import { mailUnreached } from './unreached.ts';

/** What sending needs. */
export interface MailDeps {
  readonly db: Database;
  readonly world: World;
  readonly log: Log;
  /** The order as its holder sees it; undefined when there is none. */
  readonly loadOrder: (id: string) => Promise<OrderView | undefined>;
  /** The waiter as they see themselves; undefined when there is none. */
  readonly loadWaiter: (id: string) => Promise<WaiterView | undefined>;
  readonly transport: MailTransport;
  /** The sender, as a header has it: `Startline <entries@example.org>`. */
  readonly from: string;
  /** The site's address, without a slash at the end. */
  readonly publicUrl: string;
}

/** What became of a try: the mail has ended, or another try will follow. */
export type SendOutcome = MailEnd['outcome'] | 'later';

/**
 * Sends a mail once and records how it ended. What fails in passing is left for the next try; nothing is thrown. A
 * mail may go out twice when the record of it fails or two senders meet, and then both copies have the same id.
 */
export async function sendDueMail(deps: MailDeps, mail: DueMail): Promise<SendOutcome> {
  const { db, world, log } = deps;
  const facts = { mail: mail.id, attempt: mail.attempts };
  try {
    const end = await trySending(deps, mail);
    if (isUnreached(end)) await mailUnreached(deps, mail.id, end.outcome);
    else await endMail(db, world, mail.id, end);
    if (end.outcome === 'sent') log.info('Mail sent.', facts);
    else log.warn('Mail not sent.', { ...facts, outcome: end.outcome });
    return end.outcome;
  } catch (error) {
    log.error('A mail could not be sent and will be tried again.', error, facts);
    return 'later';
  }
}

async function trySending(deps: MailDeps, mail: DueMail): Promise<MailEnd> {
  if (isTooOld(mail, deps.world.now())) return { outcome: 'too_old' };
  const message = await compose(deps, mail);
  if (typeof message === 'string') return { outcome: message };
  try {
    return { outcome: 'sent', providerId: await deps.transport.send(message) };
  } catch (error) {
    if (error instanceof MailRefused) return { outcome: 'address_refused' };
    throw error;
  }
}

/** The message as it is to be sent now, or why it is not. */
async function compose(
  { loadOrder, loadWaiter, from, publicUrl }: MailDeps,
  mail: DueMail,
): Promise<OutgoingMail | Overtaken> {
  if ('waiter' in mail) {
    const waiter = await loadWaiter(mail.waiter);
    if (!waiter) return 'waiter_unknown';
    if (!isStillTrueOfWaiter(mail.kind, waiter.state)) return 'overtaken';
    return composeWaitingMail(mail, waiter, from, publicUrl);
  }
  const order = await loadOrder(mail.order);
  if (!order) return 'order_unknown';
  if (!isStillTrue(mail.kind, order)) return 'overtaken';
  return composeMail(mail, order, from, publicUrl);
}

/** The states of an order in which a mail of a kind may be sent: a late one must not say what is no longer true. */
function isStillTrue(kind: MailKind, { state, invoice }: OrderView): boolean {
  switch (kind) {
    case 'order_paid':
      return state === 'paid';
    case 'order_link':
      return state === 'held' || state === 'paying' || state === 'pending' || state === 'paid';
    case 'order_expired':
    case 'payment_failed':
      return state === 'expired';
    case 'payment_refunded':
    case 'refund_decided':
    case 'refund_failed':
      return true;
    case 'transfer_offer':
    case 'transfer_confirm':
    case 'transfer_done':
    case 'entry_received':
    case 'entry_changed':
    case 'event_called_off':
    case 'team_joined':
      return state === 'paid';
    case 'invoice_issued':
    case 'invoice_reminder':
    case 'invoice_part_received':
      return invoice !== undefined && (state === 'held' || state === 'paying');
  }
}

function isStillTrueOfWaiter(kind: WaitingMailKind, state: WaiterView['state']): boolean {
  switch (kind) {
    case 'waiting_joined':
      return state === 'waiting' || state === 'offered';
    case 'waiting_offer':
      return state === 'offered';
    case 'waiting_lapsed':
      return state === 'lapsed';
  }
}
