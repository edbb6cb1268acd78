import type Stripe from 'stripe';
import type { AccountMovement, MovementSubject, ProviderBooks } from '../books.ts';
import type { PaymentFact } from '../gateway.ts';
import { type EventReader, paidFactOf } from './events.ts';
import { reach } from './reach.ts';
import { disputeOf, instantOf, originOf, refundOf, refundStatus } from './read.ts';

const expand = ['payment_intent'];

/** The account at Stripe: its balance transactions. */
export function stripeBooks({ stripe }: Pick<EventReader, 'stripe'>): ProviderBooks {
  return {
    movements: (from, until) => movements(stripe, from, until),
    tell: (movement) => tell(stripe, movement),
  };
}

async function* movements(stripe: Stripe, from: Date, until: Date): AsyncGenerator<AccountMovement> {
  const created = { gte: Math.ceil(from.getTime() / 1000), lt: Math.ceil(until.getTime() / 1000) };
  let after: string | undefined;
  do {
    const page = await reach(() =>
      stripe.balanceTransactions.list({
        created,
        limit: 100,
        expand: ['data.source'],
        ...(after !== undefined && { starting_after: after }),
      }),
    );
    for (const transaction of page.data) yield await movementOf(stripe, transaction);
    after = page.has_more ? page.data.at(-1)?.id : undefined;
  } while (after !== undefined);
}

async function movementOf(stripe: Stripe, transaction: Stripe.BalanceTransaction): Promise<AccountMovement> {
  const { id, amount, fee, net, currency, created } = transaction;
  return {
    id,
    amount,
    fee,
    net,
    currency: currency.toUpperCase(),
    createdAt: instantOf(created),
    what: (await subjectOf(stripe, transaction)) ?? { kind: 'unknown', type: transaction.type },
  };
}

/** Of what a movement is; undefined when it is nothing that the service knows. */
async function subjectOf(
  stripe: Stripe,
  { reporting_category: category, source }: Stripe.BalanceTransaction,
): Promise<MovementSubject | undefined> {
  if (category === 'fee' || category === 'tax') return { kind: 'fee' };
  if (source === null || typeof source === 'string') return undefined;
  switch (source.object) {
    case 'charge': {
      if (category !== 'charge') return undefined;
      // The charge has a copy of its payment's metadata, so most movements need no further call.
      const { payment_intent: intent, metadata } = source;
      const origin = typeof intent === 'string' ? { id: intent, metadata } : intent;
      const found = originOf(origin);
      return found && { kind: 'payment', ...found };
    }
    case 'refund': {
      const origin = await originOfRefund(stripe, source);
      if (!origin) return undefined;
      const status = refundStatus(source.status);
      return {
        kind: category === 'refund' ? 'refund' : 'refund_returned',
        refund: source.id,
        status: status === 'pending' ? 'under way' : status === 'succeeded' ? 'done' : 'undone',
        ...origin,
      };
    }
    case 'dispute': {
      const dispute = await reach(() => stripe.disputes.retrieve(source.id, { expand }));
      const origin = originOf(dispute.payment_intent);
      return origin && { kind: 'dispute', dispute: dispute.id, ...origin };
    }
    case 'payout':
      return {
        kind: category === 'payout' ? 'payout' : 'payout_returned',
        payout: source.id,
      };
    default:
      return undefined;
  }
}

/** One of ours names its order itself, so that thousands of them, as of an event called off, cost no call each. */
async function originOfRefund(
  stripe: Stripe,
  { id, metadata, payment_intent: payment }: Stripe.Refund,
): Promise<ReturnType<typeof originOf>> {
  if (metadata?.refund !== undefined && metadata.order !== undefined && typeof payment === 'string')
    return { payment, order: metadata.order };
  const refund = await reach(() => stripe.refunds.retrieve(id, { expand }));
  return originOf(refund.payment_intent);
}

async function tell(stripe: Stripe, { what, createdAt }: AccountMovement): Promise<PaymentFact | undefined> {
  switch (what.kind) {
    case 'payment': {
      const sessions = await reach(() =>
        stripe.checkout.sessions.list({ payment_intent: what.payment, limit: 1 }),
      );
      const [session] = sessions.data;
      if (!session) return undefined;
      return paidFactOf(session, { paidAt: createdAt, livemode: session.livemode, account: undefined });
    }
    case 'refund':
    case 'refund_returned': {
      const refund = refundOf(await reach(() => stripe.refunds.retrieve(what.refund, { expand })), createdAt);
      return refund && { kind: 'refund', refund };
    }
    case 'dispute': {
      const dispute = disputeOf(await reach(() => stripe.disputes.retrieve(what.dispute, { expand })));
      return dispute && { kind: 'dispute', dispute };
    }
    default:
      return undefined;
  }
}
