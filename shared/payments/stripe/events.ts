import Stripe from 'stripe';
import type { PaymentFact } from '../gateway.ts';
import { reach } from './reach.ts';
import { disputeOf, instantOf, paymentOfSession, refundOf, warningOf } from './read.ts';

/** The types of events that the service acts upon: those to choose for the endpoint in Stripe's dashboard. */
export const actedUpon = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'charge.dispute.closed',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
] as const satisfies readonly Stripe.Event['type'][];

/** Where events are read: by whom objects are fetched, and whether real money is moved there. */
export interface EventReader {
  readonly stripe: Stripe;
  readonly livemode: boolean;
}

/**
 * What an event says, in our words. Types that are unknown or of no concern are ignored, not refused. What can go back
 * and forth (refunds, disputes, warnings) is fetched as it stands now, so the order of events does not matter.
 * @throws GatewayUnavailable when something must be fetched and Stripe does not answer.
 */
export async function factOf(reader: EventReader, event: Stripe.Event): Promise<PaymentFact> {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return sessionFact(event, await sessionOf(reader, event, event.data.object));
    case 'checkout.session.async_payment_failed':
      return sessionFact(event, await sessionOf(reader, event, event.data.object), 'failed');
    case 'checkout.session.expired':
      return sessionFact(event, await sessionOf(reader, event, event.data.object), 'expired');
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return refundFact(reader, event, event.data.object.id);
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
    case 'charge.dispute.closed':
      return disputeFact(reader, event, event.data.object.id);
    case 'radar.early_fraud_warning.created':
    case 'radar.early_fraud_warning.updated':
      return warningFact(reader, event, event.data.object.id);
    default:
      return ignored(event, 'the service does not act on this type');
  }
}

const expand = ['payment_intent'];
const notOurs = 'its payment is not one of ours';

async function refundFact(reader: EventReader, event: Stripe.Event, id: string): Promise<PaymentFact> {
  const found = await fetched(reader, event, ({ refunds }) => refunds.retrieve(id, { expand }));
  const refund = found && refundOf(found, instantOf(event.created));
  return refund ? { kind: 'refund', refund } : ignored(event, notOurs);
}

async function disputeFact(reader: EventReader, event: Stripe.Event, id: string): Promise<PaymentFact> {
  const found = await fetched(reader, event, ({ disputes }) => disputes.retrieve(id, { expand }));
  const dispute = found && disputeOf(found);
  return dispute ? { kind: 'dispute', dispute } : ignored(event, notOurs);
}

async function warningFact(reader: EventReader, event: Stripe.Event, id: string): Promise<PaymentFact> {
  const found = await fetched(reader, event, ({ radar }) =>
    radar.earlyFraudWarnings.retrieve(id, { expand }),
  );
  const warning = found && warningOf(found);
  return warning ? { kind: 'warning', warning } : ignored(event, notOurs);
}

/** An object as it is now; undefined when it is out of our reach: of another account or mode, or gone. */
async function fetched<Found>(
  { stripe, livemode }: EventReader,
  event: Stripe.Event,
  retrieve: (stripe: Stripe) => Promise<Found>,
): Promise<Found | undefined> {
  if (event.account !== undefined || event.livemode !== livemode) return undefined;
  try {
    return await reach(() => retrieve(stripe));
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
      return undefined;
    throw error;
  }
}

/**
 * The session of an event as it was told. One told in the shapes of another API version than the SDK's is fetched anew
 * in ours: its fields may have moved.
 */
async function sessionOf(
  reader: EventReader,
  event: Stripe.Event,
  told: Stripe.Checkout.Session,
): Promise<Stripe.Checkout.Session> {
  if (event.api_version === Stripe.API_VERSION) return told;
  return (await fetched(reader, event, ({ checkout }) => checkout.sessions.retrieve(told.id))) ?? told;
}

function sessionFact(
  event: Stripe.Event,
  session: Stripe.Checkout.Session,
  end?: 'failed' | 'expired',
): PaymentFact {
  const { account, livemode } = event;
  if (end === undefined) {
    const paid = paidFactOf(session, { paidAt: instantOf(event.created), livemode, account });
    if (paid) return paid;
  }
  const named = namedBy(session);
  if (!named || named.reference !== named.order || account !== undefined)
    return ignored(event, 'the session is not one of ours');
  return { kind: end ?? 'pending', order: named.order, session: session.id, attempt: named.attempt };
}

/** What a session of ours names; undefined for others. */
function namedBy({
  client_reference_id,
  metadata,
}: Stripe.Checkout.Session): { order: string; reference: string | undefined; attempt: number } | undefined {
  const reference = client_reference_id ?? undefined;
  const order = metadata?.order ?? reference;
  const attempt = Number(metadata?.attempt);
  return order === undefined || !Number.isInteger(attempt) ? undefined : { order, reference, attempt };
}

/** That a session of ours is paid; undefined when it is not paid, or not ours. */
export function paidFactOf(
  session: Stripe.Checkout.Session,
  told: { paidAt: string; livemode: boolean; account: string | undefined },
): PaymentFact | undefined {
  const named = namedBy(session);
  const { paidAt, livemode, account } = told;
  const payment = paymentOfSession(session, paidAt);
  if (!named || !payment) return undefined;
  const { order, reference } = named;
  return { kind: 'paid', order, session: session.id, payment, reference, livemode, account };
}

function ignored(event: Stripe.Event, why: string): PaymentFact {
  return { kind: 'ignored', type: event.type, why };
}
