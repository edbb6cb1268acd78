import type { LocalText, Money } from '../../../shared/contracts/basics.ts';
import type { EventView } from '../../../shared/contracts/events.ts';
import type { EntryLineView, OrderView } from '../../../shared/contracts/orders.ts';

/** One entry of a paid order, with what may be done with it. */
export interface ChangeableLine
  extends Pick<
    EntryLineView,
    | 'entry'
    | 'runnerName'
    | 'price'
    | 'transfer'
    | 'transferUntil'
    | 'transferFee'
    | 'callOffChoices'
    | 'carriedOver'
    | 'exchange'
    | 'pending'
  > {
  /** What is given back to who gives the entry up now, and until when. */
  readonly giveUp?: { readonly until: string; readonly back: Money };
  /** The open distances at what they cost the runner. */
  readonly distances: readonly OpenDistance[];
  readonly members: readonly { readonly id: string; readonly name: string }[];
}

/** A distance to which an entry may change. */
export interface OpenDistance {
  readonly id: string;
  readonly name: LocalText;
  readonly price: Money;
  /** The projects of which one is to be chosen when more is to be paid, where the entry has none of them. */
  readonly projects: readonly string[];
}

/** What a change to that price comes to: what is to be paid when more than 0, else what comes back. */
export function differenceOf(
  { exchange }: Pick<ChangeableLine, 'exchange'>,
  { amount, currency }: Money,
): Money {
  const difference = amount - (exchange?.worth.amount ?? amount);
  return { amount: Math.max(difference, -(exchange?.left.amount ?? 0)), currency };
}

/** The entries of a paid order with which something may be done. A help only: the service decides. */
export function changeableLines(order: OrderView, event: EventView, now: Date): ChangeableLine[] {
  return order.lines.flatMap((line): ChangeableLine[] => {
    if (line.kind !== 'entry' || line.handedOver || line.cancelled) return [];
    const { entry, runnerName, price, callOffChoices, carriedOver } = line;
    const nothing = { entry, runnerName, price, distances: [], members: [] };
    if (order.event.calledOff)
      return callOffChoices ? [{ ...nothing, callOffChoices, ...(carriedOver && { carriedOver }) }] : [];
    const { transfer, transferUntil, transferFee, team, cancellation, exchange, pending } = line;
    const isLate = transferUntil === undefined || Date.parse(transferUntil) <= now.getTime();
    const giveUp = cancellation?.find(({ until }) => now.getTime() < Date.parse(until));
    const distances = team || pending ? [] : distancesFor(line, event);
    const members = team?.members ?? [];
    if (isLate && !giveUp && !pending && distances.length === 0 && members.length === 0) return [];
    return [
      {
        ...nothing,
        distances,
        members,
        ...(transferFee && { transferFee }),
        ...(exchange && { exchange }),
        ...(pending && { pending }),
        ...(giveUp && { giveUp }),
        ...(!isLate && { transferUntil, ...(transfer && { transfer }) }),
      },
    ];
  });
}

function distancesFor({ distance, exchange, shares }: EntryLineView, event: EventView): OpenDistance[] {
  if (!exchange) return [];
  const { age } = exchange;
  return event.distances.flatMap((other): OpenDistance[] => {
    const { id, name, kind, status, minAge, maxAge = age, charity } = other;
    const isFor = kind === 'individual' && id !== distance && minAge <= age && age <= maxAge;
    const group = other.agePrices.find(({ minAge: from = 0, maxAge: to = age }) => from <= age && age <= to);
    const price = group?.price ?? other.price;
    if (!isFor || status !== 'open' || !price) return [];
    const isKept = shares.some(({ project }) => charity.projects.includes(project));
    return [{ id, name, price, projects: isKept ? [] : charity.projects }];
  });
}
