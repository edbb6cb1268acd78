import type { EventSummary, EventView, TotalsView } from '../../shared/contracts/events.ts';
import type { OrderView } from '../../shared/contracts/orders.ts';
import type { WaiterView } from '../../shared/contracts/waiting.ts';

/** Where pages get what they show: the views of the API's contracts. */
export interface SiteData {
  listEvents(): Promise<readonly EventSummary[]>;
  getEvent(id: string): Promise<EventView | undefined>;
  getTotals(id: string): Promise<TotalsView | undefined>;
  getOrder(token: string): Promise<OrderView | undefined>;
  getWaiter(token: string): Promise<WaiterView | undefined>;
}
