import type { Money } from '../contracts/basics.ts';
import { type RefundItem, refundItems, refundItemsOf, steppedPart } from '../orders/refund-items.ts';
import { commit, type Part } from '../platform/database.ts';
import { raiseMatter } from '../staff/matters.ts';
import { applyRefund } from './apply-fact.ts';
import { GatewayUnavailable } from './gateway.ts';
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

/**
 * Refunds asked for in one run, one after the other: a few a second stay far below Stripe's limits
 * (docs.stripe.com/rate-limits) and a run ends before its time is up. The next one goes on.
 */
const mostAtOnce = 500;
/** A provider that did not answer so often in one run will not answer the next call either. */
const mostUnavailable = 5;

/** So many refunds at once are many, as when an event is called off: the provider decides alone of fewer. */
const many = 12;

/**
 * Gives back what is owed back, the oldest first. Many at once are asked for only as far as the provider's balance goes:
 * what does not fit waits, and staff are told once a day. What fails does not keep the others waiting.
 */
export async function payDueRefunds(till: Till): Promise<{ paid: number; failed: number; waiting: number }> {
  const done = { paid: 0, failed: 0, waiting: 0 };
  const budget = new Budget(till);
  let unavailable = 0;
  const open = (await refundItems(till.db)).filter((item) => isToBeAsked(till, item));
  for (const item of open.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)).slice(0, mostAtOnce)) {
    if (unavailable === mostUnavailable) break;
    try {
      if (open.length >= many && !(await budget.covers(item))) done.waiting += 1;
      else if (await payRefund(till, item)) done.paid += 1;
    } catch (error) {
      done.failed += 1;
      if (error instanceof GatewayUnavailable) unavailable += 1;
      const why = error instanceof Error ? error.name : 'unknown';
      till.log('a refund could not be made yet', { ...idsOf(item), why });
    }
  }
  return done;
}

/** What of the provider's balance is left for refunds in one run; asked for once a currency. */
class Budget {
  readonly #till: Till;
  readonly #left = new Map<string, number>();
  readonly #short = new Set<string>();

  constructor(till: Till) {
    this.#till = till;
  }

  /** Whether a refund fits into what is left, and takes it; one that may have been made already needs nothing. */
  async covers({ status, payment, amount, currency }: RefundItem): Promise<boolean> {
    if (status === 'asked') return true;
    // Payments of one provider begin alike.
    const purse = `${payment.split('_')[0]} ${currency}`;
    const left = this.#left.get(purse) ?? (await this.#till.gateway.available(payment, currency));
    if (left === undefined) return true;
    const fits = amount <= left;
    this.#left.set(purse, fits ? left - amount : left);
    if (!fits && !this.#short.has(purse)) {
      this.#short.add(purse);
      await tellShort(this.#till, { amount, currency });
    }
    return fits;
  }
}

/** Tells staff, once a day, that the provider's balance is too small for what is owed back. */
async function tellShort(till: Till, amount: Money): Promise<void> {
  const at = till.world.now().toISOString();
  till.log('the balance is too small for the refunds that are due', {});
  const fact = `balance ${amount.currency} ${at.slice(0, 10)}`;
  const detail = 'balance';
  await written(till, raiseMatter({ kind: 'refund_failed', fact, raisedAt: at, about: {}, amount, detail }));
}

/** Whether a refund is the provider's to make or to look up now: staff decide of one that failed. */
function isToBeAsked({ world }: Till, { status, lookAt }: RefundItem): boolean {
  return status !== 'failed' && (lookAt === undefined || lookAt <= world.now().toISOString());
}

const idsOf = ({ id, payment, order }: RefundItem) => ({ refund: id, payment, order });

/**
 * Asks the provider for one refund. That it is asked is recorded before, so that a try whose answer was lost is looked up
 * and not made again.
 * @returns whether the provider took it.
 */
async function payRefund(till: Till, item: RefundItem): Promise<boolean> {
  const { id, order, payment, amount, attempt } = item;
  if (!isToBeAsked(till, item)) return false;
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
