import type Stripe from 'stripe';
import { z } from 'zod';
import type { Core } from './core.ts';
import { candidates, type Endpoint, endpoint, expandOnly, one, page } from './endpoint.ts';
import { currency, integer, list, metadata, paging, text } from './params.ts';
import { createPayout } from './payouts.ts';

const transactionList = z.strictObject({
  ...paging,
  currency: currency.optional(),
  source: text().optional(),
  type: text().optional(),
});

const payoutList = z.strictObject({ ...paging, status: text().optional() });

const payoutParams = z.strictObject({
  amount: integer(1),
  currency,
  expand: list(text()).optional(),
  metadata: metadata.optional(),
});

function balance(core: Core): Stripe.Balance {
  const available = [...core.state.balances].map(([code, amount]) => ({
    amount,
    currency: code,
    source_types: { card: amount },
  }));
  const pending = available.map((entry) => ({ ...entry, amount: 0, source_types: { card: 0 } }));
  return { object: 'balance', available, livemode: false, pending } satisfies Stripe.Balance;
}

/** The account's own money: what moved it, and what went to its bank. */
export const balanceEndpoints: { GET: Endpoint[]; POST: Endpoint[] } = {
  GET: [
    one('/v1/balance_transactions', 'balance_transaction', (core) => core.state.transactions),
    endpoint('/v1/balance_transactions', transactionList, (core, _, params) => {
      const { currency: wanted, source, starting_after, type } = params;
      return page(
        candidates(core.state.transactions, starting_after, { source }),
        params,
        '/v1/balance_transactions',
        (item) =>
          (wanted === undefined || item.currency === wanted) && (type === undefined || item.type === type),
      );
    }),
    one('/v1/payouts', 'payout', (core) => core.state.payouts),
    endpoint('/v1/payouts', payoutList, (core, _, params) =>
      page(
        candidates(core.state.payouts, params.starting_after, {}),
        params,
        '/v1/payouts',
        ({ status }) => params.status === undefined || params.status === status,
      ),
    ),
    endpoint('/v1/balance', expandOnly, balance),
  ],
  POST: [
    endpoint('/v1/payouts', payoutParams, (core, _, params) =>
      createPayout(core, {
        amount: params.amount,
        currency: params.currency,
        automatic: false,
        metadata: params.metadata ?? {},
      }),
    ),
  ],
};
