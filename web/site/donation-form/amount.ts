import type { Money } from '../../../shared/contracts/basics.ts';
import type { EventView } from '../../../shared/contracts/events.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import { parseAmount } from '../../parts/parse-amount.ts';

/** What has been chosen or typed as an amount to give. */
export interface AmountDraft {
  /** One of the suggested amounts, in minor units; empty with none or an own amount. */
  readonly suggested: string;
  readonly own: string;
}

/** The amount of a draft; undefined when there is none, or what was typed is no amount. */
export function chosenAmount({ suggested, own }: AmountDraft, currency: string): Money | undefined {
  if (own.trim() !== '') return parseAmount(own, currency);
  return suggested === '' ? undefined : { amount: Number(suggested), currency };
}

/** What stands against an amount, where something was chosen or typed. */
export function amountErrors(
  draft: AmountDraft,
  { currency, donation }: Pick<EventView, 'currency' | 'donation'>,
  field: string,
): FieldError[] {
  const amount = chosenAmount(draft, currency);
  if (!amount) return draft.own.trim() === '' ? [] : [{ field, code: 'amount_invalid' }];
  if (amount.amount < donation.smallest.amount)
    return [{ field, code: 'too_small', limit: donation.smallest.amount }];
  if (amount.amount > donation.largest.amount)
    return [{ field, code: 'too_large', limit: donation.largest.amount }];
  return [];
}
