import { type Fee, feeOf } from '../catalogue/fees.ts';
import { priceOfPlace, pricesAt } from '../catalogue/prices.ts';
import { readPromoCode } from '../catalogue/promo-codes.ts';
import type { CatalogueDistance, CatalogueEvent } from '../catalogue/schema.ts';
import { ageOn } from '../catalogue/time.ts';
import { allocateFee } from '../charity/allocate.ts';
import { breakdownOf, feeCoverOf, type PricedLine, reductionsOf } from '../contracts/breakdown.ts';
import type { FieldError } from '../contracts/problems.ts';
import type { QuoteInput, QuoteView } from '../contracts/quote.ts';
import { readWaiter } from '../entries/waiter.ts';
import { Refusal } from '../platform/problem.ts';
import { donationErrors } from './check-order.ts';
import { hasOffer } from './offers.ts';
import { charityView } from './on-offer.ts';
import type { OrderDesk } from './place-order.ts';
import { codeErrors, covers } from './promo.ts';
import { refuseUsedUp } from './promo-uses.ts';
import { waiterOfToken } from './tokens.ts';

type QuotedEntry = QuoteInput['entries'][number] & { readonly wanted: CatalogueDistance };

/**
 * What an order would cost now, by the rules that price an order. Nothing is held and nothing is written.
 * @throws Refusal `event_unknown`, `validation_failed` or `sold_out`.
 */
export async function quote(desk: OrderDesk, id: string, input: QuoteInput): Promise<QuoteView> {
  const event = await desk.catalogue.event(id);
  if (!event) throw new Refusal('event_unknown');
  const now = desk.world.now();
  const code = input.code === undefined ? undefined : await readPromoCode(desk.db, id, input.code);
  const entries = input.entries.map((entry) => ({
    ...entry,
    wanted: event.distances.find((distance) => distance.id === entry.distance),
  }));
  const known = entries.filter((entry): entry is QuotedEntry => entry.wanted !== undefined);
  const errors: FieldError[] = [
    ...entries.flatMap(({ wanted }, index): FieldError[] =>
      wanted ? [] : [{ field: `entries.${index}.distance`, code: 'distance_unknown' }],
    ),
    ...donationErrors(event, input.donations),
    ...codeErrors(
      input.code,
      code,
      known.map(({ wanted }) => wanted),
      now,
    ),
    ...(input.coverFee && !event.feeCover ? [{ field: 'coverFee', code: 'unknown_field' } as const] : []),
  ];
  if (errors.length > 0) throw new Refusal('validation_failed', { errors });
  if (code) await refuseUsedUp(desk, id, code, known.filter(({ wanted }) => covers(code, wanted)).length);
  const listPrices = await listPricesOf(desk, event, known, now);
  const fees = known.map(({ wanted, birthDate }, index) =>
    feeOf(listPrices[index] ?? 0, {
      age: birthDate === undefined ? undefined : ageOn(event.raceDay, birthDate),
      agePrices: wanted.agePrices,
      code: code && covers(code, wanted) ? code : undefined,
    }),
  );
  return quoteView(event, known, fees, input);
}

/** The prices of the next places: the second entry of a distance may need a place that costs more than the first's. */
async function listPricesOf(
  desk: OrderDesk,
  event: CatalogueEvent,
  entries: readonly QuotedEntry[],
  now: Date,
): Promise<number[]> {
  const nextOf = new Map<string, number[]>();
  const prices: number[] = [];
  for (const [index, { wanted, offer }] of entries.entries()) {
    const offered = offer === undefined ? undefined : await offeredPlace(desk, offer, wanted.id, now);
    if (offered !== undefined) {
      prices.push(priceOfPlace(wanted.prices, offered, now));
      continue;
    }
    const next = nextOf.get(wanted.id) ?? (await nextPrices(desk, event, wanted, entries.length, now));
    nextOf.set(wanted.id, next);
    const price = next.shift();
    if (price === undefined)
      throw new Refusal('sold_out', { distance: wanted.id, field: `entries.${index}` });
    prices.push(price);
  }
  return prices;
}

async function nextPrices(
  { guide }: OrderDesk,
  event: CatalogueEvent,
  { id, prices, capacity }: CatalogueDistance,
  count: number,
  now: Date,
): Promise<number[]> {
  const occupancy = await guide.occupancy(event.id, id);
  return pricesAt(prices, capacity, now)
    .flatMap(({ from, to, amount }) =>
      Array.from({ length: Math.min(count, occupancy.countFree(from, to)) }, () => amount),
    )
    .slice(0, count);
}

/** The place that is offered to a waiter, if there is such an offer of this distance now. */
async function offeredPlace(
  { db, keys }: OrderDesk,
  token: string,
  distance: string,
  now: Date,
): Promise<number | undefined> {
  const id = waiterOfToken(keys, token);
  const waiter = id === undefined ? undefined : await readWaiter(db, id);
  return waiter && waiter.distance === distance && hasOffer(waiter, now) ? waiter.place : undefined;
}

function quoteView(
  event: CatalogueEvent,
  entries: readonly QuotedEntry[],
  fees: readonly Fee[],
  { donations, coverFee }: QuoteInput,
): QuoteView {
  const money = (amount: number) => ({ amount, currency: event.currency });
  const priced = entries.flatMap(({ wanted }, index) => {
    const fee = fees[index];
    return fee ? [{ wanted, ...fee }] : [];
  });
  const lines: PricedLine[] = [
    ...priced.map(({ wanted, price }) => ({
      kind: 'entry' as const,
      price,
      shares: allocateFee(price, wanted.allocation),
    })),
    ...donations.map(({ project, amount }) => ({
      kind: 'donation' as const,
      project,
      amount: amount.amount,
    })),
  ];
  const feeCover = coverFee && event.feeCover && feeCoverOf(breakdownOf(lines).total, event.feeCover);
  if (feeCover) lines.push({ kind: 'feeCover', amount: feeCover });
  const { total, shares } = breakdownOf(lines);
  return {
    entries: priced.map(({ wanted, ...fee }) => {
      const reductions = reductionsOf(fee);
      return {
        distance: wanted.id,
        price: money(fee.price),
        ...(reductions.length > 0 && {
          listPrice: money(fee.listPrice),
          reductions: reductions.map(({ why, amount }) => ({ why, amount: money(amount) })),
        }),
        charity: charityView(event, wanted, fee.price),
      };
    }),
    ...(feeCover && { feeCover: money(feeCover) }),
    total: money(total),
    shares: shares.map(({ project, amount }) => ({ project, amount: money(amount) })),
  };
}
