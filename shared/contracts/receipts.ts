import type { EventRef, LocalText, Money } from './basics.ts';
import type { OrderView } from './orders.ts';

/** Who takes the money, as a receipt names it. */
export interface Payee {
  readonly name: LocalText;
  /** As it is registered; absent where the event's file does not say. */
  readonly legal?: { readonly name: LocalText; readonly bin: string; readonly address: LocalText };
}

/** One line of a receipt: what it is for, what it would cost without a discount, and what was paid for it. */
export interface ReceiptLine {
  /** Tells it from the other lines of the order. */
  readonly id: string;
  readonly kind: OrderView['lines'][number]['kind'];
  /** The runner, the team or the donor; absent where nobody is named. */
  readonly who?: string;
  /** The distance or the project, where it is for one. */
  readonly what?: LocalText;
  readonly listPrice?: Money;
  readonly discount?: Money;
  readonly amount: Money;
}

/** What a project got of an order, what of it was taken back by refunds, and what it keeps. */
export interface ReceiptShare {
  readonly project: string;
  /** Absent where the project is chosen later. */
  readonly name?: LocalText;
  readonly given: Money;
  readonly returned: Money;
  readonly kept: Money;
}

/** Money of an order that goes back to who paid it, that their bank took, or that they left to a project. */
export interface ReceiptReturn {
  /** Tells it from the others. */
  readonly id: string;
  readonly amount: Money;
  /** When it was given back, or since when it is on its way. */
  readonly at: string;
  readonly state: 'under_way' | 'done' | 'disputed' | 'left';
  /** The project to which it was left. */
  readonly project?: LocalText;
}

/** The receipt of an order that was paid, as things stand now. */
export interface ReceiptView {
  /** The order's id, which is the receipt's number. */
  readonly number: string;
  readonly token: string;
  readonly event: EventRef;
  readonly payee: Payee;
  /** The address the order was made with. */
  readonly payer: string;
  readonly paidAt: string;
  readonly how: 'stripe' | 'transfer';
  readonly lines: readonly ReceiptLine[];
  readonly total: Money;
  /** Empty when the money bought nothing and is owed back whole. */
  readonly shares: readonly ReceiptShare[];
  readonly returns: readonly ReceiptReturn[];
  /** What was paid less what was given back or is on its way back. */
  readonly kept: Money;
  /** The facts in the ledger by which all this can be found. */
  readonly facts: readonly string[];
}
