import { translate } from '../../messages/catalogue.ts';
import { formatMoney } from '../../messages/format.ts';
import type { CatalogueEvent } from '../catalogue/schema.ts';
import { amountOf } from '../contracts/breakdown.ts';
import { methodOf } from '../orders/attempt.ts';
import type { OrderLine } from '../orders/lines.ts';
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
    method: methodOf(attempt),
    expiresAt: attempt.expiresAt,
    email,
    locale,
    currency: order.currency,
    lines: order.lines.map((line) => ({ name: lineName(line, order, event), amount: amountOf(line) })),
    successUrl: `${page}?paid=1`,
    cancelUrl: `${page}?cancelled=1`,
  };
}

/** What the payment page calls a line, in the buyer's language. */
function lineName(line: OrderLine, { currency, contact }: Order, event: CatalogueEvent): string {
  const { locale } = contact;
  const distanceName = (id: string) => event.distances.find((found) => found.id === id)?.name[locale] ?? id;
  switch (line.kind) {
    case 'entry':
      return [
        `${event.name[locale]}: ${distanceName(line.distance)}`,
        // A line cannot be negative there, so what was taken off stands in its name.
        ...(line.listPrice === undefined
          ? []
          : [
              translate(locale)('order.insteadOf', {
                price: formatMoney({ amount: line.listPrice, currency }, locale),
              }),
            ]),
      ].join(', ');
    case 'donation':
      return event.projects.find(({ id }) => id === line.project)?.name[locale] ?? line.project;
    case 'feeCover':
      return translate(locale)('order.feeCover');
    case 'change':
    case 'transferFee':
      return translate(locale)(`order.${line.kind}`, { distance: distanceName(line.distance) });
  }
}
