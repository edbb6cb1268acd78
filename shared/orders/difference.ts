import type { EntryLine } from './lines.ts';

/**
 * What an entry is worth when it changes its distance, in minor units: what its place costs at the runner's age, whatever
 * a code made of it, as a code counts once.
 */
export function worthOf({
  price,
  listPrice = price,
  agePrice = listPrice,
  worth = agePrice,
}: Pick<EntryLine, 'price' | 'listPrice' | 'agePrice' | 'worth'>): number {
  return worth;
}

/** What a change to a place of that price, at the runner's age, costs: minor units, less than 0 for what comes back. */
export function differenceTo(line: Parameters<typeof worthOf>[0], price: number): number {
  return price - worthOf(line);
}
