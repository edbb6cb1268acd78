import type { Money } from '../../../shared/contracts/basics.ts';
import { type PricedLine, type Reduction, reductionsOf } from '../../../shared/contracts/breakdown.ts';
import type { DistanceView } from '../../../shared/contracts/events.ts';
import type { QuoteInput, QuoteView } from '../../../shared/contracts/quote.ts';
import { ageOnRaceDay } from './age.ts';
import type { RunnerDraft } from './draft.ts';

/** Who enters what, as far as the price depends on it. A team has no birth date. */
export type Entrant = Pick<RunnerDraft, 'distance' | 'price' | 'project'> &
  Partial<Pick<RunnerDraft, 'birthDate'>>;

/** What the service said of entries with a code: the answer stands for exactly what was asked. */
export interface Quoted {
  readonly asked: QuoteInput['entries'];
  readonly entries: QuoteView['entries'];
}

/** What the prices are read from. */
export interface PriceFacts {
  readonly raceDay: string;
  readonly distances: readonly DistanceView[];
  readonly quoted?: Quoted | undefined;
}

/** What an entrant pays as far as the page knows. */
export interface ShownFee {
  readonly price: Money;
  /** The price of the place, where less is paid. */
  readonly listPrice?: Money;
  readonly reductions: readonly Reduction[];
  /** What of it goes to charity; not known of a price that the service named alone. */
  readonly charity?: DistanceView['charity'];
}

/** What a quote asks of an entrant: the birth date only once it is complete. */
export function askedOf({ distance, birthDate = '' }: Entrant, raceDay: string): Quoted['asked'][number] {
  return { distance, ...(ageOnRaceDay(birthDate, raceDay) !== undefined && { birthDate }) };
}

/** What entrant number `index` pays; undefined for a distance without a price. */
export function feeOf(entrant: Entrant, index: number, facts: PriceFacts): ShownFee | undefined {
  const fee = quotedFee(entrant, index, facts) ?? listedFee(entrant, facts);
  const { price } = entrant;
  return price === undefined || price.amount === fee?.price.amount ? fee : { price, reductions: [] };
}

function quotedFee(entrant: Entrant, index: number, { quoted, raceDay }: PriceFacts): ShownFee | undefined {
  const asked = askedOf(entrant, raceDay);
  const before = quoted?.asked[index];
  const entry = quoted?.entries[index];
  if (!entry || before?.distance !== asked.distance || before.birthDate !== asked.birthDate) return undefined;
  const { price, listPrice, reductions = [], charity } = entry;
  return {
    price,
    ...(listPrice && { listPrice }),
    reductions: reductions.map(({ why, amount }) => ({ why, amount: amount.amount })),
    charity,
  };
}

/** The price that the event's page names, for the age where that is known. */
function listedFee(
  { distance: id, birthDate = '' }: Entrant,
  { distances, raceDay }: PriceFacts,
): ShownFee | undefined {
  const distance = distances.find((found) => found.id === id);
  if (!distance?.price) return undefined;
  const age = ageOnRaceDay(birthDate, raceDay);
  const group =
    age === undefined
      ? undefined
      : distance.agePrices.find(({ minAge = 0, maxAge = age }) => minAge <= age && age <= maxAge);
  const { price, charity } = group ?? distance;
  if (!price) return undefined;
  const listPrice = distance.price;
  const reductions = reductionsOf({
    price: price.amount,
    agePrice: price.amount,
    listPrice: listPrice.amount,
  });
  return { price, ...(reductions.length > 0 && { listPrice }), reductions, charity };
}

/** Whether the entrant names the project of the fee: there is something to give, and theirs to decide. */
export function choosesProject(fee: ShownFee | undefined, distance: DistanceView | undefined): boolean {
  const charity = fee?.charity ?? distance?.charity;
  return charity?.chosenBy === 'runner' && charity.total?.amount !== 0 && fee?.price.amount !== 0;
}

/** A fee as a line of the order; undefined while it is not known where it goes. A project not chosen yet is undefined. */
export function entryLine(fee: ShownFee, project: string): PricedLine<string | undefined> | undefined {
  const { price, charity } = fee;
  if (!charity) return undefined;
  const shares =
    charity.chosenBy === 'runner'
      ? [{ project: project === '' ? undefined : project, amount: charity.total?.amount ?? 0 }]
      : charity.shares.map((share) => ({ project: share.project, amount: share.amount.amount }));
  return { kind: 'entry', price: price.amount, shares };
}
