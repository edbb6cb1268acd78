import type { CatalogueEvent } from '../catalogue/schema.ts';
import { dayIn, momentOf } from '../catalogue/time.ts';
import type { SentInput } from '../contracts/bank-transfers.ts';
import type { Money } from '../contracts/basics.ts';
import type { MatterView } from '../contracts/staff.ts';
import { bookParts } from '../ledger/book.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import { auditPart } from '../staff/audit.ts';
import { openMatters, settledParts } from '../staff/matters.ts';
import { refundId } from './give-back.ts';
import { type MoneyRecords, type RefundRecord, recordRefund } from './money-records.ts';
import { readOrderWithEntries, type WholeOrder } from './order.ts';
import { changeMoney, eventOfRefund } from './order-money.ts';
import { type RefundItem, refundItems, settledPart } from './refund-items.ts';
import { refuseSentDay } from './sent-day.ts';
import type { Shop } from './shop.ts';

/** What staff say of a bank payment of ours that gave back what the payment provider could not. */
export interface RefundByBank extends SentInput {
  readonly order: string;
  /** The refund item: `rfd_…`. */
  readonly refund: string;
  /** The member of staff. */
  readonly by: string;
  /** What was sent: all that is still due of the refund. */
  readonly amount: Money;
}

/** Rounds in which it may meet other writers of the order, the refund or its matters. */
const mostRounds = 8;

/**
 * Records that a refund that had failed was sent by bank: it is given back, once, in one transaction with the act in the
 * audit log; the matters that ask for it are settled in it, and the buyer is told. A retry of the refund at the provider
 * and this exclude each other. Repeating it changes nothing.
 * @throws Refusal `order_unknown`; `refund_unknown` when nothing is owed under that id; `refund_not_failed` while the
 * provider is to make it; `refund_changed` when another amount is due; `bank_refund_sent` when it was recorded with
 * another payment of ours; `validation_failed` for a day before the money was owed or after today.
 */
export async function recordRefundByBank(
  { db, world, catalogue }: Pick<Shop, 'db' | 'world' | 'catalogue'>,
  request: RefundByBank,
): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const whole = await readOrderWithEntries(db, request.order);
    const event = whole && (await catalogue.event(whole.order.event));
    if (!whole || !event) throw new Refusal('order_unknown');
    const before = whole.records.refunds.get(sentId(request.refund));
    if (before && isSame(before, request)) return;
    if (before) throw new Refusal('bank_refund_sent');
    const item = (await refundItems(db)).find(
      ({ id, order }) => id === request.refund && order === request.order,
    );
    if (!item) throw new Refusal('refund_unknown');
    if (item.status !== 'failed') throw new Refusal('refund_not_failed');
    const { amount, currency } = item;
    if (request.amount.amount !== amount || request.amount.currency !== currency)
      throw new Refusal('refund_changed', { back: { amount, currency } });
    const now = world.now();
    refuseSentDay(request.date, {
      first: dayIn(event.zone, new Date(item.createdAt)),
      last: dayIn(event.zone, now),
    });
    const matters = mattersOf(item, await openMatters(db), whole.records);
    const outcome = await commit(db, world, sentParts(whole, event, item, { request, matters, now }));
    if (outcome.done) return;
  }
  throw new DatabaseBusy(`The refund ${request.refund} met other writers at every try.`);
}

function sentParts(
  { order }: WholeOrder,
  event: CatalogueEvent,
  item: RefundItem,
  sending: { request: RefundByBank; matters: readonly MatterView[]; now: Date },
): Part[] {
  const { request, matters, now } = sending;
  const { by, reference, date } = request;
  const { payment, amount, currency } = item;
  const id = sentId(item.id);
  const at = now.toISOString();
  const occurredAt = momentOn(date, item, at);
  const owed = (order.owed ?? 0) - amount;
  const record: RefundRecord = {
    id,
    payment,
    amount,
    currency,
    status: 'succeeded',
    at: occurredAt,
    request: item.id,
    took: { owed: amount, lines: 0, suspense: 0, lost: 0 },
    sent: { reference, date },
  };
  return [
    changeMoney(order, eventOfRefund({ ...order, owed }), { owed }),
    settledPart(item, amount),
    recordRefund(order.id, record, undefined),
    ...bookParts({
      fact: `${id} succeeded`,
      keyDay: item.createdAt.slice(0, 10),
      event: order.event,
      order: order.id,
      currency,
      occurredAt,
      day: dayIn(event.zone, new Date(occurredAt)),
      postings: [
        { account: 'refunds-due', amount },
        { account: 'bank', amount: -amount },
      ],
      entries: {},
    }),
    auditPart({
      act: 'refund_sent_by_bank',
      by,
      at,
      about: { event: order.event, order: order.id, payment, refund: item.id },
      amount: { amount, currency },
      note: reference,
    }),
    ...matters.flatMap((matter) => settledParts(matter, { at, by, note: reference })),
    mailDue({
      id: `${order.id}#refunded#${id}`,
      kind: 'payment_refunded',
      refund: id,
      order: order.id,
      to: order.contact.email,
      locale: order.contact.locale,
      createdAt: at,
    }),
  ];
}

/** The refund by bank of a refund item; the same id as where the payment itself had come by bank. */
function sentId(item: string): string {
  return derivedId('bnr', item);
}

function isSame({ sent, amount, currency }: RefundRecord, request: RefundByBank): boolean {
  return (
    sent?.reference === request.reference &&
    sent.date === request.date &&
    amount === request.amount.amount &&
    currency === request.amount.currency
  );
}

/** A moment of the day on which it was sent: neither before it was owed, nor later than now. */
function momentOn(date: string, { createdAt }: RefundItem, now: string): string {
  const [, middle = now] = [createdAt, momentOf(date), now].sort();
  return middle;
}

/**
 * The open matters that ask for this very money: of the refund item itself, of a refund that was made for it and came to
 * nothing, or of the one that had succeeded and came back, which is why the item is.
 */
function mattersOf(
  { id, order }: RefundItem,
  open: readonly MatterView[],
  { refunds }: MoneyRecords,
): MatterView[] {
  return open.filter(({ kind, about }) => {
    if (kind !== 'refund_failed' || about.order !== order || about.refund === undefined) return false;
    const made = refunds.get(about.refund);
    const isUndone = made?.status === 'failed' && made.took === undefined;
    return (
      about.refund === id || refundId(`${about.refund} failed`) === id || (isUndone && made.request === id)
    );
  });
}
