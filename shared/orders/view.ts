import type { CatalogueEvent } from '../catalogue/schema.ts';
import { sumByProject } from '../charity/allocate.ts';
import type { OrderInput, OrderView } from '../contracts/orders.ts';
import type { Entry } from '../entries/entry.ts';
import { entryLines, type Order, readOrderWithEntries } from './order.ts';
import type { Shop } from './shop.ts';
import { isWaiting } from './states.ts';
import { type Keys, orderToken, ticketOf } from './tokens.ts';

/**
 * An order as its holder sees it.
 * @returns undefined when there is no such order.
 */
export async function loadOrderView(
  shop: Pick<Shop, 'db' | 'catalogue'>,
  keys: Keys,
  id: string,
): Promise<OrderView | undefined> {
  const found = await readOrderWithEntries(shop.db, id);
  const event = found && (await shop.catalogue.event(found.order.event));
  return found && event && orderView(found.order, found.entries, event, keys);
}

function payableUntil({ state, attempt }: Order, heldUntil: string): string {
  return state === 'paying' && attempt ? attempt.expiresAt : heldUntil;
}

/**
 * An order as its holder sees it, from the request that it was placed with: nothing is read back.
 * @returns undefined when its event is no longer there.
 */
export async function placedOrderView(
  shop: Pick<Shop, 'catalogue'>,
  keys: Keys,
  order: Order,
  input: OrderInput,
): Promise<OrderView | undefined> {
  const event = await shop.catalogue.event(order.event);
  const entries = new Map(
    entryLines(order).flatMap(({ entry }, index) => {
      const runner = input.entries[index]?.runner;
      return runner ? [[entry, { runner }] as const] : [];
    }),
  );
  return event && orderView(order, entries, event, keys);
}

/** The view of an order from its parts. Places are shown while the order has them, tickets once it is paid. */
export function orderView(
  order: Order,
  entries: ReadonlyMap<string, Pick<Entry, 'runner'>>,
  event: CatalogueEvent,
  keys: Keys,
): OrderView {
  const amount = (minor: number) => ({ amount: minor, currency: order.currency });
  const paid = order.state === 'paid';
  const hasPlaces = paid || isWaiting(order.state);
  const shares = sumByProject(
    order.lines.flatMap((line) =>
      line.kind === 'entry' ? line.shares : [{ project: line.project, amount: line.amount }],
    ),
  );
  return {
    id: order.id,
    token: orderToken(keys, order.id),
    state: order.state,
    event: { id: event.id, name: event.name, raceDay: event.raceDay, zone: event.zone },
    lines: order.lines.map((line) => {
      if (line.kind === 'donation') return { ...line, amount: amount(line.amount) };
      const distance = event.distances.find(({ id }) => id === line.distance);
      const runner = entries.get(line.entry)?.runner;
      return {
        kind: 'entry',
        entry: line.entry,
        distance: line.distance,
        distanceName: distance?.name ?? { kk: line.distance, ru: line.distance, en: line.distance },
        startsAt: distance?.startsAt ?? `${event.raceDay}T00:00:00.000Z`,
        ...(hasPlaces && { place: line.place }),
        runnerName: [runner?.givenName, runner?.familyName].filter(Boolean).join(' '),
        price: amount(line.price),
        shares: line.shares.map((share) => ({ project: share.project, amount: amount(share.amount) })),
        ...(paid && { ticket: ticketOf(keys, event.id, line.entry, line.place) }),
      };
    }),
    total: amount(order.total),
    shares: shares.map((share) => ({ project: share.project, amount: amount(share.amount) })),
    projects: event.projects
      .filter(({ id }) => shares.some((share) => share.project === id))
      .map(({ id, name }) => ({ id, name })),
    createdAt: order.createdAt,
    // The payment page closes a little before the hold ends: what matters to the buyer is until when they can pay.
    ...(isWaiting(order.state) && order.heldUntil && { heldUntil: payableUntil(order, order.heldUntil) }),
    ...(order.state === 'paying' && order.session && { payUrl: order.session.url }),
    ...(order.payment && paid && { paidAt: order.payment.at }),
    locale: order.contact.locale,
  };
}
