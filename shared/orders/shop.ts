import type { Catalogue } from '../catalogue/store.ts';
import type { Guide } from '../entries/availability.ts';
import type { Database } from '../platform/database.ts';
import type { World } from '../platform/world.ts';

/** What the use cases of orders work with. */
export interface Shop {
  readonly db: Database;
  readonly world: World;
  readonly catalogue: Catalogue;
  readonly guide: Guide;
}
