import type { Shop } from '../orders/shop.ts';
import type { Keys } from '../orders/tokens.ts';
import type { Gateway } from './gateway.ts';

/** What the use cases of payments work with. */
export interface Till extends Shop {
  readonly gateway: Gateway;
  /** The address of the site, for the way back from the payment page. */
  readonly publicUrl: string;
  /** The token of an order's own page. */
  readonly tokenOf: (order: string) => string;
  readonly keys: Keys;
  /** Whether real money is moved: payments of the other mode are never booked. */
  readonly livemode: boolean;
  readonly log: (message: string, ids: Record<string, string | number | boolean>) => void;
}
