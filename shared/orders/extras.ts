import type { CatalogueEvent } from '../catalogue/schema.ts';
import { type Reversed, reverse, sumRemaining, sumReversed } from '../charity/reverse.ts';
import type { Database, Part } from '../platform/database.ts';
import type { World } from '../platform/world.ts';
import { type GiveBack, giveBackAll } from './give-back.ts';
import { type EntryLine, reversible } from './lines.ts';
import { type Order, readOrderWithEntries, type WholeOrder } from './order.ts';
import { isCredited } from './order-money.ts';

/** What is left of the orders with which changes of an entry were paid, as what can be taken back. */
export function extrasOf({ extras = [] }: EntryLine, orders: readonly Order[]) {
  return orders
    .filter((order) => extras.includes(order.id) && isCredited(order))
    .flatMap(({ lines }) => lines.map(reversible));
}

/** Gives back of an entry and of the orders with which its changes were paid, in one transaction. */
export async function giveBackEntries(
  shop: { readonly db: Database; readonly world: World },
  whole: WholeOrder,
  event: CatalogueEvent,
  lines: readonly EntryLine[],
  giving: Omit<GiveBack, 'taken'> & {
    /** What of all that is left is given back, in minor units. */
    readonly backOf: (left: number) => number;
  },
): Promise<{ readonly back: number; readonly parts: () => Promise<readonly Part[]> }> {
  const { backOf, ...decision } = giving;
  const extras = await readExtras(shop.db, lines);
  const own = whole.order.lines.filter((line) => lines.some((one) => one === line));
  const items = [...own, ...extras.flatMap(({ order }) => order.lines)].map(reversible);
  const back = backOf(sumRemaining(items));
  return {
    back,
    parts: async () => {
      const taken = reverse(back, items);
      let at = own.length;
      const ofOwn = whole.order.lines.map((line): Reversed => taken[own.indexOf(line)] ?? {});
      const { cancel: _, ...ofExtra } = decision;
      const others = extras.map((extra) => {
        const from = at;
        at += extra.order.lines.length;
        return {
          whole: extra,
          giving: {
            ...ofExtra,
            fact: `${extra.order.id} with ${decision.fact}`,
            taken: taken.slice(from, at),
          },
        };
      });
      const { parts } = await giveBackAll(shop, event, [
        { whole, giving: { ...decision, taken: ofOwn } },
        ...others.filter((one) => one.giving.taken.some((took) => sumReversed(took) > 0)),
      ]);
      return parts;
    },
  };
}

/** The orders with which changes of entries were paid, those of which something is left. */
export async function readExtras(db: Database, lines: readonly EntryLine[]): Promise<WholeOrder[]> {
  const ids = lines.flatMap(({ extras = [] }) => extras);
  const found = await Promise.all(ids.map((id) => readOrderWithEntries(db, id)));
  return found.flatMap((whole) =>
    whole && isCredited(whole.order) && sumRemaining(whole.order.lines.map(reversible)) > 0 ? [whole] : [],
  );
}
