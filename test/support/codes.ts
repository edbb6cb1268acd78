import { type PromoCode, promoCode, publishPromoCodes } from '../../shared/catalogue/promo-codes.ts';
import { type CatalogueEvent, catalogueEvent } from '../../shared/catalogue/schema.ts';
import { sampleEvent } from './sample.ts';
import { openTestShop, type TestShop } from './shop.ts';
import { testWorld } from './world.ts';

const text = (en: string) => ({ kk: en, ru: en, en });

/**
 * The sample event with a price for the first places, half of the price for runners under 18 and 10,000 ₸ for those from
 * 65; the cover of the processing fee; and a 21 km that is entered by code only.
 */
export function pricedEvent(changes: { places?: number; early?: number } = {}): CatalogueEvent {
  const event = sampleEvent(changes);
  const [tenK, ...others] = event.distances;
  if (!tenK) throw new Error('The sample has changed.');
  return catalogueEvent.parse({
    ...event,
    feeCover: { percent: 300, fixed: 5_000 },
    distances: [
      {
        ...tenK,
        agePrices: [
          { maxAge: 17, percent: 5_000 },
          { minAge: 65, amount: 1_000_000 },
        ],
      },
      ...others,
      { ...tenK, id: '21k', name: text('21 km'), entering: 'byCode', prices: [{ amount: 3_000_000 }] },
    ],
  });
}

/** The codes of the tests. */
export const sampleCodes: readonly PromoCode[] = [
  { code: 'TENTH', off: { percent: 1_000 }, uses: 10 },
  { code: 'MINUS-5000', off: { fixed: 500_000 }, distances: ['10k'], uses: 3, perMail: 1 },
  { code: 'FREE-ENTRY', off: { percent: 10_000 }, distances: ['10k'], uses: 3, perMail: 2 },
  { code: 'CLUB-21K', distances: ['21k'], unlocks: true as const, uses: 5 },
  { code: 'LATER', off: { percent: 1_000 }, opensAt: '2027-01-01T00:00:00.000Z', uses: 1 },
  { code: 'OVER', off: { percent: 1_000 }, closesAt: '2026-10-02T00:00:00.000Z', uses: 1 },
].map((code) => promoCode.parse(code));

/** A shop that sells the priced event and knows the codes. */
export async function openCodeShop(
  event: CatalogueEvent = pricedEvent(),
  codes: readonly PromoCode[] = sampleCodes,
): Promise<TestShop> {
  const shop = await openTestShop(event);
  await publishPromoCodes(shop.db, testWorld(), event.id, codes);
  return shop;
}

export const tenge = (minor: number) => ({ amount: minor, currency: 'KZT' });
