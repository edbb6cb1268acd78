import type { CatalogueEvent } from '../catalogue/schema.ts';
import { allocateFee } from '../charity/allocate.ts';
import { breakdownOf, feeCoverOf } from '../contracts/breakdown.ts';
import type { OrderInput } from '../contracts/orders.ts';
import { derivedId } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import { attemptWithin } from './attempt.ts';
import type { CheckedEntry } from './check-order.ts';
import type { EntryLine, OrderLine } from './lines.ts';
import type { Order } from './order.ts';
import type { Chosen } from './place-order.ts';
import type { CodeUse } from './promo-uses.ts';

/** A checked request with what was chosen for it. */
interface Ordered {
  readonly id: string;
  readonly fingerprint: string;
  readonly input: OrderInput;
  readonly event: CatalogueEvent;
  readonly checked: readonly CheckedEntry[];
  /** A place for each entry. */
  readonly chosen: readonly Chosen[];
  /** A use for each entry that the code covers, in their order. */
  readonly uses: readonly CodeUse[];
  readonly now: Date;
}

/**
 * The order that a request comes to: held until it is paid, or paid already where it costs nothing.
 * @throws Refusal `price_changed` when the cover of the processing fee is no longer what was shown.
 */
export function composeOrder(ordered: Ordered): Order {
  const { id, fingerprint, input, event, now } = ordered;
  const lines = [...entryLinesOf(ordered), ...input.donations.map(donationLine)];
  const feeCover = coverLine(event, input, breakdownOf(lines).total);
  if (feeCover) lines.push(feeCover);
  const { total } = breakdownOf(lines);
  const heldUntil = new Date(now.getTime() + event.holdMinutes * 60_000);
  return {
    id,
    state: total === 0 ? 'paid' : 'held',
    event: event.id,
    currency: event.currency,
    total,
    lines,
    contact: input.contact,
    createdAt: now.toISOString(),
    // What costs nothing has no payment to wait for.
    ...(total > 0 && { heldUntil: heldUntil.toISOString(), attempt: attemptWithin(1, heldUntil) }),
    fingerprint,
  };
}

function entryLinesOf({ id, checked, chosen, uses }: Ordered): OrderLine[] {
  const left = [...uses];
  return checked.flatMap(({ input: { project }, distance, lock, code }, index): EntryLine[] => {
    const choice = chosen[index];
    if (!choice) return [];
    const { price, listPrice, agePrice } = choice;
    const promo = code && left.shift();
    return [
      {
        kind: 'entry',
        entry: derivedId('ent', id, String(index)),
        distance: distance.id,
        place: choice.n,
        price,
        ...(price < listPrice && { listPrice }),
        ...(agePrice < listPrice && { agePrice }),
        ...(promo && { promo }),
        ruleVersion: distance.allocation.version,
        shares: allocateFee(price, distance.allocation, project),
        ...(lock !== undefined && { lock }),
      },
    ];
  });
}

function donationLine({ project, amount, name, message }: OrderInput['donations'][number]): OrderLine {
  return {
    kind: 'donation',
    project,
    amount: amount.amount,
    ...(name !== undefined && { name }),
    ...(message !== undefined && { message }),
  };
}

/**
 * What the buyer adds to cover the processing fee of a sum, if they do.
 * @throws Refusal `price_changed` when it is no longer what was shown.
 */
function coverLine(
  { feeCover: rule, currency }: CatalogueEvent,
  { feeCover: shown }: OrderInput,
  sum: number,
): OrderLine | undefined {
  if (!shown || !rule) return undefined;
  const amount = feeCoverOf(sum, rule);
  if (amount !== shown.amount)
    throw new Refusal('price_changed', { prices: [{ field: 'feeCover', price: { amount, currency } }] });
  return amount === 0 ? undefined : { kind: 'feeCover', amount };
}
