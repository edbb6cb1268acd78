import type { CatalogueEvent } from '../catalogue/schema.ts';
import { dayIn } from '../catalogue/time.ts';
import { reversalGuardParts, reversalsGuardParts } from '../charity/guard.ts';
import { type Reversed, sumReversed } from '../charity/reverse.ts';
import { charityAccount } from '../ledger/accounts.ts';
import { bookParts } from '../ledger/book.ts';
import type { Posting } from '../ledger/transaction.ts';
import { mailDue } from '../mail/outbox.ts';
import type { Database, Part } from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';
import type { World } from '../platform/world.ts';
import { raiseMatter } from '../staff/matters.ts';
import { paidFact } from './booking.ts';
import { endEntries } from './end-entries.ts';
import type { CancelReason, OrderLine } from './lines.ts';
import { type DecisionRecord, recordDecision } from './money-records.ts';
import type { Order, WholeOrder } from './order.ts';
import { changeMoney, linesLess, nothingStays, takingsOf } from './order-money.ts';
import { type RefundReason, refundDue } from './refund-items.ts';
import { sumTaken } from './returns.ts';
import type { OrderEvent } from './states.ts';

/** A decision to give back what a paid order has received, whole or in part. */
export interface GiveBack {
  /** What decides it; the same fact again is the same decision. */
  readonly fact: string;
  readonly reason: RefundReason;
  /** What is taken back of each line of the order, by account (`reverse` in `shared/charity/reverse.ts`). */
  readonly taken: readonly Reversed[];
  /** Entries that end with it. */
  readonly cancel?: { readonly entries: ReadonlySet<string>; readonly why: CancelReason };
  /** The order's lines as the same transaction changes them otherwise, in the same places; else as they are. */
  readonly lines?: readonly OrderLine[];
  /** The project that gets the money in place of the buyer. */
  readonly leaveTo?: string;
  readonly note?: string;
  readonly fingerprint?: string;
}

/** What a decision comes to. */
export interface GivenBack {
  readonly decision: DecisionRecord;
  /** The order as the parts leave it. */
  readonly order: Order;
  /** What leaves which account: debits; what a charity account no longer has is the fund's own loss. */
  readonly postings: readonly Posting[];
  /**
   * For one transaction: parts `order`, `ledger`, `mark`, `decision`, `mail`, `refund:<id>`, and those of places, locks, offers
   * and guards. When one is refused, read the order and decide again; `decision` is refused once it was carried out.
   */
  readonly parts: readonly Part[];
}

/**
 * Decides to give money back, as parts of the caller's transaction: what is reversed leaves the accounts that had it,
 * the lines know of it, entries end if asked for, and the money is owed back (`refunds-due` and a refund item) until the
 * provider has given it back. What a charity account no longer has, since it was paid out, the fund bears itself.
 * @throws DatabaseBusy when a payout was made from an account and the payment is not in its balance yet.
 */
export async function giveBack(
  shop: { readonly db: Database; readonly world: World },
  whole: WholeOrder,
  event: CatalogueEvent,
  giving: GiveBack,
): Promise<GivenBack> {
  const { order } = whole;
  const { parts, ...guarded } = await reversalGuardParts(shop.db, {
    event: order.event,
    postings: reversalOf(whole, giving),
    credits: creditsBehind(whole),
  });
  const given = decided(shop.world.now(), whole, event, giving, guarded);
  return { ...given, parts: [...given.parts, ...parts] };
}

/**
 * Decides to give money of several orders back, in one transaction, as `giveBack` does for one.
 * @returns what it comes to for each, in their order, and the parts of all together; those of one order have the names of
 *   the others.
 */
export async function giveBackAll(
  shop: { readonly db: Database; readonly world: World },
  event: CatalogueEvent,
  all: readonly { readonly whole: WholeOrder; readonly giving: GiveBack }[],
): Promise<{ readonly given: readonly Omit<GivenBack, 'parts'>[]; readonly parts: readonly Part[] }> {
  const { each, parts } = await reversalsGuardParts(shop.db, {
    event: event.id,
    reversals: all.map(({ whole, giving }) => reversalOf(whole, giving)),
    credits: all.flatMap(({ whole }) => creditsBehind(whole)),
  });
  const now = shop.world.now();
  const given = all.flatMap(({ whole, giving }, index) => {
    const guarded = each[index];
    return guarded ? [decided(now, whole, event, giving, guarded)] : [];
  });
  return { given, parts: [...given.flatMap((one) => one.parts), ...parts] };
}

const reversalOf = ({ order }: WholeOrder, { taken }: GiveBack): Posting[] =>
  takingsOf(order.lines, taken).map(({ posting }) => posting);

const creditsBehind = ({ order: { payment } }: WholeOrder): string[] =>
  payment ? [paidFact(payment.id)] : [];

function decided(
  now: Date,
  whole: WholeOrder,
  event: CatalogueEvent,
  giving: GiveBack,
  guarded: Pick<GivenBack, 'postings'> & { readonly lost: number },
): GivenBack {
  const { order } = whole;
  const { taken, reason, leaveTo, cancel } = giving;
  const at = now.toISOString();
  const id = refundId(giving.fact);
  const amount = taken.reduce((sum, one) => sum + sumReversed(one), 0);
  const reversed = linesLess(giving.lines ?? order.lines, taken);
  const ended = endEntries(whole, reversed, cancel?.entries ?? new Set(), {
    at,
    why: cancel?.why ?? 'staff',
  });
  const isOwed = amount > 0 && leaveTo === undefined;
  const after: Order = {
    ...order,
    lines: [
      ...ended.lines,
      ...(leaveTo === undefined || amount === 0 ? [] : [leftLine(leaveTo, amount, cancel?.entries)]),
    ],
    owed: (order.owed ?? 0) + (isOwed ? amount : 0),
  };
  const decision: DecisionRecord = {
    id,
    amount,
    at,
    reason,
    accounts: sumTaken(taken),
    cancelled: [...(cancel?.entries ?? [])],
    ...(leaveTo !== undefined && { leftTo: leaveTo }),
    ...(giving.note !== undefined && { note: giving.note }),
    ...(giving.fingerprint !== undefined && { fingerprint: giving.fingerprint }),
  };
  return {
    decision,
    order: after,
    postings: guarded.postings,
    parts: [
      changeMoney(order, eventOfDecision(after), after),
      ...ended.parts,
      ...bookParts({
        fact: `${id} ${leaveTo === undefined ? 'due' : 'left'}`,
        // With the payment that it reverses, so that the key does not depend on the clock.
        keyDay: (order.payment?.at ?? order.createdAt).slice(0, 10),
        event: order.event,
        order: order.id,
        currency: order.currency,
        occurredAt: at,
        day: dayIn(event.zone, now),
        postings: [...guarded.postings, ...(amount === 0 ? [] : [creditOf(amount, leaveTo)])],
        entries: ended.entries,
      }),
      recordDecision(order.id, decision),
      mailDue({
        id: `${order.id}#decided#${id}`,
        kind: 'refund_decided',
        refund: id,
        order: order.id,
        to: order.contact.email,
        locale: order.contact.locale,
        createdAt: at,
      }),
      ...(isOwed && order.payment
        ? [
            refundDue({
              id,
              payment: order.payment.id,
              order: order.id,
              amount,
              currency: order.currency,
              createdAt: at,
              reason,
            }),
          ]
        : []),
      ...(guarded.lost > 0 ? [overdrawn(order, id, guarded.lost, at)] : []),
    ],
  };
}

/** The id of the refund that a fact decides. */
export function refundId(fact: string): string {
  return derivedId('rfd', fact);
}

/** That the fund bears what a charity account no longer has. */
export function overdrawn(order: Order, fact: string, lost: number, at: string): Part {
  return raiseMatter({
    kind: 'charity_overdrawn',
    fact,
    raisedAt: at,
    about: { event: order.event, order: order.id },
    amount: { amount: lost, currency: order.currency },
  });
}

function eventOfDecision(after: Order): OrderEvent {
  if (!nothingStays(after)) return 'refund_decided';
  return (after.owed ?? 0) > 0 ? 'refund_decided_in_full' : 'refund_succeeded_in_full';
}

function creditOf(amount: number, leaveTo: string | undefined): Posting {
  return leaveTo === undefined
    ? { account: 'refunds-due', amount: -amount }
    : { account: charityAccount(leaveTo), amount: -amount, source: 'donation' };
}

function leftLine(project: string, amount: number, entries: ReadonlySet<string> = new Set()): OrderLine {
  const [left = '-'] = entries;
  return { kind: 'donation', project, amount, left };
}
