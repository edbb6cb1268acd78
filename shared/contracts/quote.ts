import * as z from 'zod/mini';
import { day, money, slug } from './basics.ts';
import { charityShare, share } from './events.ts';
import { codeInput, donationInput, entryLineView, mostDonations, mostEntries } from './orders.ts';

/** What an order would cost: as much of it as the price depends on. */
export const quoteInput = z.strictObject({
  entries: z
    .array(
      z.strictObject({
        distance: slug,
        /** Of the runner, where that is known: some ages pay less. */
        birthDate: z.optional(day),
        /** The token of a waiter to whom a place is offered: the price is that of this place. */
        offer: z.optional(z.string().check(z.maxLength(200))),
      }),
    )
    .check(z.maxLength(mostEntries)),
  donations: z._default(
    z
      .array(z.strictObject({ project: donationInput.shape.project, amount: money }))
      .check(z.maxLength(mostDonations)),
    [],
  ),
  code: z.optional(codeInput),
  /** Whether the buyer covers the processing fee. */
  coverFee: z._default(z.boolean(), false),
});
export type QuoteInput = z.infer<typeof quoteInput>;

/** What an order would cost now. It holds nothing: the order repeats the prices and is refused when they have changed. */
export const quoteView = z.object({
  entries: z.array(
    z.object({
      distance: slug,
      price: money,
      listPrice: entryLineView.shape.listPrice,
      reductions: entryLineView.shape.reductions,
      charity: charityShare,
    }),
  ),
  feeCover: z.optional(money),
  total: money,
  /** What of it is decided already to go to a project: gifts, and fees with fixed weights. */
  shares: z.array(share),
});
export type QuoteView = z.infer<typeof quoteView>;
