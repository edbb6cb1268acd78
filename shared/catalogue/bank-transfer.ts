import * as z from 'zod';
import { instant } from '../contracts/basics.ts';
import { isBusinessId } from '../contracts/payers.ts';

const words = (longest: number) => z.string().trim().min(1).max(longest);

/** ISO 13616: the letters count as 10 to 35, the first four characters as the last ones, and the rest by 97 is 1. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = (text.slice(4) + text.slice(0, 4)).replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return BigInt(digits) % 97n === 1n;
}

/** Days that an order may wait for its transfer, whatever an event says. */
export const mostHoldDays = 30;

/** What an event needs to be paid by invoice and bank transfer; without it that is not offered. */
export const bankTransfer = z.strictObject({
  /** How long an order waits for its transfer; never past `closesAt`. */
  holdDays: z.int().min(1).max(mostHoldDays),
  /** Until when a transfer may be chosen and must arrive; the end of registration when absent. */
  closesAt: z.exactOptional(instant),
  /** The total from which it is offered. */
  smallest: z.int().positive().exactOptional(),
  /** How long before the hold ends the buyer is reminded. */
  remindDays: z.int().min(1).max(14).default(2),
  /** Unpaid orders that may wait for a transfer at a time: of the whole event; of one payer, and of one e-mail address. */
  unpaidOrders: z.int().min(1).max(1000).default(100),
  unpaidPerPayer: z.int().min(1).max(50).default(3),
  /** Who is paid, as the bank knows them. */
  beneficiary: words(160),
  /** Their BIN. */
  businessId: z.string().refine(isBusinessId, { error: 'is not a BIN: its check digit is wrong' }),
  iban: z.string().refine(isIban, { error: 'is not an IBAN: its check digits are wrong' }),
  bank: words(160),
  bic: z.string().regex(/^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/, { error: 'is not a BIC' }),
  /** The beneficiary's code (Кбе) and the code of the payment's purpose (КНП), where the bank asks for them. */
  kbe: z
    .string()
    .regex(/^\d{2}$/)
    .exactOptional(),
  knp: z
    .string()
    .regex(/^\d{3}$/)
    .exactOptional(),
});
export type BankTransferRules = z.infer<typeof bankTransfer>;

const day = 86_400_000;
/** With less time than this left, a bank may not carry a transfer out before it is too late. */
const shortest = 12 * 3_600_000;

/** What of an event and an order decides whether the order may be paid by bank transfer. */
interface OnOffer {
  readonly event: {
    readonly bankTransfer?: BankTransferRules | undefined;
    readonly registration: { readonly closesAt: string };
  };
  /** When the order was placed, and what it costs. */
  readonly createdAt: string;
  readonly total: number;
}

/**
 * Until when an order may wait for its transfer, however often its invoice is issued.
 * @returns undefined where none is offered for it, or it is too late for one.
 */
export function bankTransferUntil({ event, createdAt, total }: OnOffer, now: Date): Date | undefined {
  const { bankTransfer: rules, registration } = event;
  if (!rules || total < (rules.smallest ?? 1)) return undefined;
  const end = Math.min(
    Date.parse(createdAt) + rules.holdDays * day,
    Date.parse(rules.closesAt ?? registration.closesAt),
    Date.parse(registration.closesAt),
  );
  return end - now.getTime() < shortest ? undefined : new Date(end);
}
