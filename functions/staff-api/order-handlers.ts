import { correctContact } from '../../shared/orders/correct-contact.ts';
import type { Shop } from '../../shared/orders/shop.ts';
import type { Handlers } from '../../shared/platform/http.ts';

type OrderRoute = 'correctContact';

/** What staff do about an order. */
export function orderHandlers(shop: Shop): Pick<Handlers<'staff-api'>, OrderRoute> {
  return {
    correctContact: ({ params, body, caller }) =>
      correctContact(shop, { order: params.order, email: body.email, by: caller.subject }),
  };
}
