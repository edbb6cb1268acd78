import {
  isUndelivered,
  type KeptMail,
  type MailKind,
  mailDue,
  mailDueAgain,
  mailsOfOrder,
} from '../mail/outbox.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { auditPart } from '../staff/audit.ts';
import { type Order, orderKey, readOrder } from './order.ts';
import type { Shop } from './shop.ts';
import { isWaiting } from './states.ts';

/** Mails that go to somebody else than who made the order: their addresses are not the order's. */
const toOthers: ReadonlySet<KeptMail['kind']> = new Set(['transfer_offer', 'entry_received', 'team_joined']);

/** Rounds in which the order or its mails may be changed by others meanwhile. */
const mostRounds = 5;
/** Mails that one transaction makes due again, beside the order and the audit log. */
const mostMails = 90;

/**
 * Corrects the address of an order, on behalf of staff, and sends to it what reached nobody; when there is no such mail,
 * what the order's holder needs now: the confirmation, or the link to pay. All in one transaction with the audit log.
 * Repeating it sends once more.
 * @returns how many mails are due by it.
 * @throws Refusal `order_unknown`.
 */
export async function correctContact(
  shop: Pick<Shop, 'db' | 'world'>,
  { order: id, email, by }: { readonly order: string; readonly email: string; readonly by: string },
): Promise<{ mails: number }> {
  const { db, world } = shop;
  for (let round = 0; round < mostRounds; round += 1) {
    const order = await readOrder(db, id);
    if (!order) throw new Refusal('order_unknown');
    const now = world.now();
    const parts = await mailParts(shop, order, email, now);
    const outcome = await commit(db, world, [
      {
        name: 'order',
        table: 'orders',
        key: orderKey(id),
        update: 'SET contact.email = :email',
        condition: 'contact.email = :before',
        values: { ':email': email, ':before': order.contact.email },
      },
      auditPart({ act: 'mail_sent_again', by, at: now.toISOString(), about: { order: id } }),
      ...parts,
    ]);
    if (outcome.done) return { mails: parts.length };
  }
  throw new DatabaseBusy(`The contact of order ${id} met other writers at every try.`);
}

async function mailParts({ db }: Pick<Shop, 'db'>, order: Order, to: string, now: Date): Promise<Part[]> {
  const { locale } = order.contact;
  const again = (await mailsOfOrder(db, order.id))
    .filter((mail) => !toOthers.has(mail.kind) && isUndelivered(mail))
    .slice(0, mostMails);
  if (again.length > 0) return again.map((mail) => mailDueAgain(mail, { to, locale }, now));
  const kind = kindFor(order);
  if (kind === undefined) return [];
  const createdAt = now.toISOString();
  return [mailDue({ id: `${order.id}#again#${createdAt}`, kind, order: order.id, to, locale, createdAt })];
}

/** What the holder of an order must have been told, as it stands. */
function kindFor({ state }: Order): MailKind | undefined {
  if (state === 'paid') return 'order_paid';
  return isWaiting(state) ? 'order_link' : undefined;
}
