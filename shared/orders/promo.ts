import type { PromoCode } from '../catalogue/promo-codes.ts';
import type { CatalogueDistance } from '../catalogue/schema.ts';
import type { FieldError } from '../contracts/problems.ts';

/** Whether a code is for entries of a distance. */
export function covers({ distances }: PromoCode, distance: Pick<CatalogueDistance, 'id'>): boolean {
  return distances === undefined || distances.includes(distance.id);
}

/**
 * What stands against the code of a request, or against its lack of one. A code whose time has not come is as unknown as
 * one that was never made.
 * @param typed what was sent.
 * @param code what it stands for; undefined when it is unknown.
 */
export function codeErrors(
  typed: string | undefined,
  code: PromoCode | undefined,
  distances: readonly CatalogueDistance[],
  now: Date,
): FieldError[] {
  const at = now.getTime();
  if (typed !== undefined) {
    const isKnown = code && (code.opensAt === undefined || Date.parse(code.opensAt) <= at);
    if (!isKnown) return [{ field: 'code', code: 'code_unknown' }];
    if (code.closesAt !== undefined && Date.parse(code.closesAt) <= at)
      return [{ field: 'code', code: 'code_expired' }];
    if (!distances.some((distance) => covers(code, distance)))
      return [{ field: 'code', code: 'code_not_for_distance' }];
  }
  const isLocked = distances.some(
    (distance) => distance.entering === 'byCode' && !(code?.unlocks && covers(code, distance)),
  );
  if (!isLocked) return [];
  return [{ field: 'code', code: typed === undefined ? 'required' : 'code_not_for_distance' }];
}
