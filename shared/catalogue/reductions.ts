import { feeOf } from './fees.ts';
import type { PromoCode } from './promo-codes.ts';
import type { AgePrice, CatalogueDistance, CatalogueEvent, Report } from './schema.ts';

/** A code that makes entries free or opens a distance has at least so many characters: shorter ones are guessed. */
const shortestSecret = 8;

/** Age prices: for ages that the distance takes, without overlap, lower than the place's own, and not too small to pay. */
export function checkAgePrices(event: CatalogueEvent, distance: CatalogueDistance, report: Report): void {
  const { agePrices = [], kind, minAge: youngest, maxAge: oldest = 120 } = distance;
  const highest = Math.max(...distance.prices.map(({ amount }) => amount));
  for (const [index, group] of agePrices.entries()) {
    const { minAge = youngest, maxAge = oldest, amount, percent } = group;
    const inGroup = (member: string, message: string) => report(['agePrices', index, member], message);
    if (kind === 'team') inGroup('minAge', 'a team has no age');
    if ((amount === undefined) === (percent === undefined))
      inGroup('percent', 'needs percent or amount, and not both');
    if (amount !== undefined && amount >= highest)
      inGroup('amount', `must be below the highest price, ${highest}`);
    if (maxAge < minAge || maxAge < youngest || minAge > oldest)
      inGroup('maxAge', 'is for no age that the distance takes');
    for (const other of agePrices.slice(0, index))
      if (minAge <= (other.maxAge ?? oldest) && (other.minAge ?? youngest) <= maxAge)
        inGroup('minAge', 'is for an age that a group before is for');
    for (const price of pricesWith(distance, [group], undefined))
      if (isTooSmall(event, price)) inGroup('percent', tooSmall(event, price));
  }
}

/**
 * Codes: of one meaning each, for distances of the event, not easily guessed where they give much, and without
 * leaving a rest too small to be paid.
 */
export function checkPromoCodes(event: CatalogueEvent, codes: readonly PromoCode[], report: Report): void {
  const seen = new Set<string>();
  for (const [index, code] of codes.entries()) {
    const inCode = (member: keyof PromoCode, message: string) => report([index, member], message);
    if (seen.has(code.code)) inCode('code', 'is used twice');
    seen.add(code.code);
    const covered = event.distances.filter(({ id }) => code.distances?.includes(id) ?? true);
    for (const id of code.distances ?? [])
      if (!covered.some((distance) => distance.id === id)) inCode('distances', `${id} is not a distance`);
    if (code.off === undefined && !code.unlocks) inCode('off', 'takes nothing off and unlocks nothing');
    if (code.unlocks && code.distances === undefined) inCode('distances', 'must name what it unlocks');
    if (code.opensAt && code.closesAt && Date.parse(code.closesAt) <= Date.parse(code.opensAt))
      inCode('closesAt', 'must be after opensAt');
    if (code.perMail !== undefined && code.perMail > code.uses) inCode('perMail', 'must not be above uses');
    const prices = covered.flatMap((distance) =>
      pricesWith(distance, [undefined, ...(distance.agePrices ?? [])], code),
    );
    if ((code.unlocks || prices.includes(0)) && code.code.length < shortestSecret)
      inCode('code', `gives an entry away or opens a distance: it needs ${shortestSecret} characters`);
    for (const price of prices)
      if (price !== 0 && isTooSmall(event, price)) inCode('off', tooSmall(event, price));
  }
}

/** Every price that a distance can come to at one of its steps, in one of the groups (undefined: in none). */
function pricesWith(
  { prices }: CatalogueDistance,
  groups: readonly (AgePrice | undefined)[],
  code: PromoCode | undefined,
): number[] {
  return prices.flatMap(({ amount }) =>
    groups.map((group) => {
      const agePrices = group && [group];
      return feeOf(amount, { age: group?.minAge ?? group?.maxAge ?? 0, agePrices, code }).price;
    }),
  );
}

/** Payment providers refuse very small payments: what is no gift is no fee either. */
function isTooSmall({ donation }: CatalogueEvent, price: number): boolean {
  return price < donation.smallest;
}

const tooSmall = ({ donation }: CatalogueEvent, price: number) =>
  `would leave ${price} to pay, less than the smallest donation, ${donation.smallest}`;
