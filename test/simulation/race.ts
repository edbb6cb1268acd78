import { type PromoCode, promoCode } from '../../shared/catalogue/promo-codes.ts';
import { type CatalogueEvent, catalogueEvent } from '../../shared/catalogue/schema.ts';
import { sampleEvent } from '../support/sample.ts';
import { changeableEvent } from '../support/teams.ts';
import { transferEvent } from '../support/transferring.ts';
import type { Chance } from './chance.ts';

/**
 * A race so small that it sells out: distances of few places, two prices on the 10 km, less for the old, a relay, a
 * dearer 20 km, and a 21 km by code whose charity part is for projects that are announced later.
 */
export function raceOf(chance: Chance): CatalogueEvent {
  const places = chance.between(5, 9);
  const event = changeableEvent({ event: sampleEvent({ places, early: 3 }), places: chance.between(4, 6) });
  const [tenK, ...others] = event.distances;
  if (!tenK) throw new Error('The sample has changed.');
  const name = { kk: '21 км', ru: '21 км', en: '21 km' };
  return catalogueEvent.parse({
    ...transferEvent({ holdDays: chance.between(1, 2), remindDays: 1, unpaidPerPayer: 6 }, event),
    feeCover: { percent: 300, fixed: 5_000 },
    ...(chance.happens(0.6) && { transferFee: 150_000 }),
    cancellation: {
      steps: [
        { until: '2026-11-25T06:00:00.000Z', percent: 9_000 },
        { until: '2027-09-01T00:00:00.000Z', percent: 3_333 },
      ],
    },
    distances: [
      { ...tenK, agePrices: [{ minAge: 65, amount: 1_000_000 }] },
      ...others.map((distance) => (distance.id === 'relay' ? { ...distance, capacity: 3 } : distance)),
      {
        ...tenK,
        id: '21k',
        name,
        capacity: 4,
        entering: 'byCode',
        prices: [{ amount: 3_000_000 }],
        allocation: { version: 1, part: { percent: 2_500 }, to: { chosenBy: 'later' } },
      },
    ],
  });
}

/** A race beside it, which staff call off in the course of things; in some seeds there is none. */
export function otherRaceOf(chance: Chance): CatalogueEvent | undefined {
  if (!chance.happens(0.6)) return undefined;
  const event = changeableEvent({ event: sampleEvent({ places: chance.between(6, 10) }), places: 4 });
  return catalogueEvent.parse({
    ...transferEvent({ holdDays: 1, remindDays: 1 }, event),
    id: 'other-race',
    ...(chance.happens(0.3) && { transferFee: 150_000 }),
  });
}

/** Its codes, of few uses. */
export const codes: readonly PromoCode[] = [
  { code: 'TENTH', off: { percent: 1_000 }, uses: 6 },
  { code: 'MINUS-5000', off: { fixed: 500_000 }, distances: ['10k', '5k'], uses: 2, perMail: 1 },
  { code: 'FREE-ENTRY', off: { percent: 10_000 }, distances: ['10k', '5k'], uses: 3, perMail: 2 },
  { code: 'CLUB-21K', distances: ['21k'], unlocks: true as const, uses: 5 },
].map((code) => promoCode.parse(code));
