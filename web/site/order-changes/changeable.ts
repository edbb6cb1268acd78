import type { LocalText, Money } from '../../../shared/contracts/basics.ts';
import type { EventView } from '../../../shared/contracts/events.ts';
import type { EntryLineView, OrderView } from '../../../shared/contracts/orders.ts';

/** One entry of a paid order, with what may be done with it. */
export interface ChangeableLine
  extends Pick<
    EntryLineView,
    'entry' | 'runnerName' | 'price' | 'transfer' | 'transferUntil' | 'callOffChoices'
  > {
  /** What is given back to who gives the entry up now, and until when. */
  readonly giveUp?: { readonly until: string; readonly back: Money };
  /** Distances at the price that was paid. */
  readonly distances: readonly { readonly id: string; readonly name: LocalText }[];
  readonly members: readonly { readonly id: string; readonly name: string }[];
}

/** The entries of a paid order with which something may be done. A help only: the service decides. */
export function changeableLines(order: OrderView, event: EventView, now: Date): ChangeableLine[] {
  return order.lines.flatMap((line): ChangeableLine[] => {
    if (line.kind !== 'entry' || line.handedOver || line.cancelled) return [];
    const { entry, runnerName, price, callOffChoices } = line;
    const nothing = { entry, runnerName, price, distances: [], members: [] };
    if (order.event.calledOff) return callOffChoices ? [{ ...nothing, callOffChoices }] : [];
    const { transfer, transferUntil, team, cancellation } = line;
    const isLate = transferUntil === undefined || Date.parse(transferUntil) <= now.getTime();
    const giveUp = cancellation?.find(({ until }) => now.getTime() < Date.parse(until));
    const distances = team ? [] : distancesFor(line, event);
    const members = team?.members ?? [];
    if (isLate && !giveUp && distances.length === 0 && members.length === 0) return [];
    return [
      {
        ...nothing,
        distances,
        members,
        ...(giveUp && { giveUp }),
        ...(!isLate && { transferUntil, ...(transfer && { transfer }) }),
      },
    ];
  });
}

function distancesFor({ distance, price }: EntryLineView, event: EventView): ChangeableLine['distances'] {
  return event.distances
    .filter(
      (other) =>
        other.kind === 'individual' &&
        other.id !== distance &&
        other.status === 'open' &&
        other.price?.amount === price.amount,
    )
    .map(({ id, name }) => ({ id, name }));
}
