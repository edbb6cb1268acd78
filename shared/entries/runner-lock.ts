import { type Database, getItem, type Part } from '../platform/database.ts';

const keyOf = (lock: string) => ({ pk: lock, sk: 'lock' });

/** Takes a runner's lock for an order; refused while another order has it. It never lapses by itself. */
export function lockRunner(name: string, lock: string, order: string): Part {
  return {
    name,
    table: 'runners',
    put: { ...keyOf(lock), order },
    condition: 'attribute_not_exists(pk)',
  };
}

/** Gives a runner's lock back, in the transaction that ends its order; refused when another order has it. */
export function unlockRunner(name: string, lock: string, order: string): Part {
  return {
    name,
    table: 'runners',
    delete: keyOf(lock),
    condition: 'attribute_not_exists(pk) OR #order = :order',
    names: { '#order': 'order' },
    values: { ':order': order },
  };
}

/** The order that has a runner's lock now. */
export async function lockHolder(db: Database, lock: string): Promise<string | undefined> {
  const item = await getItem(db, 'runners', keyOf(lock), { strong: true });
  return typeof item?.order === 'string' ? item.order : undefined;
}
