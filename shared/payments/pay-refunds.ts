import { type RefundItem, refundItems, refundItemsOf, steppedPart } from '../orders/refund-items.ts';
import { commit, type Part } from '../platform/database.ts';
import { raiseMatter } from '../staff/matters.ts';
import { applyRefund } from './apply-fact.ts';
import type { Till } from './till.ts';

const hour = 3_600_000;
/** How long a refund that is under way is left alone: its webhook says sooner how it ended. */
const patience = 6 * hour;

/**
 * Gives back what is owed of a payment, and books it when the provider says at once that it succeeded; otherwise its
 * webhook does. Repeating it gives back nothing twice.
 * @throws GatewayUnavailable when the provider cannot answer; the money stays owed.
 */
export async function payRefundsOf(till: Till, payment: string): Promise<void> {
  for (const item of await refundItemsOf(till.db, payment)) await payRefund(till, item);
}

/** Gives back everything that is owed back. What fails does not keep the others waiting. */
export async function payDueRefunds(till: Till): Promise<{ paid: number; failed: number }> {
  let paid = 0;
  let failed = 0;
  for (const item of await refundItems(till.db))
    try {
      if (await payRefund(till, item)) paid += 1;
    } catch (error) {
      failed += 1;
      const why = error instanceof Error ? error.name : 'unknown';
      till.log('a refund could not be made yet', { ...idsOf(item), why });
    }
  return { paid, failed };
}

const idsOf = ({ id, payment, order }: RefundItem) => ({ refund: id, payment, order });

/**
 * Asks the provider for one refund. That it is asked is recorded before, so that a try whose answer was lost is looked up
 * and not made again.
 * @returns whether the provider took it.
 */
async function payRefund(till: Till, item: RefundItem): Promise<boolean> {
  const { id, order, payment, amount, attempt } = item;
  if (item.status === 'failed') return false;
  if (item.lookAt !== undefined && item.lookAt > till.world.now().toISOString()) return false;
  const asked: RefundItem = { ...item, status: 'asked' };
  if (item.status === 'due' && !(await written(till, steppedPart(item, { status: 'asked' })))) return false;
  const repeated = item.status === 'asked';
  const answer = await till.gateway.refund({ id, order, payment, amount, attempt, repeated });
  switch (answer.status) {
    case 'made':
      await applyRefund(till, answer.refund);
      if (answer.refund.status === 'pending') await wait(till, asked);
      return answer.refund.status !== 'failed' && answer.refund.status !== 'canceled';
    case 'less_left':
      for (const refund of answer.refunds) await applyRefund(till, refund);
      // What the provider's refunds have settled is gone by now; what is still as it was cannot be given back there.
      await refuse(till, asked, 'less_left');
      return true;
    case 'refused':
      await refuse(till, asked, answer.why);
      return false;
    case 'spent':
      await written(till, steppedPart(asked, { status: 'due', attempt: attempt + 1 }));
      return false;
  }
}

/** The provider works on it: its webhook says how it ended, and if none comes it is asked again later. */
async function wait(till: Till, item: RefundItem): Promise<void> {
  const lookAt = new Date(till.world.now().getTime() + patience).toISOString();
  await written(till, steppedPart(item, { status: 'asked', lookAt }));
}

/**
 * The provider refuses a refund. Where only the balance is short it is tried again, and staff are told once; else they
 * must decide, and it is not tried again before.
 */
async function refuse(
  till: Till,
  item: RefundItem,
  why: 'disputed' | 'balance' | 'other' | 'less_left',
): Promise<void> {
  const { id, order, payment, amount, currency, attempt } = item;
  till.log('a refund is refused: staff must look at it', { ...idsOf(item), why });
  const matter = raiseMatter({
    kind: 'refund_failed',
    fact: why === 'balance' ? `${id} balance` : `${id} refused ${attempt}`,
    raisedAt: till.world.now().toISOString(),
    about: { order, payment, refund: id },
    amount: { amount, currency },
    detail: why,
  });
  if (why === 'balance') await written(till, matter);
  else await written(till, steppedPart(item, { status: 'failed' }), matter);
}

async function written(till: Till, ...parts: Part[]): Promise<boolean> {
  return (await commit(till.db, till.world, parts)).done;
}
