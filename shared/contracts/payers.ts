import * as z from 'zod/mini';
import { instant, line, money } from './basics.ts';

/** How an order is paid. */
export const paymentMethods = ['card', 'bank_transfer'] as const;
export type PaymentMethod = (typeof paymentMethods)[number];

const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;
const otherWeights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2] as const;

/**
 * Whether a text is a BIN or IIN: the twelve digits by which Kazakhstan names a company or a person, the last of them
 * a check digit (the weighted sum of the others modulo 11; where that is 10, by other weights; where it is 10 again,
 * the number is never given out).
 */
export function isBusinessId(text: string): boolean {
  if (!/^\d{12}$/.test(text)) return false;
  const digits = Array.from(text, Number);
  const remainder = (by: readonly number[]) =>
    by.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0) % 11;
  const first = remainder(weights);
  const check = first === 10 ? remainder(otherWeights) : first;
  return check !== 10 && check === digits[11];
}

/** A BIN or IIN as people write it: spaces are dropped. */
export const businessId = z.pipe(
  z.pipe(
    z.string().check(z.maxLength(40)),
    z.transform((text) => text.replace(/\s/g, '')),
  ),
  z.string().check(z.refine<string>(isBusinessId, { error: 'business_id_invalid' })),
);

/** Who pays an invoice. */
export const payer = z.strictObject({
  company: line(160),
  businessId,
  address: z.optional(line(200)),
});
export type Payer = z.infer<typeof payer>;

/** An invoice as the holder of its order sees it. */
export const invoiceView = z.object({
  /** What the payer writes with the transfer: ten digits. */
  reference: z.string(),
  issuedAt: instant,
  /** Until when the transfer must have come. */
  dueAt: instant,
  /** What has come of the total so far; with less than the total, the rest is awaited. */
  received: money,
  payer: z.optional(payer),
  beneficiary: z.object({
    name: z.string(),
    businessId: z.string(),
    iban: z.string(),
    bank: z.string(),
    bic: z.string(),
    kbe: z.optional(z.string()),
    knp: z.optional(z.string()),
  }),
});
export type InvoiceView = z.infer<typeof invoiceView>;

export const invoiceInput = z.strictObject({ payer });
