import { seeded } from '../../test/support/world.ts';

/** Choices that a seed decides. */
export interface Chance {
  /** In [0, 1). */
  number(): number;
  happens(probability: number): boolean;
  /** From the standard normal distribution. */
  normal(): number;
  pick<Item>(items: readonly Item[]): Item;
  /** One of the words of a text. */
  word(text: string): string;
  shuffled<Item>(items: readonly Item[]): Item[];
}

export function chanceOf(seed: number): Chance {
  const number = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(number() * items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  };
  return {
    number,
    happens: (probability) => number() < probability,
    // The sum of twelve even numbers less six: near enough for ages.
    normal: () => Array.from({ length: 12 }, number).reduce((sum, part) => sum + part, -6),
    pick,
    word: (text) => pick(text.split(' ')),
    shuffled: (items) =>
      items
        .map((item) => ({ item, rank: number() }))
        .sort((one, other) => one.rank - other.rank)
        .map(({ item }) => item),
  };
}
