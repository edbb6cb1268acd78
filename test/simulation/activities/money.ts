import type Stripe from 'stripe';
import type { Activity, Scene } from '../scene.ts';
import { attempt } from './paying.ts';

const newest = { limit: 40 } as const;

async function charges(scene: Scene): Promise<Stripe.Charge[]> {
  const { data } = await scene.service.stripeSdk.charges.list(newest);
  return data.filter(({ status }) => status === 'succeeded');
}

const refundInDashboard: Activity = {
  name: 'staff refund in Stripe’s dashboard',
  weight: 3,
  begin: async (scene) => {
    const { chance, service } = scene;
    const charge = chance.pick(await charges(scene));
    const isFull = chance.happens(0.5);
    const share = chance.next();
    if (!charge) return false;
    const left = charge.amount - charge.amount_refunded;
    const amount = isFull ? undefined : Math.max(1, Math.floor(left * share));
    return attempt(scene, `refund of ${charge.id.slice(0, 8)}, ${amount ?? 'all'} of ${left}`, () => {
      return service.stripe.refund(charge.id, amount).status;
    });
  },
};

const settleRefund: Activity = {
  name: 'a bank answers a refund',
  weight: 3,
  begin: async (scene) => {
    const { chance, service } = scene;
    const { data } = await service.stripeSdk.refunds.list(newest);
    // A refund that has succeeded may still come back.
    const open = data.filter(({ status }) => status === 'pending');
    const refund = chance.pick(chance.happens(0.8) ? open : data.filter(({ status }) => status !== 'failed'));
    const succeeds = chance.happens(0.6);
    if (!refund) return false;
    return attempt(scene, `refund ${refund.id.slice(0, 8)} is settled`, () => {
      return service.stripe.settleRefund(refund.id, succeeds).status;
    });
  },
};

const dispute: Activity = {
  name: 'a buyer disputes a payment',
  weight: 2,
  begin: async (scene) => {
    const { chance, service } = scene;
    const charge = chance.pick((await charges(scene)).filter(({ disputed }) => !disputed));
    const isPart = chance.happens(0.2);
    const inquiry = chance.happens(0.2);
    if (!charge) return false;
    return attempt(scene, `dispute of ${charge.id.slice(0, 8)}`, () => {
      const amount = isPart ? Math.max(1, Math.floor(charge.amount / 3)) : undefined;
      return service.stripe.openDispute(charge.id, amount, { inquiry }).status;
    });
  },
};

const decideDispute: Activity = {
  name: 'a bank decides a dispute',
  weight: 2,
  begin: async (scene) => {
    const { chance, service } = scene;
    const { data } = await service.stripeSdk.disputes.list(newest);
    const found = chance.pick(data.filter(({ status }) => status !== 'won' && status !== 'lost'));
    const isWon = chance.happens(0.5);
    const escalates = chance.happens(0.5);
    if (!found) return false;
    return attempt(scene, `dispute ${found.id.slice(0, 8)} is decided`, () => {
      if (found.status.startsWith('warning_') && escalates)
        return service.stripe.escalateDispute(found.id).status;
      return service.stripe.closeDispute(found.id, isWon ? 'won' : 'lost').status;
    });
  },
};

const warn: Activity = {
  name: 'an issuer warns of fraud',
  weight: 1,
  begin: async (scene) => {
    const charge = scene.chance.pick(await charges(scene));
    if (!charge) return false;
    return attempt(scene, `warning about ${charge.id.slice(0, 8)}`, () => {
      scene.service.stripe.warnOfFraud(charge.id);
      return 'told';
    });
  },
};

const payOut: Activity = {
  name: 'Stripe pays out to the bank, or takes a fee',
  weight: 1,
  begin: async (scene) => {
    const { chance, service } = scene;
    const { data } = await service.stripeSdk.payouts.list(newest);
    const open = chance.pick(data.filter(({ status }) => status !== 'paid' && status !== 'failed'));
    const arrives = chance.happens(0.7);
    const isFee = chance.happens(0.2);
    if (open && chance.happens(0.6))
      return attempt(scene, `payout ${open.id.slice(0, 8)}`, () => {
        return service.stripe.settlePayout(open.id, arrives).status;
      });
    if (isFee) return attempt(scene, 'fee of the account', () => service.stripe.chargeFee(25_000).type);
    return attempt(scene, 'payout to the bank', () => service.stripe.payOut().status);
  },
};

/** Lets every refund that is under way succeed. */
export async function settleRefunds(scene: Scene): Promise<void> {
  const { service } = scene;
  for await (const { id, status } of service.stripeSdk.refunds.list({ limit: 100 }))
    if (status === 'pending')
      attempt(
        scene,
        `refund ${id.slice(0, 8)} is settled`,
        () => service.stripe.settleRefund(id, true).status,
      );
}

export const money: readonly Activity[] = [
  refundInDashboard,
  settleRefund,
  dispute,
  decideDispute,
  warn,
  payOut,
];
