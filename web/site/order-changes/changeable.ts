import type { LocalText } from '../../../shared/contracts/basics.ts';
import type { EventView } from '../../../shared/contracts/events.ts';
import type { EntryLineView, OrderView } from '../../../shared/contracts/orders.ts';

/** One entry of a paid order, with what may be done with it. */
export interface ChangeableLine
  extends Pick<EntryLineView, 'entry' | 'runnerName' | 'price' | 'transfer' | 'transferUntil'> {
  /** Distances at the price that was paid. */
  readonly distances: readonly { readonly id: string; readonly name: LocalText }[];
  readonly members: readonly { readonly id: string; readonly name: string }[];
}

/** The entries of a paid order with which something may be done. A help only: the service decides. */
export function changeableLines(order: OrderView, event: EventView, now: Date): ChangeableLine[] {
  return order.lines.flatMap((line) => {
    if (line.kind !== 'entry' || line.handedOver || line.cancelled) return [];
    const { entry, runnerName, price, transfer, transferUntil, team } = line;
    const isLate = transferUntil === undefined || Date.parse(transferUntil) <= now.getTime();
    const distances = team
      ? []
      : event.distances
          .filter(
            (other) =>
              other.kind === 'individual' &&
              other.id !== line.distance &&
              other.status === 'open' &&
              other.price?.amount === price.amount,
          )
          .map(({ id, name }) => ({ id, name }));
    const members = team?.members ?? [];
    if (isLate && distances.length === 0 && members.length === 0) return [];
    return [
      {
        entry,
        runnerName,
        price,
        distances,
        members,
        ...(!isLate && { transferUntil, ...(transfer && { transfer }) }),
      },
    ];
  });
}
