import type { CatalogueEvent } from '../catalogue/schema.ts';
import { dayIn } from '../catalogue/time.ts';
import { reversalGuardParts } from '../charity/guard.ts';
import { reverse, sumReversed } from '../charity/reverse.ts';
import { lossesAccount } from '../ledger/accounts.ts';
import { bookParts } from '../ledger/book.ts';
import type { LedgerTransaction, Posting } from '../ledger/transaction.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { raiseMatter } from '../staff/matters.ts';
import { paidFact } from './booking.ts';
import { endEntries, liveEntries } from './end-entries.ts';
import { overdrawn, refundId } from './give-back.ts';
import { reversible } from './lines.ts';
import { type RefundRecord, type RefundTook, recordRefund, takeSuspense } from './money-records.ts';
import { type Order, readOrderWithEntries, type WholeOrder } from './order.ts';
import {
  changeMoney,
  eventOfRefund,
  isBooked,
  linesLess,
  remainingOfOrder,
  takingsOf,
} from './order-money.ts';
import type { ProviderRefund } from './provider.ts';
import { type RefundItem, refundDue, refundItemsOf, settledPart, steppedPart } from './refund-items.ts';
import { sumTaken } from './returns.ts';
import type { Shop } from './shop.ts';

/**
 * What a refund of the provider came to: booked, or known and nothing new; `early`: the payment that it gives back is
 * not booked yet, so it must be told again; `unknown`: no order of ours.
 */
export type RefundOutcome = 'booked' | 'known' | 'pending' | 'early' | 'unknown';

/** Rounds in which booking a refund may meet other writers of the same order. */
const mostRounds = 12;

/**
 * Books what a refund did, whoever made it, once. When it has succeeded: what is owed back of its payment is settled
 * first (its own item, then the oldest); the rest is taken back of what the order's lines still have, or of money in
 * suspense; what goes beyond is the fund's own loss. One that leaves nothing of the payment ends the order's entries: who
 * refunds all of it in the provider's dashboard means that. When it has failed: the money is owed again, and staff decide.
 * One that was made in the dashboard is a decision besides: failing, it is booked as if it had succeeded before, since it
 * may have, so that it ends the same whichever is told first.
 */
export async function bookRefund(shop: Shop, refund: ProviderRefund): Promise<RefundOutcome> {
  if (refund.status === 'pending') return 'pending';
  const { db, world } = shop;
  for (let round = 0; round < mostRounds; round += 1) {
    const whole = await readOrderWithEntries(db, refund.order);
    const event = whole && (await shop.catalogue.event(whole.order.event));
    if (!whole || !event || whole.order.currency !== refund.currency) return 'unknown';
    const before = whole.records.refunds.get(refund.id);
    // It only goes from succeeded to failed: whatever else is told comes late.
    if (before && (before.status === 'failed' || refund.status === 'succeeded')) return 'known';
    const items = await refundItemsOf(db, refund.payment);
    const isOutside = refund.request === undefined;
    const hadSucceeded = refund.status === 'failed' && !before && isOutside;
    const parts =
      refund.status === 'succeeded' || hadSucceeded
        ? await succeededParts(shop, whole, event, refund, items)
        : failedParts(shop, whole, event, refund, items, before);
    if (parts === 'early') return 'early';
    const outcome = await commit(db, world, parts);
    if (outcome.done && !hadSucceeded) return 'booked';
  }
  throw new DatabaseBusy(`Refund ${refund.id} met other writers at every try.`);
}

async function succeededParts(
  { db, world }: Shop,
  whole: WholeOrder,
  event: CatalogueEvent,
  refund: ProviderRefund,
  items: readonly RefundItem[],
): Promise<Part[] | 'early'> {
  const { order, records } = whole;
  const suspense = records.suspense.get(refund.payment);
  const isOwn = order.payment?.id === refund.payment;
  if (items.length === 0 && !isBooked(order, records, refund.payment)) return 'early';
  const at = world.now().toISOString();
  const settled = settle(items, refund);
  const rest = refund.amount - settled.amount;
  const fromLines = isOwn ? Math.min(rest, remainingOfOrder(order)) : 0;
  const fromSuspense = Math.min(rest - fromLines, suspense?.left ?? 0);
  const took: RefundTook = {
    owed: settled.amount,
    lines: fromLines,
    suspense: fromSuspense,
    lost: rest - fromLines - fromSuspense,
  };
  const taken = fromLines > 0 ? reverse(fromLines, order.lines.map(reversible)) : [];
  const guarded = await reversalGuardParts(db, {
    event: order.event,
    postings: takingsOf(order.lines, taken).map(({ posting }) => posting),
    credits: [paidFact(refund.payment)],
  });
  // What a dispute holds may come back: only refunds alone end the entries, whichever of them is told first.
  const isDisputed = order.lines.some(({ disputed }) => sumReversed(disputed) > 0);
  const isAll = fromLines > 0 && fromLines === remainingOfOrder(order) && !isDisputed;
  const ending = new Set(isAll ? liveEntries(order).map(({ entry }) => entry) : []);
  const ended = endEntries(whole, linesLess(order.lines, taken), ending, { at, why: 'refunded' });
  const owed = (order.owed ?? 0) - settled.amount;
  const after: Order = { ...order, lines: [...ended.lines], owed };
  const isOutside = refund.request === undefined;
  // What one that has failed took of the fund comes back to it in a moment.
  const lost = guarded.lost + (refund.status === 'succeeded' ? took.lost : 0);
  return [
    changeMoney(order, eventOfRefund(after), { lines: after.lines, owed }),
    ...ended.parts,
    ...bookParts({
      ...header(order, event, refund, 'succeeded'),
      postings: [
        ...debit('refunds-due', took.owed),
        ...guarded.postings,
        ...debit('suspense', took.suspense),
        ...debit(lossesAccount, took.lost),
        { account: refund.account, amount: -refund.amount },
      ],
      entries: ended.entries,
    }),
    recordRefund(order.id, { ...recordOf(refund, 'succeeded', took), accounts: sumTaken(taken) }, undefined),
    ...settled.parts,
    ...(suspense && fromSuspense > 0 ? [takeSuspense(order.id, suspense, fromSuspense)] : []),
    ...guarded.parts,
    ...(lost > 0 ? [overdrawn(order, `${refund.id} succeeded`, lost, at)] : []),
    ...(isOutside ? [matter('refunded_outside', `${refund.id} succeeded`, order, refund, at)] : []),
    ...(refund.status === 'succeeded'
      ? [
          mailDue({
            id: `${order.id}#refunded#${refund.id}`,
            kind: 'payment_refunded',
            refund: refund.id,
            order: order.id,
            to: order.contact.email,
            locale: order.contact.locale,
            createdAt: at,
          }),
        ]
      : []),
  ];
}

/** Takes a refund off what is owed back of its payment: off its own item first, then off the oldest. */
function settle(
  items: readonly RefundItem[],
  { amount, request }: ProviderRefund,
): { amount: number; parts: Part[] } {
  const own = items.filter(({ id }) => id === request);
  let left = amount;
  const parts: Part[] = [];
  for (const item of [...own, ...items.filter(({ id }) => id !== request)]) {
    const part = Math.min(left, item.amount);
    if (part > 0) parts.push(settledPart(item, part));
    left -= part;
  }
  return { amount: amount - left, parts };
}

/**
 * A refund that came to nothing. One that had not succeeded has moved no money: what it was asked for stays owed, and no
 * other try is made before staff decide. One that had is undone: the buyer is owed all that it had given of the order;
 * what it had given of the fund's own leaves the order as it is.
 */
function failedParts(
  { world }: Shop,
  { order, records }: WholeOrder,
  event: CatalogueEvent,
  refund: ProviderRefund,
  items: readonly RefundItem[],
  before: RefundRecord | undefined,
): Part[] {
  const at = world.now().toISOString();
  const took = before?.took;
  const raised = (amount: number): Part =>
    matter('refund_failed', `${refund.id} failed`, order, { ...refund, amount }, at);
  if (!took) {
    const own = items.find(({ id }) => id === refund.request);
    return [
      recordRefund(order.id, recordOf(refund, 'failed'), before),
      ...(own ? [steppedPart(own, { status: 'failed' }), raised(refund.amount)] : []),
    ];
  }
  const owed = took.owed + took.lines;
  const suspense = records.suspense.get(refund.payment);
  return [
    recordRefund(
      order.id,
      { ...recordOf(refund, 'failed', took), ...(before?.accounts && { accounts: before.accounts }) },
      before,
    ),
    ...bookParts({
      ...header(order, event, refund, 'failed'),
      postings: [
        { account: refund.account, amount: refund.amount },
        ...debit('refunds-due', -owed),
        ...debit('suspense', -took.suspense),
        ...debit(lossesAccount, -took.lost),
      ],
      entries: {},
    }),
    ...(owed > 0
      ? [
          changeMoney(order, 'refund_failed', { owed: (order.owed ?? 0) + owed }),
          refundDue({
            id: refundId(`${refund.id} failed`),
            payment: refund.payment,
            order: order.id,
            amount: owed,
            currency: order.currency,
            createdAt: at,
            reason: 'came_back',
            status: 'failed',
          }),
          raised(owed),
          mailDue({
            id: `${order.id}#came-back#${refund.id}`,
            kind: 'refund_failed',
            refund: refund.id,
            order: order.id,
            to: order.contact.email,
            locale: order.contact.locale,
            createdAt: at,
          }),
        ]
      : []),
    ...(suspense && took.suspense > 0 ? [takeSuspense(order.id, suspense, -took.suspense)] : []),
  ];
}

function debit(account: string, amount: number): Posting[] {
  return amount === 0 ? [] : [{ account, amount }];
}

function recordOf(
  { id, payment, amount, currency, at, request }: ProviderRefund,
  status: RefundRecord['status'],
  took?: RefundTook,
): RefundRecord {
  return {
    id,
    payment,
    amount,
    currency,
    status,
    at,
    ...(request !== undefined && { request }),
    ...(took && { took }),
  };
}

function header(
  order: Order,
  event: CatalogueEvent,
  refund: ProviderRefund,
  how: 'succeeded' | 'failed',
): Omit<LedgerTransaction, 'postings' | 'entries'> {
  return {
    fact: `${refund.id} ${how}`,
    keyDay: refund.createdAt.slice(0, 10),
    event: order.event,
    order: order.id,
    currency: order.currency,
    occurredAt: refund.at,
    day: dayIn(event.zone, new Date(refund.at)),
  };
}

function matter(
  kind: 'refunded_outside' | 'refund_failed',
  fact: string,
  order: Order,
  refund: ProviderRefund,
  raisedAt: string,
): Part {
  return raiseMatter({
    kind,
    fact,
    raisedAt,
    about: { event: order.event, order: order.id, payment: refund.payment, refund: refund.id },
    amount: { amount: refund.amount, currency: refund.currency },
  });
}
