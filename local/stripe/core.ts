import type Stripe from 'stripe';
import { newId } from './ids.ts';
import type { State, ToldEvent } from './state.ts';

/** The API version whose shapes the double answers with. */
export const API_VERSION = '2026-10-28.endive';

/** The events that the double tells of. */
export type EventName =
  | 'charge.dispute.closed'
  | 'charge.dispute.created'
  | 'charge.dispute.funds_reinstated'
  | 'charge.dispute.funds_withdrawn'
  | 'charge.dispute.updated'
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
  | 'payout.created'
  | 'payout.failed'
  | 'payout.paid'
  | 'radar.early_fraud_warning.created'
  | 'radar.early_fraud_warning.updated'
  | 'refund.created'
  | 'refund.failed'
  | 'refund.updated';

type DataOf<Name extends EventName> = Extract<Stripe.Event, { type: Name }>['data'];

/** How an event is told: an endpoint of another account or API version gets the same facts in another dress. */
export type Telling = {
  apiVersion: string;
  livemode: boolean;
  /** The connected account that the event comes from, if not our own. */
  account: string | null;
  /** Fields of the object that another version adds, or has instead. */
  fields: Readonly<Record<string, unknown>>;
};

/** Events as the account's own API version tells them. */
export const plainTelling: Telling = { apiVersion: API_VERSION, livemode: false, account: null, fields: {} };

/** What the behaviour works on: the state, the clock and the one who is told of events. */
export type Core = {
  state: State;
  /** Milliseconds since 1970 on the double's clock. */
  nowMs: () => number;
  /** Where the payment pages are, without a trailing slash. */
  publicUrl: string;
  /** The API request that is being executed, null when a person or the clock acts. */
  request: Stripe.Event.Request | null;
  /** How events are told that are made from now on. */
  telling: Telling;
  /** Called with each new event, after it was recorded. */
  announce: (event: ToldEvent) => void;
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
  record(core, type, { object, ...(previous === undefined ? {} : { previous_attributes: previous }) });
}

/** Records an event of a type that the double itself never tells, or of an object that it does not keep. */
export function emitAny(core: Core, type: string, object: Readonly<Record<string, unknown>>): void {
  record(core, type, { object });
}

function record(core: Core, type: string, data: { object: object; previous_attributes?: object }): void {
  const { apiVersion, livemode, account, fields } = core.telling;
  const event = {
    id: newId('evt_'),
    object: 'event',
    ...(account === null ? {} : { account }),
    api_version: apiVersion,
    created: nowSeconds(core),
    data: { ...data, object: { ...data.object, ...fields } },
    livemode,
    pending_webhooks: 1,
    request: core.request ?? { id: null, idempotency_key: null },
    type,
  } satisfies ToldEvent;
  core.state.events.put(event);
  core.announce(event);
}
