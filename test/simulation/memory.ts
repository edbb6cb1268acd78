import type { BankPaymentInput } from '../../shared/contracts/bank-transfers.ts';
import type { CallOffInput } from '../../shared/contracts/changes.ts';
import { orderView } from '../../shared/contracts/orders.ts';
import type { Sent } from './scene.ts';

/** An order as its holder knows it. */
export interface KnownOrder {
  readonly token: string;
  readonly event: string;
  state: string;
  total: number;
  /** By which reference it is to be paid by bank transfer, and what was sent for it. */
  invoice?: { readonly reference: string; sent: number };
  /** Its entries, as the last answer showed them. */
  entries: KnownEntry[];
}

interface KnownEntry {
  readonly entry: string;
  readonly distance: string;
  /** What the entry counts for when it changes its distance, and the runner's age. */
  readonly exchange?: { readonly age: number; readonly worth: { readonly amount: number } };
  readonly team?: { readonly token: string; readonly members: readonly { readonly id: string }[] };
  readonly transfer?: { readonly number: number; readonly state: string };
  /** What is given back to whoever gives the entry up now. */
  readonly back?: number;
}

/** What the bank's statement says of money that came. */
export type StatementLine = BankPaymentInput;

/** A payment page that somebody was sent to. */
export interface KnownPage {
  readonly session: string;
  readonly order: KnownOrder;
  paid: 'no' | 'processing' | 'yes';
}

/** What somebody chose for an entry of an event that is called off. */
export interface CallOffAnswered {
  readonly entry: string;
  readonly choice: 'refund' | 'leave' | 'carryOver';
  readonly leaveTo?: string | undefined;
  /** How many decisions of staff it answers at most. */
  readonly callOffs: number;
  accepted: boolean;
}

/** Somebody on a waiting list as they know it. */
export interface KnownWaiter {
  readonly token: string;
  readonly runner: number;
  readonly distance: string;
  state: string;
}

/** What the people of a simulation remember. */
export class Memory {
  readonly orders: KnownOrder[] = [];
  readonly pages: KnownPage[] = [];
  readonly waiters: KnownWaiter[] = [];
  /** Keys of offered entries, from the mails that told of them. */
  readonly offers: string[] = [];
  /** Keys by which members of teams may leave. */
  readonly members: string[] = [];
  /** Orders that were asked for, answered or not. */
  readonly asked: Sent[] = [];
  /** Proposals of staff, by their path below the event. */
  readonly proposals: { readonly path: string; state: string }[] = [];
  /** What staff decided about the other race, heard or not. */
  readonly callOffs: CallOffInput[] = [];
  readonly answers: CallOffAnswered[] = [];
  /** What came by bank, in order. */
  readonly statement: StatementLine[] = [];
  /** Lines of the statement that staff have recorded, by the bank's number. */
  readonly recorded = new Set<string>();
  /** Changes of a capacity that nobody has heard the end of. */
  resizing = 0;
  /** The price that was shown last: by distance, age group and code. */
  readonly prices = new Map<string, number>();
  readonly #byToken = new Map<string, KnownOrder>();
  readonly #tokenOfKey = new Map<string, string>();

  /**
   * Remembers an order from an answer that shows it, and those with which changes of its entries are paid.
   * @param body the answer, which must be an order by its contract.
   * @returns false when the same request was answered with another order before.
   */
  saw(body: unknown, request?: Sent): boolean {
    const view = orderView.parse(body);
    const order = this.#known(view.token, view.event.id, view.total.amount);
    order.state = view.state;
    order.entries = view.lines.flatMap((line) => {
      if (line.kind !== 'entry' || line.handedOver || line.cancelled) return [];
      const { entry, distance, exchange, team, transfer, cancellation, pending } = line;
      const [step] = cancellation ?? [];
      if (pending) this.#known(pending.token, view.event.id, pending.amount.amount);
      return [
        {
          entry,
          distance,
          ...(exchange && { exchange }),
          ...(team && { team }),
          ...(transfer && { transfer }),
          ...(step && { back: step.back.amount }),
        },
      ];
    });
    if (request?.key === undefined) return true;
    const before = this.#tokenOfKey.get(request.key);
    this.#tokenOfKey.set(request.key, order.token);
    return before === undefined || before === order.token;
  }

  #known(token: string, event: string, total: number): KnownOrder {
    const found = this.#byToken.get(token);
    if (found) return found;
    const order: KnownOrder = { token, event, total, state: 'held', entries: [] };
    this.#byToken.set(token, order);
    this.orders.push(order);
    return order;
  }
}
