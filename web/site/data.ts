import type { EntryView, TransferView } from '../../shared/contracts/changes.ts';
import type { EventSummary, EventView, TotalsView } from '../../shared/contracts/events.ts';
import type { OrderView } from '../../shared/contracts/orders.ts';
import type { ReceiptView } from '../../shared/contracts/receipts.ts';
import type { TeamView } from '../../shared/contracts/teams.ts';
import type { WaiterView } from '../../shared/contracts/waiting.ts';

/** Where pages get what they show: the views of the API's contracts. */
export interface SiteData {
  listEvents(): Promise<readonly EventSummary[]>;
  getEvent(id: string): Promise<EventView | undefined>;
  getTotals(id: string): Promise<TotalsView | undefined>;
  getOrder(token: string): Promise<OrderView | undefined>;
  /** The receipt of an order by its key; `unpaid` when there is none yet. */
  getReceipt(token: string): Promise<ReceiptView | 'unpaid' | undefined>;
  getWaiter(token: string): Promise<WaiterView | undefined>;
  readonly getTeam: (token: string) => Promise<TeamView | undefined>;
  readonly getTransfer: (token: string) => Promise<TransferView | undefined>;
  /** The entry that was handed to somebody, by their key. */
  readonly getEntry: (token: string) => Promise<EntryView | undefined>;
}
