import { createHash } from 'node:crypto';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import { type Reversed, remainingOf, reverse } from '../charity/reverse.ts';
import type { Money } from '../contracts/basics.ts';
import type { FieldError } from '../contracts/problems.ts';
import type { RefundPreview } from '../contracts/staff-orders.ts';
import { commit, DatabaseBusy } from '../platform/database.ts';
import { Refusal } from '../platform/problem.ts';
import { auditPart } from '../staff/audit.ts';
import { liveEntries } from './end-entries.ts';
import { readExtras } from './extras.ts';
import { type GiveBack, giveBackAll, refundId } from './give-back.ts';
import { type OrderLine, reversible } from './lines.ts';
import type { DecisionRecord } from './money-records.ts';
import { entryLines, type Order, readOrderWithEntries, type WholeOrder } from './order.ts';
import { isCredited, remainingOfOrder } from './order-money.ts';
import { refundItems, steppedPart } from './refund-items.ts';
import type { Shop } from './shop.ts';

type Reads = Pick<Shop, 'db' | 'world' | 'catalogue'>;

/** What staff decide to give back of a paid order. */
export interface StaffRefund {
  readonly order: string;
  /** The member of staff. */
  readonly by: string;
  /** New for each decision: the same key again is the same decision. */
  readonly idempotencyKey: string;
  /** Over all that is left of the order; its entries stay. */
  readonly amount?: Money | undefined;
  /** In place of an amount, all that is left of these lines, by number; without either, of all lines. */
  readonly lines?: readonly number[] | undefined;
  /** Whether the entries of lines that are given back whole stay entries all the same. */
  readonly keepEntries: boolean;
  /** Why. */
  readonly note: string;
}

/** Actions of one transaction of DynamoDB. */
const mostParts = 100;
/** Rounds in which a decision may meet other writers of the order. */
const mostRounds = 8;

/**
 * Gives back what staff decide, whole or in part: decided here in one transaction, with the act in the audit log, and
 * carried out at the next housekeeping. Entries whose lines are given back whole end, unless they are to stay; what was
 * paid for their changes comes back with them.
 * @throws Refusal `order_unknown`, `order_not_paid`, `nothing_to_refund`, `idempotency_key_reused`, or
 * `validation_failed` for more than is left or lines that are none.
 */
export async function refundOrder(shop: Reads, request: StaffRefund): Promise<DecisionRecord> {
  const { db, world } = shop;
  const { by, note, idempotencyKey, ...wanted } = request;
  const fact = `${request.order} refunded ${idempotencyKey}`;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify({ note, ...wanted }))
    .digest('base64url');
  for (let round = 0; round < mostRounds; round += 1) {
    const whole = await readOrderWithEntries(db, request.order);
    const event = whole && (await shop.catalogue.event(whole.order.event));
    if (!whole || !event) throw new Refusal('order_unknown');
    const earlier = whole.records.decisions.get(refundId(fact));
    if (earlier && earlier.fingerprint !== fingerprint) throw new Refusal('idempotency_key_reused');
    if (earlier) return earlier;
    const { order } = whole;
    if (!isCredited(order)) throw new Refusal('order_not_paid');
    const { decision, amount, parts } = await decide(shop, whole, event, request, {
      fact,
      note,
      fingerprint,
    });
    const outcome = await commit(db, world, [
      ...parts,
      auditPart({
        act: 'order_refunded',
        by,
        at: decision.at,
        about: { event: order.event, order: order.id, refund: decision.id },
        amount: { amount, currency: order.currency },
        note,
      }),
    ]);
    if (outcome.done) return decision;
  }
  throw new DatabaseBusy(`The refund of order ${request.order} met other writers at every try.`);
}

/**
 * What a refund would take from which account, and which entries it would end, if it were decided now. Writes nothing.
 * @throws Refusal as `refundOrder` does.
 */
export async function previewRefund(
  shop: Reads,
  request: Omit<StaffRefund, 'by' | 'idempotencyKey'>,
): Promise<RefundPreview> {
  const whole = await readOrderWithEntries(shop.db, request.order);
  const event = whole && (await shop.catalogue.event(whole.order.event));
  if (!whole || !event) throw new Refusal('order_unknown');
  const { order } = whole;
  if (!isCredited(order)) throw new Refusal('order_not_paid');
  const { decision, amount, given } = await decide(shop, whole, event, request, {
    fact: `${order.id} previewed`,
  });
  const money = (minor: number) => ({ amount: minor, currency: order.currency });
  const accounts = new Map<string, number>();
  for (const posting of given.flatMap(({ postings }) => postings))
    accounts.set(posting.account, (accounts.get(posting.account) ?? 0) + posting.amount);
  const [, ...changes] = given;
  return {
    amount: money(amount),
    accounts: [...accounts].map(([account, taken]) => ({ account, amount: money(taken) })),
    ending: [...decision.cancelled],
    changes: changes.map((one) => ({ order: one.order.id, amount: money(one.decision.amount) })),
  };
}

/**
 * What a request comes to. An entry that ends takes the differences with it that were paid for its changes: all that is
 * left of their orders is given back in the same transaction.
 * @throws Refusal `nothing_to_refund`; `validation_failed` for lines that are none, or too many for one transaction.
 */
async function decide(
  shop: Reads,
  whole: WholeOrder,
  event: CatalogueEvent,
  request: Wanted,
  why: Pick<GiveBack, 'fact' | 'note' | 'fingerprint'>,
) {
  const { order } = whole;
  const entries = endingOf(order, request);
  const taken = takenBy(order, request);
  const extras = await readExtras(
    shop.db,
    entryLines(order).filter(({ entry }) => entries.has(entry)),
  );
  const { given, parts } = await giveBackAll(shop, event, [
    { whole, giving: { ...why, reason: 'staff', taken, cancel: { entries, why: 'staff' } } },
    ...extras.map((extra) => ({
      whole: extra,
      giving: {
        ...(why.note !== undefined && { note: why.note }),
        fact: `${extra.order.id} with ${why.fact}`,
        reason: 'staff' as const,
        taken: extra.order.lines.map(allOf),
      },
    })),
  ]);
  const [own] = given;
  if (!own) throw new Error('An order was given, and no decision about it came back.');
  const amount = given.reduce((sum, one) => sum + one.decision.amount, 0);
  if (amount === 0 && own.decision.cancelled.length === 0) throw new Refusal('nothing_to_refund');
  // With the act. One entry fits with all the changes that it can have.
  if (parts.length + 1 > mostParts)
    throw new Refusal('validation_failed', { errors: [{ field: 'lines', code: 'too_many', limit: 1 }] });
  return { decision: own.decision, amount, given, parts };
}

/** All that is left of a line. */
function allOf(line: OrderLine): Reversed {
  const left = remainingOf(reversible(line)).filter((credit) => credit.amount > 0);
  return Object.fromEntries(left.map((credit) => [credit.account, credit.amount]));
}

/** What of a request says what is to be given back. */
type Wanted = Pick<StaffRefund, 'amount' | 'lines' | 'keepEntries'>;

/** Whether a line is one of those to be given back whole. */
const isNamed = ({ amount, lines }: Wanted, index: number): boolean =>
  lines?.includes(index) ?? amount === undefined;

function takenBy(order: Order, request: Wanted): Reversed[] {
  const { amount, lines } = request;
  const wrong = (error: FieldError) => new Refusal('validation_failed', { errors: [error] });
  if (amount !== undefined) {
    if (lines !== undefined) throw wrong({ field: 'lines', code: 'unknown_field' });
    if (amount.currency !== order.currency)
      throw wrong({ field: 'amount.currency', code: 'currency_wrong', limit: order.currency });
    if (amount.amount < 1) throw wrong({ field: 'amount.amount', code: 'too_small', limit: 1 });
    const limit = remainingOfOrder(order);
    if (limit === 0) throw new Refusal('nothing_to_refund');
    if (amount.amount > limit) throw wrong({ field: 'amount.amount', code: 'too_large', limit });
    return reverse(amount.amount, order.lines.map(reversible));
  }
  for (const [at, index] of (lines ?? []).entries())
    if (!order.lines[index]) throw wrong({ field: `lines.${at}`, code: 'not_an_option' });
  return order.lines.map((line, index) => (isNamed(request, index) ? allOf(line) : {}));
}

function endingOf(order: Order, request: Wanted): Set<string> {
  if (request.keepEntries) return new Set();
  const live = new Set(liveEntries(order).map(({ entry }) => entry));
  return new Set(
    order.lines.flatMap((line, index) =>
      line.kind === 'entry' && live.has(line.entry) && isNamed(request, index) ? [line.entry] : [],
    ),
  );
}

/**
 * Lets a refund that the provider refused or that failed be tried once more, at the next housekeeping. Nothing when it
 * is due already.
 * @throws Refusal `refund_unknown` when nothing is owed under that id.
 */
export async function retryRefund(
  { db, world }: Reads,
  { order, refund, by }: { readonly order: string; readonly refund: string; readonly by: string },
): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const items = await refundItems(db);
    const item = items.find((found) => found.id === refund && found.order === order);
    if (!item) throw new Refusal('refund_unknown');
    if (item.status !== 'failed') return;
    const outcome = await commit(db, world, [
      steppedPart(item, { status: 'due', attempt: item.attempt + 1 }),
      auditPart({
        act: 'refund_retried',
        by,
        at: world.now().toISOString(),
        about: { order, payment: item.payment, refund },
        amount: { amount: item.amount, currency: item.currency },
      }),
    ]);
    if (outcome.done) return;
  }
  throw new DatabaseBusy(`The refund ${refund} met other writers at every try.`);
}
