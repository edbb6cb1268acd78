import type { CatalogueEvent } from '../catalogue/schema.ts';
import type { Order } from '../orders/order.ts';
import type { CheckoutRequest } from './gateway.ts';
import type { Till } from './till.ts';

/** What the page of an attempt is made from: all of it from the order and the catalogue's names. */
export function checkoutRequest(
  till: Pick<Till, 'publicUrl' | 'tokenOf'>,
  order: Order,
  event: CatalogueEvent,
  attempt: NonNullable<Order['attempt']>,
): CheckoutRequest {
  const { locale, email } = order.contact;
  const page = `${till.publicUrl}/${locale}/orders/${till.tokenOf(order.id)}`;
  return {
    order: order.id,
    event: order.event,
    attempt: attempt.number,
    expiresAt: attempt.expiresAt,
    email,
    locale,
    currency: order.currency,
    lines: order.lines.map((line) =>
      line.kind === 'entry'
        ? {
            name: `${event.name[locale]}: ${event.distances.find(({ id }) => id === line.distance)?.name[locale] ?? line.distance}`,
            amount: line.price,
          }
        : {
            name: event.projects.find(({ id }) => id === line.project)?.name[locale] ?? line.project,
            amount: line.amount,
          },
    ),
    successUrl: `${page}?paid=1`,
    cancelUrl: `${page}?cancelled=1`,
  };
}
