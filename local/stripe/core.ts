import type Stripe from 'stripe';
import { newId } from './ids.ts';
import type { State } from './state.ts';

/** The API version whose shapes the double answers with. */
export const API_VERSION = '2026-10-28.endive';

/** The events that the double tells of. */
export type EventName =
  | 'charge.dispute.closed'
  | 'charge.dispute.created'
  | 'charge.dispute.funds_reinstated'
  | 'charge.dispute.funds_withdrawn'
  | 'charge.failed'
  | 'charge.pending'
  | 'charge.refunded'
  | 'charge.succeeded'
  | 'charge.updated'
  | 'checkout.session.async_payment_failed'
  | 'checkout.session.async_payment_succeeded'
  | 'checkout.session.completed'
  | 'checkout.session.expired'
  | 'payment_intent.canceled'
  | 'payment_intent.created'
  | 'payment_intent.payment_failed'
  | 'payment_intent.processing'
  | 'payment_intent.requires_action'
  | 'payment_intent.succeeded'
  | 'refund.created'
  | 'refund.failed'
  | 'refund.updated';

type DataOf<Name extends EventName> = Extract<Stripe.Event, { type: Name }>['data'];

/** What the behaviour works on: the state, the clock and the one who is told of events. */
export type Core = {
  state: State;
  /** Milliseconds since 1970 on the double's clock. */
  nowMs: () => number;
  /** Where the payment pages are, without a trailing slash. */
  publicUrl: string;
  /** The API request that is being executed, null when a person or the clock acts. */
  request: Stripe.Event.Request | null;
  /** Called with each new event, after it was recorded. */
  announce: (event: Stripe.EventBase) => void;
};

/** The double's clock in whole seconds, as Stripe's timestamps are. */
export function nowSeconds(core: Core): number {
  return Math.floor(core.nowMs() / 1000);
}

/** Records an event about the object as it is now, and announces it for delivery. */
export function emit<Name extends EventName>(
  core: Core,
  type: Name,
  object: DataOf<Name>['object'],
  previous?: NonNullable<DataOf<Name>['previous_attributes']>,
): void {
  const event = {
    id: newId('evt_'),
    object: 'event',
    api_version: API_VERSION,
    created: nowSeconds(core),
    data: { object, ...(previous === undefined ? {} : { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: 1,
    request: core.request ?? { id: null, idempotency_key: null },
    type,
  } satisfies Stripe.EventBase;
  core.state.events.put(event);
  core.announce(event);
}
