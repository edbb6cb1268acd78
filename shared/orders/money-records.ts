import * as z from 'zod';
import type { Item, Part } from '../platform/database.ts';
import { refundReasons } from './refund-items.ts';

/** What a refund took from where, so that it can come back if the refund fails after all. Minor units. */
const took = z.strictObject({
  /** Owed back before: taken off refund items. */
  owed: z.int(),
  /** Taken back of the order's lines. */
  lines: z.int(),
  /** Money in suspense. */
  suspense: z.int(),
  /** More than all of that: the fund's own loss. */
  lost: z.int(),
});
export type RefundTook = z.infer<typeof took>;

const accounts = z.optional(z.record(z.string(), z.int()));

const refundRecord = z.object({
  payment: z.string(),
  amount: z.int(),
  currency: z.string(),
  status: z.enum(['succeeded', 'failed']),
  at: z.string(),
  /** Absent where it failed before it had succeeded. */
  took: z.optional(took),
  /** What it took back of the lines, by account. */
  accounts,
  /** The refund item (`rfd_…`) that it was made for; absent where it was made in the provider's dashboard. */
  request: z.optional(z.string()),
  /** The fund's own bank payment by which it was sent where the provider could not carry it out. */
  sent: z.optional(z.strictObject({ reference: z.string(), date: z.iso.date() })),
});
/** A refund that has moved money, or came to nothing. */
export type RefundRecord = z.infer<typeof refundRecord> & { readonly id: string };

const decisionRecord = z.object({
  amount: z.int(),
  at: z.string(),
  reason: z.enum(refundReasons),
  /** What is taken back of the lines, by account. */
  accounts,
  /** Entries that ended with it. */
  cancelled: z.array(z.string()),
  /** The project that got it in place of the buyer. */
  leftTo: z.optional(z.string()),
  /** Why, in the words of who decided. */
  note: z.optional(z.string()),
  /** A digest of the request that it answers. */
  fingerprint: z.optional(z.string()),
});
/** That an amount is to be given back. */
export type DecisionRecord = z.infer<typeof decisionRecord> & { /** `rfd_…` */ readonly id: string };

const suspenseRecord = z.object({
  amount: z.int(),
  currency: z.string(),
  at: z.string(),
  why: z.enum(['amount', 'reference']),
  /** What of it is still in suspense. */
  left: z.int(),
});
/** A payment that does not fit the order it names. */
export type SuspenseRecord = z.infer<typeof suspenseRecord> & { /** `pi_…` */ readonly payment: string };

const takingRecord = z.strictObject({
  /** `line`: of a line of the order; `owed`: money that was owed back; `suspense`; `lost`: more than there was. */
  from: z.enum(['line', 'owed', 'suspense', 'lost']),
  /** The number of the line, and the account that it had credited. */
  line: z.optional(z.int()),
  account: z.optional(z.string()),
  /** The posting that took it, as it was booked. */
  posted: z.string(),
  source: z.optional(z.enum(['refund', 'feeCover'])),
  distance: z.optional(z.string()),
  amount: z.int(),
  /** What of it came back. */
  restored: z.int(),
});
export type TakingRecord = z.infer<typeof takingRecord>;

const disputeRecord = z.object({
  payment: z.string(),
  amount: z.int(),
  currency: z.string(),
  status: z.enum(['warning', 'open', 'won', 'lost', 'closed']),
  createdAt: z.string(),
  /** Movements that are booked, by their balance transactions. */
  booked: z.array(z.string()),
  takings: z.array(takingRecord),
});
/** A dispute, with what it took. */
export type DisputeRecord = z.infer<typeof disputeRecord> & { readonly id: string };

/** What stands beside an order about its money, each by its id. */
export interface MoneyRecords {
  readonly refunds: ReadonlyMap<string, RefundRecord>;
  readonly decisions: ReadonlyMap<string, DecisionRecord>;
  readonly suspense: ReadonlyMap<string, SuspenseRecord>;
  readonly disputes: ReadonlyMap<string, DisputeRecord>;
}

/** Of an order of which no money has moved but its payment. */
export const noRecords: MoneyRecords = {
  refunds: new Map(),
  decisions: new Map(),
  suspense: new Map(),
  disputes: new Map(),
};

const kinds = ['refund', 'decision', 'suspense', 'dispute'] as const;
type Kind = (typeof kinds)[number];

const keyOf = (order: string, kind: Kind, id: string) => ({ pk: order, sk: `${kind}#${id}` });

/** The records among the items of an order. */
export function parseRecords(items: readonly Item[]): MoneyRecords {
  const of = (kind: Kind): [string, Item][] =>
    items.flatMap((item) => {
      const { sk } = item;
      return typeof sk === 'string' && sk.startsWith(`${kind}#`) ? [[sk.slice(kind.length + 1), item]] : [];
    });
  return {
    refunds: new Map(of('refund').map(([id, item]) => [id, { id, ...refundRecord.parse(item) }])),
    decisions: new Map(of('decision').map(([id, item]) => [id, { id, ...decisionRecord.parse(item) }])),
    suspense: new Map(
      of('suspense').map(([payment, item]) => [payment, { payment, ...suspenseRecord.parse(item) }]),
    ),
    disputes: new Map(of('dispute').map(([id, item]) => [id, { id, ...disputeRecord.parse(item) }])),
  };
}

/** Writes a record for the first time (part `<kind>`); refused when it is there. */
function first(kind: Kind, order: string, id: string, content: Item): Part {
  return {
    name: kind,
    table: 'orders',
    put: { ...keyOf(order, kind, id), ...content },
    condition: 'attribute_not_exists(pk)',
  };
}

/** Records a refund that has come to an end; refused when it stands otherwise than it was read. */
export function recordRefund(
  order: string,
  { id, ...content }: RefundRecord,
  before: RefundRecord | undefined,
): Part {
  if (!before) return first('refund', order, id, content);
  return {
    name: 'refund',
    table: 'orders',
    put: { ...keyOf(order, 'refund', id), ...content },
    condition: '#status = :before',
    names: { '#status': 'status' },
    values: { ':before': before.status },
  };
}

/** Records a decision to give money back; refused when it was recorded before. */
export function recordDecision(order: string, { id, ...content }: DecisionRecord): Part {
  return first('decision', order, id, content);
}

/** Records money in suspense; refused when it was recorded before. */
export function recordSuspense(order: string, { payment, ...content }: SuspenseRecord): Part {
  return first('suspense', order, payment, content);
}

/** Takes an amount out of suspense (or, negative, puts it back); refused when it holds another than was read. */
export function takeSuspense(order: string, { payment, left }: SuspenseRecord, amount: number): Part {
  return {
    name: 'suspense',
    table: 'orders',
    key: keyOf(order, 'suspense', payment),
    update: 'SET #left = :after',
    condition: '#left = :before',
    names: { '#left': 'left' },
    values: { ':before': left, ':after': left - amount },
  };
}

/** Records how a dispute stands; refused when it stands otherwise than it was read. */
export function recordDispute(
  order: string,
  { id, ...content }: DisputeRecord,
  before: DisputeRecord | undefined,
): Part {
  if (!before) return first('dispute', order, id, content);
  return {
    name: 'dispute',
    table: 'orders',
    put: { ...keyOf(order, 'dispute', id), ...content },
    condition: '#status = :status AND booked = :booked',
    names: { '#status': 'status' },
    values: { ':status': before.status, ':booked': before.booked },
  };
}
