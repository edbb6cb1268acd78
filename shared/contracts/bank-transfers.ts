import * as z from 'zod/mini';
import { day, instant, line, money } from './basics.ts';
import { orderStates } from './orders.ts';

export const bankPaymentStates = ['unclear', 'part', 'applied', 'surplus', 'returned'] as const;

/** A line of the bank statement that says money came. */
export const bankPaymentInput = z.strictObject({
  /** The bank's own number of the line: the same number is the same payment. */
  line: line(80),
  /** The day on which the bank credited it. */
  date: day,
  amount: money,
  /** What the payer wrote as the purpose. */
  text: z.optional(line(400)),
  payer: z.strictObject({ name: line(160), businessId: z.optional(line(40)) }),
});
export type BankPaymentInput = z.infer<typeof bankPaymentInput>;

/** The invoice that an unclear payment is for: by its reference or its order's number. */
export const assignInput = z.strictObject({ to: line(60) });

/** A bank payment of ours, by which money was sent back. */
export const sentInput = z.strictObject({
  /** The bank's own number of it. */
  reference: line(80),
  date: day,
});
export type SentInput = z.infer<typeof sentInput>;

export const bankPaymentView = z.object({
  id: z.string(),
  line: z.string(),
  date: z.iso.date(),
  amount: money,
  text: z.string(),
  payer: z.object({ name: z.string(), businessId: z.optional(z.string()) }),
  recordedAt: instant,
  /**
   * - `unclear`: held in suspense; nobody knows yet what it is for.
   * - `part`: held in suspense for an invoice that waits for the rest.
   * - `applied`: with it, or with what came after it, its invoice was paid.
   * - `surplus`: it came for an invoice that was paid; all of it is owed back.
   * - `returned`: it was held in suspense and was sent back.
   */
  state: z.enum(bankPaymentStates),
  /** The order it counts for, as it is now. */
  order: z.optional(
    z.object({
      id: z.string(),
      state: z.enum(orderStates),
      reference: z.string(),
      total: money,
      received: money,
    }),
  ),
  /** What of it was not asked for and is owed back. */
  excess: z.optional(money),
  returned: z.optional(sentInput),
});
export type BankPaymentView = z.infer<typeof bankPaymentView>;

/** Money that is owed back and that staff send by bank. */
export const bankRefundView = z.object({
  id: z.string(),
  order: z.string(),
  payment: z.string(),
  amount: money,
  askedAt: instant,
  /** Who had paid it. */
  payer: z.optional(z.object({ name: z.string(), businessId: z.optional(z.string()) })),
  sent: z.optional(sentInput),
});
export type BankRefundView = z.infer<typeof bankRefundView>;

export const bankTransfersView = z.object({
  /** Held in suspense, whenever it came. */
  suspense: z.array(bankPaymentView),
  /** What came in the month asked for, the latest first. */
  payments: z.array(bankPaymentView),
  /** What is still to be sent back, the oldest first; at most 100. */
  refunds: z.array(bankRefundView),
});
export type BankTransfersView = z.infer<typeof bankTransfersView>;
