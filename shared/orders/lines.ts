import * as z from 'zod';
import type { CallOff } from '../catalogue/call-off.ts';
import { addReversed, type Credit, type Reversible } from '../charity/reverse.ts';
import { amountOf } from '../contracts/breakdown.ts';
import { charityAccount } from '../ledger/accounts.ts';
import type { Source } from '../ledger/transaction.ts';

const allocations = z.array(z.strictObject({ project: z.string(), amount: z.int() }));

const byAccount = z.optional(z.record(z.string(), z.int()));

const taken = {
  /** What was taken back of the line to be given back, by ledger account, in minor units. */
  reversed: byAccount,
  /** What disputes took of it, in the same way. */
  disputed: byAccount,
};

/** Why an entry was cancelled: by staff, by a full refund that was made at the payment provider, by the runner, or since the event is. */
const cancelReasons = ['staff', 'refunded', 'runner', 'event'] as const;

const entryLine = z.strictObject({
  kind: z.literal('entry'),
  entry: z.string(),
  distance: z.string(),
  /** The place that is held or taken for it. */
  place: z.int(),
  /** What is paid for it, after discounts: minor units of the order's currency. */
  price: z.int(),
  /** The price of the place, and what the runner's age makes of it, where less than that is paid. */
  listPrice: z.optional(z.int()),
  agePrice: z.optional(z.int()),
  /** The promo code that covers it, which of its uses, and which of those that the buyer's address may have. */
  promo: z.optional(
    z.strictObject({
      code: z.string(),
      use: z.int(),
      ofMail: z.optional(z.strictObject({ mail: z.string(), use: z.int() })),
    }),
  ),
  /** The version of the distance's allocation rule it was priced with, and what that rule makes of the price. */
  ruleVersion: z.int(),
  shares: allocations,
  /** The runner's lock, given back when the order ends; a team has none, its members have their own. */
  lock: z.optional(z.string()),
  ...taken,
  /** The entry has no place any more, whatever was given back for it. */
  cancelled: z.optional(z.strictObject({ at: z.string(), why: z.enum(cancelReasons) })),
  /** The event was called off, and since when the entry is kept for its new day. */
  carriedOver: z.optional(z.string()),
  /** What its distance costs at the runner's age, once it is another one than was bought with it. */
  worth: z.optional(z.int()),
  /** The order with which a change of the entry is being paid: the change is made when its payment comes. */
  pending: z.optional(z.strictObject({ order: z.string() })),
  /** The orders with which changes of the entry were paid. */
  extras: z.optional(z.array(z.string())),
});
export type EntryLine = z.infer<typeof entryLine>;
export type CancelReason = (typeof cancelReasons)[number];

const donationLine = z.strictObject({
  kind: z.literal('donation'),
  project: z.string(),
  amount: z.int(),
  name: z.optional(z.string()),
  message: z.optional(z.string()),
  /** The cancelled entry whose refund was left to the project: this line is no part of the order's total. */
  left: z.optional(z.string()),
  ...taken,
});

/** What a buyer adds to cover the cost of the payment. */
const feeCoverLine = z.strictObject({ kind: z.literal('feeCover'), amount: z.int(), ...taken });

const entryOf = z.strictObject({ order: z.string(), entry: z.string() });

/** The difference to be paid for another distance: a place there is held for an entry of another order. */
const changeLine = z.strictObject({
  kind: z.literal('change'),
  of: entryOf,
  /** The distance and the place it changes to. */
  distance: z.string(),
  place: z.int(),
  /** What is paid on top of what was paid before. */
  amount: z.int(),
  ruleVersion: z.int(),
  shares: allocations,
  ...taken,
});
export type ChangeLine = z.infer<typeof changeLine>;

/** The fee for handing an entry of another order to somebody else. */
const transferFeeLine = z.strictObject({
  kind: z.literal('transferFee'),
  of: entryOf,
  /** The number of the transfer. */
  transfer: z.int(),
  distance: z.string(),
  amount: z.int(),
  ...taken,
});

export const orderLine = z.discriminatedUnion('kind', [
  entryLine,
  donationLine,
  feeCoverLine,
  changeLine,
  transferFeeLine,
]);
export type OrderLine = z.infer<typeof orderLine>;
export type TransferFeeLine = z.infer<typeof transferFeeLine>;

/** A credit with what its posting says besides. */
export interface LineCredit extends Credit {
  readonly source?: Source;
  readonly distance?: string;
}

/** What a line credits when it is paid, by ledger account: what its fee gives to projects and the rest of it, or the gift. */
export function creditsOf(line: OrderLine): LineCredit[] {
  switch (line.kind) {
    case 'entry':
    case 'change': {
      const { distance, shares } = line;
      const rest = shares.reduce((left, { amount }) => left - amount, amountOf(line));
      return [
        ...shares.map(
          ({ project, amount }): LineCredit => ({
            account: charityAccount(project),
            amount,
            source: 'feeShare',
            distance,
          }),
        ),
        ...(rest === 0 ? [] : [{ account: 'entry-fees', amount: rest, distance }]),
      ];
    }
    case 'donation':
      return [{ account: charityAccount(line.project), amount: line.amount, source: 'donation' }];
    case 'feeCover':
      return [{ account: 'processing-fees', amount: line.amount, source: 'feeCover' }];
    case 'transferFee':
      return [{ account: 'entry-fees', amount: line.amount, distance: line.distance }];
  }
}

/** Whether a line is money that was left to a project in place of a refund: it was not paid for. */
export function isLeft(line: OrderLine): line is OrderLine & { readonly kind: 'donation' } {
  return line.kind === 'donation' && line.left !== undefined;
}

/** A line as what can be taken back of it. */
export function reversible(line: OrderLine): Reversible {
  return { credits: creditsOf(line), reversed: addReversed(line.reversed, line.disputed ?? {}) };
}

/**
 * Whether an entry is kept for the new day of its event, by an answer to this call-off and none before it. There is none
 * of an event that is cancelled, though a process that remembers it as postponed may have taken the answer.
 */
export function isCarriedOver(
  { carriedOver }: EntryLine,
  { at, kind }: Pick<CallOff, 'at' | 'kind'>,
): boolean {
  return kind === 'postponed' && carriedOver !== undefined && carriedOver >= at;
}
