import type Stripe from 'stripe';

/** A page of a list. */
export function makeList<T>(data: T[], hasMore: boolean, url: string): Stripe.ApiList<T> {
  return { object: 'list', data, has_more: hasMore, url } satisfies Stripe.ApiList<T>;
}
