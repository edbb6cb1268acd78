import type { CatalogueEvent } from '../catalogue/schema.ts';
import { dayIn } from '../catalogue/time.ts';
import { splitExactly } from '../charity/allocate.ts';
import { restoreGuardParts, reversalGuardParts } from '../charity/guard.ts';
import { type Reversed, reverse } from '../charity/reverse.ts';
import { isCharityAccount, lossesAccount } from '../ledger/accounts.ts';
import { bookParts } from '../ledger/book.ts';
import type { LedgerTransaction, Posting } from '../ledger/transaction.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { raiseMatter } from '../staff/matters.ts';
import { paidFact } from './booking.ts';
import { overdrawn, refundId } from './give-back.ts';
import { type OrderLine, reversible } from './lines.ts';
import { type DisputeRecord, recordDispute, type TakingRecord, takeSuspense } from './money-records.ts';
import { entryLines, type Order, readOrder, readOrderWithEntries, type WholeOrder } from './order.ts';
import {
  changeMoney,
  eventOfRefund,
  isBooked,
  isCredited,
  linesDisputed,
  linesRestored,
  remainingOfOrder,
  type Taking,
  takingsOf,
} from './order-money.ts';
import type { DisputeMovement, FraudWarning, ProviderDispute } from './provider.ts';
import { refundDue, refundItemsOf, settledPart } from './refund-items.ts';
import type { Shop } from './shop.ts';

/** `early`: the disputed payment is not booked yet, so it must be told again; `unknown`: no order of ours. */
export type DisputeOutcome = 'booked' | 'known' | 'early' | 'unknown';

/** Rounds in which booking a dispute may meet other writers of the same order. */
const mostRounds = 12;

/**
 * Books what a dispute did, each of its movements once, and tells staff when one is opened or lost. The entries stay:
 * staff may cancel them. What was withdrawn is taken of what the order's lines still have, then of what is owed back of
 * the payment anyway, then of suspense; what goes beyond is the fund's own loss, and the provider's fee a cost of
 * payments. What is reinstated comes back to exactly where it was taken.
 */
export async function bookDispute(shop: Shop, dispute: ProviderDispute): Promise<DisputeOutcome> {
  const { db, world } = shop;
  for (let round = 0; round < mostRounds + dispute.movements.length; round += 1) {
    const whole = await readOrderWithEntries(db, dispute.order);
    const event = whole && (await shop.catalogue.event(whole.order.event));
    if (!whole || !event || whole.order.currency !== dispute.currency) return 'unknown';
    const before = whole.records.disputes.get(dispute.id);
    const known = before ?? recordOf(dispute);
    const [movement] = dispute.movements
      .filter(({ id }) => !known.booked.includes(id))
      .sort((a, b) => (a.kind === b.kind ? (a.at < b.at ? -1 : 1) : a.kind === 'withdrawn' ? -1 : 1));
    const status = laterOf(known.status, dispute.status);
    if (before && !movement && status === before.status) return round === 0 ? 'known' : 'booked';
    const record = { ...known, status };
    const parts = movement
      ? await movementParts(shop, whole, event, { record, before, movement })
      : [recordDispute(whole.order.id, record, before)];
    if (parts === 'early') return 'early';
    await commit(db, world, [...parts, ...matters(whole.order, record, before, world.now())]);
  }
  throw new DatabaseBusy(`Dispute ${dispute.id} met other writers at every try.`);
}

/** Tells staff that the issuer of a card suspects a payment, once. */
export async function noteWarning(
  { db, world }: Pick<Shop, 'db' | 'world'>,
  { id, order, payment, type }: FraudWarning,
): Promise<void> {
  await commit(db, world, [
    raiseMatter({
      kind: 'fraud_warning',
      fact: `${id} created`,
      raisedAt: world.now().toISOString(),
      about: { order, payment },
      detail: type,
    }),
  ]);
}

interface Step {
  readonly record: DisputeRecord;
  readonly before: DisputeRecord | undefined;
  readonly movement: DisputeMovement;
}

async function movementParts(
  shop: Shop,
  whole: WholeOrder,
  event: CatalogueEvent,
  step: Step,
): Promise<Part[] | 'early'> {
  const { payment } = step.record;
  const { order, records } = whole;
  const items = await refundItemsOf(shop.db, payment);
  if (items.length === 0 && !isBooked(order, records, payment)) return 'early';
  return step.movement.kind === 'withdrawn'
    ? withdrawnParts(shop, whole, event, step, items)
    : reinstatedParts(shop, whole, event, step);
}

async function withdrawnParts(
  { db, world }: Shop,
  { order, records }: WholeOrder,
  event: CatalogueEvent,
  { record, before, movement }: Step,
  items: Awaited<ReturnType<typeof refundItemsOf>>,
): Promise<Part[]> {
  const { payment } = record;
  const suspense = records.suspense.get(payment);
  const isOwn = order.payment?.id === payment && isCredited(order);
  const fromLines = isOwn ? Math.min(movement.amount, remainingOfOrder(order)) : 0;
  let left = movement.amount - fromLines;
  const settled = items.map((item) => {
    const amount = Math.min(left, item.amount);
    left -= amount;
    return { item, amount };
  });
  const owed = settled.reduce((sum, { amount }) => sum + amount, 0);
  const fromSuspense = Math.min(left, suspense?.left ?? 0);
  const lost = left - fromSuspense;
  const taken = fromLines > 0 ? reverse(fromLines, order.lines.map(reversible)) : [];
  const takings = takingsOf(order.lines, taken);
  const guarded = await reversalGuardParts(db, {
    event: order.event,
    postings: takings.map(({ posting }) => posting),
    credits: [paidFact(payment)],
  });
  const more: TakingRecord[] = [
    ...heldTakings(takings, guarded.postings),
    ...taking('owed', 'refunds-due', owed),
    ...taking('suspense', 'suspense', fromSuspense),
    ...taking('lost', lossesAccount, lost),
  ];
  const after: Order = {
    ...order,
    lines: linesDisputed(order.lines, taken),
    owed: (order.owed ?? 0) - owed,
  };
  return [
    changeMoney(order, owed > 0 ? eventOfRefund(after) : 'dispute_withdrawn', {
      lines: after.lines,
      owed: after.owed,
    }),
    recordDispute(
      order.id,
      {
        ...record,
        booked: [...record.booked, movement.id],
        takings: [...record.takings, ...more],
      },
      before,
    ),
    ...bookParts({
      ...header(order, event, movement),
      postings: [...more.map(debitOf), ...moneyOf(movement)],
      entries: {},
    }),
    ...settled.flatMap(({ item, amount }) => (amount > 0 ? [settledPart(item, amount)] : [])),
    ...(suspense && fromSuspense > 0 ? [takeSuspense(order.id, suspense, fromSuspense)] : []),
    ...guarded.parts,
    ...(guarded.lost + lost > 0
      ? [overdrawn(order, `${movement.id} withdrawn`, guarded.lost + lost, world.now().toISOString())]
      : []),
  ];
}

/**
 * What was reinstated, in the ratio of what is still taken: all of it comes back to where each part was taken. Money that
 * was owed back is owed again, and given back as it would have been; what comes back to entries that ended meanwhile, or to
 * the changes of such entries, is for staff to decide.
 */
async function reinstatedParts(
  { db, world }: Pick<Shop, 'db' | 'world'>,
  { order, records }: WholeOrder,
  event: CatalogueEvent,
  { record, before, movement }: Step,
): Promise<Part[]> {
  const at = world.now().toISOString();
  const open = record.takings.map(({ amount, restored }) => amount - restored);
  const all = open.reduce((sum, amount) => sum + amount, 0);
  const back = Math.min(movement.amount, all);
  const shares = back > 0 ? splitExactly(back, open) : open.map(() => 0);
  const restored = record.takings.map((taken, index) => ({ taken, amount: shares[index] ?? 0 }));
  const sumOf = (from: TakingRecord['from']) =>
    restored.reduce((sum, { taken, amount }) => (taken.from === from ? sum + amount : sum), 0);
  const lines: Record<string, number>[] = order.lines.map(() => ({}));
  for (const { taken, amount } of restored) {
    const line = taken.line === undefined ? undefined : lines[taken.line];
    if (line && taken.account !== undefined && amount > 0)
      line[taken.account] = (line[taken.account] ?? 0) + amount;
  }
  const credits = restored
    .filter(({ amount }) => amount > 0)
    .map(({ taken, amount }): Posting => debitOf({ ...taken, amount: -amount }));
  // More than was ever taken: nobody else has a claim to it.
  if (movement.amount > back) credits.push({ account: lossesAccount, amount: back - movement.amount });
  const owed = sumOf('owed');
  const suspense = records.suspense.get(record.payment);
  let ofEnded = 0;
  for (const [index, line] of order.lines.entries()) {
    const backToLine = Object.values(lines[index] ?? {}).reduce((sum, amount) => sum + amount, 0);
    if (backToLine > 0 && (await hasEnded(db, line))) ofEnded += backToLine;
  }
  return [
    changeMoney(order, owed > 0 ? 'refund_failed' : 'dispute_reinstated', {
      lines: linesRestored(order.lines, lines satisfies Reversed[]),
      owed: (order.owed ?? 0) + owed,
    }),
    recordDispute(
      order.id,
      {
        ...record,
        booked: [...record.booked, movement.id],
        takings: restored.map(({ taken, amount }) => ({ ...taken, restored: taken.restored + amount })),
      },
      before,
    ),
    ...bookParts({
      ...header(order, event, movement),
      postings: [...credits, ...moneyOf(movement)],
      entries: {},
    }),
    ...(owed > 0
      ? [
          refundDue({
            id: refundId(`${movement.id} reinstated`),
            payment: record.payment,
            order: order.id,
            amount: owed,
            currency: order.currency,
            createdAt: at,
            reason: 'came_back',
          }),
        ]
      : []),
    ...(suspense && sumOf('suspense') > 0 ? [takeSuspense(order.id, suspense, -sumOf('suspense'))] : []),
    ...(ofEnded > 0
      ? [
          raiseMatter({
            kind: 'dispute_won',
            fact: `${movement.id} reinstated`,
            raisedAt: at,
            about: { event: order.event, order: order.id, payment: record.payment, dispute: record.id },
            amount: { amount: ofEnded, currency: order.currency },
          }),
        ]
      : []),
    ...restoreGuardParts(
      order.event,
      credits.filter(({ account }) => isCharityAccount(account)),
    ),
  ];
}

/** Whether the entry that a line is for, or whose change it is, has ended. */
async function hasEnded(db: Shop['db'], line: OrderLine): Promise<boolean> {
  if (line.kind === 'entry') return line.cancelled !== undefined;
  if (line.kind !== 'change') return false;
  const { order: id, entry } = line.of;
  const order = await readOrder(db, id);
  return order !== undefined && entryLines(order).some((of) => of.entry === entry && of.cancelled);
}

/** What was taken of each line as it was booked: of its account, and of the fund where that had less. */
function heldTakings(takings: readonly Taking[], held: readonly Posting[]): TakingRecord[] {
  const left = [...held];
  return takings.flatMap(({ line, account, posting }) => {
    const records: TakingRecord[] = [];
    let open = posting.amount;
    while (open > 0) {
      const next = left.shift();
      if (!next) throw new Error('The guard returned less than it was given.');
      open -= next.amount;
      const { source } = next;
      records.push({
        from: 'line',
        line,
        account,
        posted: next.account,
        ...((source === 'refund' || source === 'feeCover') && { source }),
        ...(next.distance !== undefined && { distance: next.distance }),
        amount: next.amount,
        restored: 0,
      });
    }
    return records;
  });
}

function taking(from: TakingRecord['from'], posted: string, amount: number): TakingRecord[] {
  return amount === 0 ? [] : [{ from, posted, amount, restored: 0 }];
}

function debitOf({ posted, amount, source, distance }: TakingRecord): Posting {
  return {
    account: posted,
    amount,
    ...(source !== undefined && { source }),
    ...(distance !== undefined && { distance }),
  };
}

/** What the provider's balance lost or got, and of that its fee. */
function moneyOf({ kind, amount, fee }: DisputeMovement): Posting[] {
  const moved = kind === 'withdrawn' ? -amount : amount;
  return [
    ...(fee === 0 ? [] : [{ account: 'processing-fees', amount: fee }]),
    { account: 'stripe', amount: moved - fee },
  ];
}

function header(
  order: Order,
  event: CatalogueEvent,
  { id, kind, at }: DisputeMovement,
): Omit<LedgerTransaction, 'postings' | 'entries'> {
  return {
    fact: `${id} ${kind}`,
    keyDay: at.slice(0, 10),
    event: order.event,
    order: order.id,
    currency: order.currency,
    occurredAt: at,
    day: dayIn(event.zone, new Date(at)),
  };
}

function recordOf({ payment, amount, currency, status, createdAt, id }: ProviderDispute): DisputeRecord {
  return { id, payment, amount, currency, status, createdAt, booked: [], takings: [] };
}

const ranks = { warning: 0, open: 1, closed: 2, won: 2, lost: 2 } as const;

/** The status that holds: a dispute that is decided is never open again, whatever comes late. */
function laterOf(known: DisputeRecord['status'], told: DisputeRecord['status']): DisputeRecord['status'] {
  return ranks[told] > ranks[known] ? told : known;
}

function matters(order: Order, record: DisputeRecord, before: DisputeRecord | undefined, now: Date): Part[] {
  const raise = (kind: 'dispute_opened' | 'dispute_lost'): Part =>
    raiseMatter({
      kind,
      fact: `${record.id} ${kind}`,
      raisedAt: now.toISOString(),
      about: { event: order.event, order: order.id, payment: record.payment, dispute: record.id },
      amount: { amount: record.amount, currency: record.currency },
      ...(record.status === 'warning' && { detail: 'warning' }),
    });
  return [
    ...(before ? [] : [raise('dispute_opened')]),
    ...(record.status === 'lost' && before?.status !== 'lost' ? [raise('dispute_lost')] : []),
  ];
}
