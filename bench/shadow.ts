import { attributeSize, itemSize, type WireItem } from './item-size.ts';

/** What an update does, in DynamoDB's own words. */
export interface Update {
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: WireItem;
}

type Sizes = ReadonlyMap<string, number>;

const total = (sizes: Sizes | undefined): number => [...(sizes?.values() ?? [])].reduce((a, b) => a + b, 0);

/** The sizes of the items that went by, by which an update or a projected read is charged. */
export class Shadow {
  readonly #partitions = new Map<string, Map<string, Sizes>>();

  /** Bytes of an item as far as it is known; 0 when it does not exist. */
  size(partition: string, key: WireItem): number {
    return total(this.#partitions.get(partition)?.get(nameOf(key)));
  }

  /** Bytes of all items under one partition key. */
  partitionSize(partition: string): number {
    return [...(this.#partitions.get(partition)?.values() ?? [])].reduce((sum, item) => sum + total(item), 0);
  }

  put(partition: string, key: WireItem, item: WireItem): void {
    this.#set(partition, key, sizesOf(item));
  }

  delete(partition: string, key: WireItem): void {
    this.#partitions.get(partition)?.delete(nameOf(key));
  }

  update(partition: string, key: WireItem, update: Update): void {
    this.#set(partition, key, this.#after(partition, key, update));
  }

  /** Bytes an item would have after an update. */
  sizeAfter(partition: string, key: WireItem, update: Update): number {
    return total(this.#after(partition, key, update));
  }

  #after(partition: string, key: WireItem, update: Update): Sizes {
    const before = this.#partitions.get(partition)?.get(nameOf(key));
    return updated(new Map(before ?? sizesOf(key)), update);
  }

  #set(partition: string, key: WireItem, sizes: Sizes): void {
    const items = this.#partitions.get(partition) ?? new Map<string, Sizes>();
    this.#partitions.set(partition, items.set(nameOf(key), sizes));
  }
}

const nameOf = (key: WireItem): string =>
  JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));

const sizesOf = (item: WireItem): Sizes =>
  new Map(Object.entries(item).map(([name, value]) => [name, itemSize({ [name]: value })]));

/** Update expressions as this project writes them: top-level attributes, set or added from a value, or removed. */
function updated(sizes: Map<string, number>, { expression, names, values }: Update): Sizes {
  const nameIn = (text: string): string => names[text] ?? text;
  for (const [, verb, content = ''] of expression.matchAll(
    /(SET|REMOVE|ADD)\s+(.*?)(?=\s+(?:SET|REMOVE|ADD)\s|$)/gs,
  ))
    for (const clause of content.split(',').map((text) => text.trim())) {
      if (verb === 'REMOVE') {
        sizes.delete(nameIn(clause));
        continue;
      }
      const [, path = '', placeholder = ''] = /^([\w#]+)\s*(?:=|\s)\s*(:\w+)$/.exec(clause) ?? [];
      const value = values[placeholder];
      if (value === undefined) throw new Error(`The meter cannot follow "${clause}".`);
      const size = attributeSize(nameIn(path), value);
      sizes.set(nameIn(path), verb === 'ADD' ? Math.max(size, sizes.get(nameIn(path)) ?? 0) : size);
    }
  return sizes;
}
