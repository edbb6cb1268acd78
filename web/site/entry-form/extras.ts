import type { Money } from '../../../shared/contracts/basics.ts';
import { feeCoverOf } from '../../../shared/contracts/breakdown.ts';
import type { EventView } from '../../../shared/contracts/events.ts';
import type { OrderInput } from '../../../shared/contracts/orders.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { type AmountDraft, amountErrors, chosenAmount } from '../donation-form/amount.ts';

/** What has been typed beside the entries: a code, a gift, and whether the cost of the payment is covered. */
export interface ExtrasDraft extends AmountDraft {
  readonly code: string;
  /** The code that was sent to be checked; empty while none is. */
  readonly applied: string;
  /** The project of the gift; empty while it follows the first entry's. */
  readonly giftProject: string;
  readonly coverFee: boolean;
}

export const noExtras: ExtrasDraft = {
  code: '',
  applied: '',
  suggested: '',
  own: '',
  giftProject: '',
  coverFee: false,
};

/** Where the values stand in the request; also the ids of their elements. */
export const extrasPaths = {
  code: 'code',
  gift: 'donations.0.amount',
  giftProject: 'donations.0.project',
  coverFee: 'feeCover',
} as const;

export type ExtrasData = Pick<EventView, 'currency' | 'projects' | 'donation' | 'feeCover'>;

/** The gift, as far as it is an amount. @param follows the project of the first entry. */
export function giftOf(
  extras: ExtrasDraft,
  { currency }: Pick<ExtrasData, 'currency'>,
  follows: string,
): { project: string; amount: Money } | undefined {
  const amount = chosenAmount(extras, currency);
  return amount && { project: extras.giftProject || follows, amount };
}

/** What is added for the cost of the payment; 0 where it is not covered. @param sum of entries and gift. */
export function coverOf({ coverFee }: ExtrasDraft, { feeCover }: ExtrasData, sum: number): number {
  return coverFee && feeCover ? feeCoverOf(sum, feeCover) : 0;
}

/** What of an order is beside its entries, or what is missing of it. @param fees the sum of the entries. */
export function readExtras(
  extras: ExtrasDraft,
  data: ExtrasData,
  follows: string,
  fees: number,
): { readonly part: Omit<OrderInput, 'contact' | 'entries'>; readonly errors: readonly FieldError[] } {
  const gift = giftOf(extras, data, follows);
  const errors = amountErrors(extras, data, extrasPaths.gift);
  if (gift?.project === '') errors.push({ field: extrasPaths.giftProject, code: 'required' });
  const cover = coverOf(extras, data, fees + (gift?.amount.amount ?? 0));
  const code = extras.code.trim();
  return {
    errors,
    part: {
      donations: gift ? [gift] : [],
      ...(code !== '' && { code }),
      ...(cover > 0 && { feeCover: { amount: cover, currency: data.currency } }),
    },
  };
}
