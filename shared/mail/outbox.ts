import * as z from 'zod';
import { type Locale, locales } from '../contracts/basics.ts';
import { type Database, getItem, type Item, type Part, queryItems, writeItem } from '../platform/database.ts';
import { shardOf } from '../platform/ids.ts';
import type { World } from '../platform/world.ts';

/** What a mail is about. */
export const mailKinds = [
  'order_paid',
  'order_link',
  'order_expired',
  'payment_failed',
  'refund_decided',
  'refund_failed',
  'payment_refunded',
  'transfer_offer',
  'transfer_confirm',
  'transfer_done',
  'entry_received',
  'entry_changed',
  'event_called_off',
  'team_joined',
  'invoice_issued',
  'invoice_reminder',
  'invoice_part_received',
] as const;
export type MailKind = (typeof mailKinds)[number];

/** What a mail to somebody on a waiting list is about. */
export const waitingMailKinds = ['waiting_joined', 'waiting_offer', 'waiting_lapsed'] as const;
export type WaitingMailKind = (typeof waitingMailKinds)[number];

interface Envelope {
  /** Names the fact, not the message (`ord_…#paid`): there is at most one mail of a name. */
  readonly id: string;
  readonly to: string;
  readonly locale: Locale;
  readonly createdAt: string;
}

/** A mail that a fact about an order brings about. Everything else it says is read from the order when it is sent. */
export interface MailRequest extends Envelope {
  readonly kind: MailKind;
  /** The id of the order. */
  readonly order: string;
  /** The entry it speaks of, where it speaks of one. */
  readonly entry?: string;
  /** The decision (`rfd_…`) or the refund (`re_…`) it speaks of, where it speaks of one. */
  readonly refund?: string;
  /**
   * The page it leads to, without the language: for readers who must not see the order. Without it the mail leads to
   * the order.
   */
  readonly page?: string;
}

/** The same about somebody on a waiting list. */
export interface WaitingMail extends Envelope {
  readonly kind: WaitingMailKind;
  /** The id of the waiter. */
  readonly waiter: string;
}

/** A mail that is not sent yet. */
export type DueMail = (MailRequest | WaitingMail) & {
  /** Tries that were begun; the first follows from the table's stream. */
  readonly attempts: number;
  /** When the next try is due. */
  readonly dueAt: string;
};

/**
 * Why a mail reached nobody though it should have: the provider does not take its address, the receiver's side refused
 * it after it was sent or says that it is unwanted, or it could not be sent for too long. Staff are told.
 */
export const unreachedReasons = ['address_refused', 'bounced', 'complaint', 'too_old'] as const;
export type Unreached = (typeof unreachedReasons)[number];

/** Why a mail is not sent any more, as is right: what it says was no longer true, or what it is about is gone. */
export type Overtaken = 'overtaken' | 'order_unknown' | 'waiter_unknown';

/** How a mail ended. */
export type MailEnd =
  | { readonly outcome: 'sent' /** The provider's id of the message. */; readonly providerId: string }
  | { readonly outcome: Overtaken }
  | { readonly outcome: Unreached };

/** Whether a mail that is kept was not sent though it should be: it is due, or it reached nobody. */
export function isUndelivered({ outcome }: KeptMail): boolean {
  return outcome === undefined || unreachedReasons.some((reason) => reason === outcome);
}

/** Whether a mail ended without reaching anybody, so that staff are to be told. */
export function isUnreached(end: MailEnd): end is { readonly outcome: Unreached } {
  return unreachedReasons.some((reason) => reason === end.outcome);
}

/** Partitions of the outbox: enough for thousands of mails a second, few enough to ask all of them each minute. */
const shards = 8;
const shardNames = Array.from({ length: shards }, (_, shard) => String(shard));

const minute = 60_000;
const day = 24 * 60 * minute;

/** For how long a mail is tried before it is given up. */
const longestTrial = 14 * day;
const longestDelay = 60 * minute;

/**
 * How long an ended mail stays: to answer "was it sent?", and so that the same fact brings about no second one. Sent
 * ones keep no address and are small, since the search for due mails reads over them; refused ones are few.
 */
const daysKept = { sent: 7, refused: 90 } as const;

const keyOf = (id: string) => ({ pk: String(shardOf(id, shards)), sk: id });

const dueMember = z.object({
  sk: z.string(),
  to: z.string(),
  locale: z.enum(locales),
  createdAt: z.string(),
  attempts: z.int(),
  dueAt: z.string(),
});
const dueItem = z.union([
  dueMember.extend({
    kind: z.enum(mailKinds),
    order: z.string(),
    entry: z.exactOptional(z.string()),
    refund: z.exactOptional(z.string()),
    page: z.exactOptional(z.string()),
  }),
  dueMember.extend({ kind: z.enum(waitingMailKinds), waiter: z.string() }),
]);

/** A mail as the table holds it while it is due. */
export function parseDueMail(item: Item): DueMail {
  const { sk: id, ...content } = dueItem.parse(item);
  return { id, ...content };
}

/**
 * Makes a mail due in the transaction of its fact (part `mail`); refused when there is one of that name. The stream
 * of the table brings it to its first try at once; `dueMails` finds it when that did not succeed within a minute.
 */
export function mailDue({ id, ...content }: MailRequest | WaitingMail): Part {
  const dueAt = new Date(Date.parse(content.createdAt) + delayAfter(1)).toISOString();
  return {
    name: 'mail',
    table: 'outbox',
    put: { ...keyOf(id), ...content, attempts: 1, dueAt },
    condition: 'attribute_not_exists(pk)',
  };
}

/** Milliseconds from the beginning of a try to the next: one minute, twice as long each time, at most an hour. */
function delayAfter(attempts: number): number {
  return Math.min(minute * 2 ** (attempts - 1), longestDelay);
}

/**
 * Mails whose next try is due, the longest waiting first, at most `limit`.
 * @param unreadable told of a mail that this version of the service does not know: it stays due for one that does.
 */
export async function dueMails(
  db: Database,
  now: Date,
  limit: number,
  unreadable: (id: string, error: unknown) => void,
): Promise<DueMail[]> {
  const found = await Promise.all(
    shardNames.map((shard) =>
      queryItems(db, 'outbox', {
        condition: 'pk = :shard',
        // Ended mails have no `dueAt`.
        FilterExpression: 'dueAt <= :now',
        values: { ':shard': shard, ':now': now.toISOString() },
      }),
    ),
  );
  return found
    .flat()
    .flatMap((item) => {
      try {
        return [parseDueMail(item)];
      } catch (error) {
        unreadable(String(item.sk), error);
        return [];
      }
    })
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
    .slice(0, limit);
}

/** Whether a mail has been tried for so long that it is given up. */
export function isTooOld(mail: Pick<DueMail, 'createdAt'>, now: Date): boolean {
  return now.getTime() - Date.parse(mail.createdAt) > longestTrial;
}

/**
 * Begins another try: the one after it is due later, whatever becomes of this one.
 * @returns false when the mail has ended or somebody else has begun this try.
 */
export async function beginRetry(db: Database, world: World, mail: DueMail): Promise<boolean> {
  const attempts = mail.attempts + 1;
  const { done } = await writeItem(db, world, {
    table: 'outbox',
    key: keyOf(mail.id),
    update: 'SET attempts = :attempts, dueAt = :next',
    condition: 'dueAt = :due',
    values: {
      ':attempts': attempts,
      ':next': new Date(world.now().getTime() + delayAfter(attempts)).toISOString(),
      ':due': mail.dueAt,
    },
  });
  return done;
}

/**
 * Records how a mail ended, where staff need not know; its address and the key in its link are forgotten.
 * @returns false when it had ended before.
 */
export async function endMail(
  db: Database,
  world: World,
  id: string,
  end: Exclude<MailEnd, { outcome: Unreached }>,
): Promise<boolean> {
  const write = { table: 'outbox', key: keyOf(id), ...endOf(end, world.now()) } as const;
  return (await writeItem(db, world, write)).done;
}

/**
 * Records that a mail reached nobody (part `mail`), in the transaction that tells staff; refused when it had ended
 * before, but for one that the provider took and that came back.
 */
export function unreachedPart(id: string, outcome: Unreached, now: Date): Part {
  const { condition, values, ...end } = endOf({ outcome }, now);
  return {
    name: 'mail',
    table: 'outbox',
    key: keyOf(id),
    ...end,
    condition: `${condition} OR outcome = :sent`,
    values: { ...values, ':sent': 'sent' },
  };
}

function endOf(end: MailEnd, now: Date) {
  const kept = end.outcome === 'sent' ? daysKept.sent : daysKept.refused;
  const ended = Object.entries({
    endedAt: now.toISOString(),
    expiresAt: Math.floor((now.getTime() + kept * day) / 1000),
    ...end,
  });
  return {
    update: `SET ${ended.map(([name]) => `${name} = :${name}`).join(', ')} REMOVE #to, locale, attempts, dueAt, page`,
    condition: 'attribute_exists(dueAt)',
    names: { '#to': 'to' },
    values: Object.fromEntries(ended.map(([name, value]) => [`:${name}`, value])),
  };
}

const keptItem = z.object({
  sk: z.string(),
  kind: z.enum([...mailKinds, ...waitingMailKinds]),
  order: z.optional(z.string()),
  entry: z.optional(z.string()),
  dueAt: z.optional(z.string()),
  outcome: z.optional(z.string()),
  rounds: z.optional(z.int()),
});

/** What the outbox keeps of a mail, due or ended. */
export type KeptMail = Omit<z.infer<typeof keptItem>, 'sk'> & { readonly id: string };

function parseKeptMail(item: Item): KeptMail {
  const { sk: id, ...content } = keptItem.parse(item);
  return { id, ...content };
}

/** A mail as it is kept, strongly read; undefined when there is none, or none any more. */
export async function keptMail(db: Database, id: string): Promise<KeptMail | undefined> {
  const item = await getItem(db, 'outbox', keyOf(id), { strong: true });
  return item && parseKeptMail(item);
}

/** The mails about an order that are kept, strongly read. */
export async function mailsOfOrder(db: Database, order: string): Promise<KeptMail[]> {
  const found = await Promise.all(
    shardNames.map((shard) =>
      queryItems(db, 'outbox', {
        condition: 'pk = :shard',
        FilterExpression: '#order = :order',
        names: { '#order': 'order' },
        values: { ':shard': shard, ':order': order },
        strong: true,
      }),
    ),
  );
  return found.flat().map(parseKeptMail);
}

/**
 * Makes a mail due again, to the address given (part `mail:<id>`): one that reached nobody from its first try on, under
 * the message id it had; one that is due goes on. Refused when it was sent meanwhile.
 */
export function mailDueAgain(
  { id, rounds = 1 }: KeptMail,
  { to, locale }: { to: string; locale: Locale },
  now: Date,
): Part {
  return {
    name: `mail:${id}`,
    table: 'outbox',
    key: keyOf(id),
    update:
      'SET #to = :to, locale = :locale, createdAt = :now, dueAt = :now, attempts = :none, rounds = :rounds ' +
      'REMOVE outcome, providerId, endedAt, expiresAt',
    condition: `attribute_exists(dueAt) OR outcome IN (${unreachedReasons.map((_, index) => `:reason${index}`).join(', ')})`,
    names: { '#to': 'to' },
    values: {
      ':to': to,
      ':locale': locale,
      ':now': now.toISOString(),
      ':none': 0,
      ':rounds': rounds + 1,
      ...Object.fromEntries(unreachedReasons.map((reason, index) => [`:reason${index}`, reason])),
    },
  };
}
