import { orderView } from '../../shared/contracts/orders.ts';
import type { Sent } from './scene.ts';

/** An order as its holder knows it. */
export interface KnownOrder {
  readonly token: string;
  readonly request: Sent;
  state: string;
  /** Its entries, as the last answer showed them. */
  entries: KnownEntry[];
}

interface KnownEntry {
  readonly entry: string;
  readonly distance: string;
  readonly amount: number;
  readonly team?: { readonly token: string; readonly members: readonly { readonly id: string }[] };
  readonly transfer?: { readonly number: number; readonly state: string };
  /** What is given back to whoever gives the entry up now. */
  readonly back?: number;
}

/** A payment page that somebody was sent to. */
export interface KnownPage {
  readonly session: string;
  readonly order: KnownOrder;
  paid: 'no' | 'processing' | 'yes';
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
  /** Changes of a capacity that nobody has heard the end of. */
  resizing = 0;
  /** The price that was shown last: by distance, age group and code. */
  readonly prices = new Map<string, number>();
  readonly #byToken = new Map<string, KnownOrder>();
  readonly #tokenOfKey = new Map<string, string>();

  /**
   * Remembers an order from an answer that shows it.
   * @param body the answer, which must be an order by its contract.
   * @returns false when the same request was answered with another order before.
   */
  saw(body: unknown, request?: Sent): boolean {
    const view = orderView.parse(body);
    const known = this.#byToken.get(view.token);
    const order: KnownOrder | undefined =
      known ?? (request && { token: view.token, request, state: view.state, entries: [] });
    if (!order) return true;
    if (!known) {
      this.#byToken.set(order.token, order);
      this.orders.push(order);
    }
    order.state = view.state;
    order.entries = view.lines.flatMap((line) => {
      if (line.kind !== 'entry' || line.handedOver || line.cancelled) return [];
      const { entry, distance, price, team, transfer, cancellation } = line;
      const [step] = cancellation ?? [];
      return [
        {
          entry,
          distance,
          amount: price.amount,
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
}
