/** Objects of one kind by id, in the order of their making, with look-ups by a field that never changes once set. */
export type Table<T> = {
  readonly size: number;
  get(id: string): T | undefined;
  /** Adds the object, or puts a new version in the old one's place. Objects are never changed in place. */
  put(item: T): T;
  /** Newest first, beginning after the object `after`. */
  newestFirst(after?: string): Iterable<T>;
  /** Those whose indexed field has this value, newest first, beginning after the object `after`. */
  by(index: string, value: string, after?: string): Iterable<T>;
};

type Index<T> = { field: (item: T) => string | null; ids: Map<string, string[]> };

/** An empty table with the given look-ups (name to field). */
export function createTable<T extends { id: string }>(
  fields: Record<string, (item: T) => string | null> = {},
): Table<T> {
  const items = new Map<string, T>();
  const order: string[] = [];
  const position = new Map<string, number>();
  const indexes = new Map<string, Index<T>>(
    Object.entries(fields).map(([name, field]) => [name, { field, ids: new Map<string, string[]>() }]),
  );

  function* walk(ids: readonly string[], after: string | undefined): Iterable<T> {
    const before = after === undefined ? order.length : (position.get(after) ?? order.length);
    const start = ids === order ? before - 1 : ids.length - 1;
    for (let at = start; at >= 0; at -= 1) {
      const id = ids[at] ?? '';
      const item = items.get(id);
      if (item !== undefined && (position.get(id) ?? 0) < before) yield item;
    }
  }

  return {
    get size() {
      return order.length;
    },
    get: (id) => items.get(id),
    put(item) {
      const old = items.get(item.id);
      if (old === undefined) {
        position.set(item.id, order.length);
        order.push(item.id);
      }
      for (const { field, ids } of indexes.values()) {
        const value = field(item);
        if (value === null || (old !== undefined && field(old) === value)) continue;
        const list = ids.get(value);
        if (list === undefined) ids.set(value, [item.id]);
        else list.push(item.id);
      }
      items.set(item.id, item);
      return item;
    },
    newestFirst: (after) => walk(order, after),
    by: (index, value, after) => walk(indexes.get(index)?.ids.get(value) ?? [], after),
  };
}
