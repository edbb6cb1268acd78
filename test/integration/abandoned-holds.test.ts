import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recountAll } from '../../shared/entries/availability.ts';
import { endOrder } from '../../shared/orders/end-order.ts';
import { orderKey } from '../../shared/orders/order.ts';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import { endHold } from '../../shared/payments/end-hold.ts';
import { type Gateway, GatewayUnavailable } from '../../shared/payments/gateway.ts';
import { startCheckout } from '../../shared/payments/start-checkout.ts';
import { sweepHolds } from '../../shared/payments/sweep.ts';
import { physicalName } from '../../shared/platform/tables.ts';
import {
  applyAll,
  balances,
  factsSoFar,
  hold,
  mails,
  minutes,
  orderNow,
  refusalOf,
  toCheckout,
} from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { withFaults } from '../support/faults.ts';
import { sampleEntry, sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 3 }));
});
afterEach(() => shop.stop());

const sweep = () => sweepHolds(shop.till, { full: true });

async function expectFreed(...orders: string[]): Promise<void> {
  for (const order of orders) expect((await orderNow(shop, order)).state).toBe('expired');
  expect(await contents(shop.db, 'places')).toEqual([]);
  expect(await contents(shop.db, 'runners')).toEqual([]);
  expect(await mails(shop)).toEqual(orders.map(() => 'order_expired'));
}

describe('an abandoned order', () => {
  it('gives place and lock back when Stripe says that its page has expired', async () => {
    const { order } = await toCheckout(shop, 1);
    shop.world.advance(minutes(39));
    await applyAll(shop);
    await applyAll(shop);
    await expectFreed(order.id);
    const again = await hold(shop, 77, { entries: [sampleEntry(1)] });
    expect(again.state).toBe('held');
  });

  it('is freed by the sweeper when no webhook came', async () => {
    const { order, session } = await toCheckout(shop, 1);
    expect(await sweep()).toEqual({ ended: 0, failed: 0 });
    shop.world.advance(minutes(41));
    expect(await sweep()).toEqual({ ended: 1, failed: 0 });
    await expectFreed(order.id);
    expect((await shop.stripe.checkout.sessions.retrieve(session)).status).toBe('expired');
    await applyAll(shop);
    await expectFreed(order.id);
  });

  it('is freed without asking Stripe when it never went to pay', async () => {
    const { id } = await hold(shop, 1);
    shop.double.faults.add({ kind: 'rate-limit' });
    shop.world.advance(minutes(41));
    expect(await sweep()).toEqual({ ended: 1, failed: 0 });
    await expectFreed(id);
  });

  it('is freed without asking Stripe when the process died before it recorded the page: nobody saw it', async () => {
    const { id } = await hold(shop, 1);
    const db = withFaults(shop.db, { command: 'Update', kind: 'fail-before' });
    await expect(startCheckout({ ...shop.till, db }, id)).rejects.toThrow('Nothing was sent');
    expect(await orderNow(shop, id)).toMatchObject({ state: 'held', attempt: { number: 1 } });
    shop.double.faults.add({ kind: 'rate-limit' });
    shop.world.advance(minutes(41));
    expect(await sweep()).toEqual({ ended: 1, failed: 0 });
    await expectFreed(id);
    shop.double.faults.clear();
    const [made, ...others] = await Array.fromAsync(shop.stripe.checkout.sessions.list());
    expect(others).toEqual([]);
    expect(made?.status).toBe('expired');
  });

  it('is not freed when its page was recorded and only the answer to that was lost', async () => {
    const { id } = await hold(shop, 1);
    const db = withFaults(shop.db, { command: 'Update', kind: 'lose-answer' });
    await expect(startCheckout({ ...shop.till, db }, id)).rejects.toThrow('The answer was lost');
    const { session } = await orderNow(shop, id);
    shop.double.pay(session?.id ?? '');
    shop.world.advance(minutes(41));
    expect(await sweep()).toEqual({ ended: 1, failed: 0 });
    expect((await orderNow(shop, id)).state).toBe('paid');
    expect(await balances(shop)).toMatchObject({ stripe: 2_000_000 });
  });

  it('tells no address of a page when it was ended before the page was recorded', async () => {
    const { id } = await hold(shop, 1);
    const db = withFaults(shop.db, {
      command: 'Update',
      kind: async () => {
        shop.world.advance(minutes(41));
        expect(await endHold(shop.till, id)).toBe(true);
      },
    });
    expect(await refusalOf(startCheckout({ ...shop.till, db }, id))).toMatchObject({
      code: 'order_not_payable',
    });
    await expectFreed(id);
  });

  it('is not ended unasked when its page was recorded a moment before', async () => {
    const { id } = await hold(shop, 1);
    shop.world.advance(minutes(41));
    const db = withFaults(shop.db, {
      command: 'TransactWrite',
      kind: () =>
        shop.db.client.send(
          new UpdateCommand({
            TableName: physicalName(shop.db.prefix, 'orders'),
            Key: orderKey(id),
            UpdateExpression: 'SET #session = :session',
            ExpressionAttributeNames: { '#session': 'session' },
            ExpressionAttributeValues: { ':session': { id: 'cs_late' } },
          }),
        ),
    });
    expect(await endHold({ ...shop.till, db }, id)).toBe(false);
    expect((await orderNow(shop, id)).state).toBe('held');
  });

  it('is freed when the process died before it asked Stripe, or after it had prolonged the hold', async () => {
    const { id } = await hold(shop, 1);
    shop.double.faults.add({ kind: 'rate-limit', count: 1 });
    await expect(startCheckout(shop.till, id)).rejects.toThrow(GatewayUnavailable);
    const other = await hold(shop, 2);
    shop.world.advance(minutes(20));
    const db = withFaults(shop.db, { command: 'Update', kind: 'fail-before' });
    await expect(startCheckout({ ...shop.till, db }, other.id)).rejects.toThrow('Nothing was sent');
    expect(await orderNow(shop, other.id)).toMatchObject({ state: 'paying', attempt: { number: 1 } });
    shop.world.advance(minutes(40));
    expect(await sweep()).toEqual({ ended: 2, failed: 0 });
    await expectFreed(id, other.id);
    expect(await Array.fromAsync(shop.stripe.checkout.sessions.list())).toEqual([]);
  });

  it('keeps its place while Stripe does not answer, and is freed later', async () => {
    const { order } = await toCheckout(shop, 1);
    shop.world.advance(minutes(41));
    shop.double.faults.add({ kind: 'server-error' });
    expect(await sweep()).toEqual({ ended: 0, failed: 1 });
    expect(await contents(shop.db, 'places')).toHaveLength(1);
    expect((await orderNow(shop, order.id)).state).toBe('paying');
    shop.double.faults.clear();
    expect(await sweep()).toEqual({ ended: 1, failed: 0 });
    await expectFreed(order.id);
  });

  it('does not keep the sweeper busy with a provider that is down', async () => {
    await shop.stop();
    shop = await openTestShop(sampleEvent({ places: 12 }));
    for (let number = 0; number < 9; number += 1) await toCheckout(shop, number);
    shop.world.advance(minutes(41));
    shop.double.faults.add({ kind: 'rate-limit' });
    expect(await sweep()).toEqual({ ended: 0, failed: 5 });
    shop.double.faults.clear();
    expect(await sweep()).toEqual({ ended: 9, failed: 0 });
  });

  it('is freed when what was paid for it does not match, and the money waits for staff', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    shop.world.advance(minutes(41));
    const gateway: Gateway = {
      ...shop.till.gateway,
      closeCheckout: async (id) => {
        const page = await shop.till.gateway.closeCheckout(id);
        return page.status === 'paid' ? { ...page, payment: { ...page.payment, amount: 1 } } : page;
      },
    };
    expect(await endHold({ ...shop.till, gateway }, order.id)).toBe(true);
    expect((await orderNow(shop, order.id)).state).toBe('expired');
    expect(await contents(shop.db, 'runners')).toEqual([]);
    expect(await balances(shop)).toEqual({ stripe: 1, suspense: -1 });
  });

  it('is not freed when it was paid just before: the payment wins', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    shop.world.advance(minutes(41));
    await sweep();
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    await applyAll(shop);
    expect(await contents(shop.db, 'ledger')).toHaveLength(1);
    expect(await mails(shop)).toEqual(['order_paid']);
    expect(await contents(shop.db, 'places')).toMatchObject([{ order: order.id }]);
  });

  it('is not freed while its page is open, even when asked', async () => {
    const { order } = await toCheckout(shop, 1);
    expect(await endHold(shop.till, order.id)).toBe(false);
    for (const kind of ['expired', 'failed', 'pending'] as const)
      await applyFact(shop.till, { kind, order: order.id, session: 'cs_old', attempt: 7 });
    expect(await endOrder(shop.till, order.id, 'hold_ended', { attempt: undefined })).toBe(false);
    expect((await orderNow(shop, order.id)).state).toBe('paying');
  });

  it('survives a crash while it is freed, and mails once', async () => {
    const { id } = await hold(shop, 1);
    shop.world.advance(minutes(41));
    for (const kind of ['fail-before', 'lose-answer'] as const) {
      const db = withFaults(shop.db, { command: 'TransactWrite', kind });
      await expect(endHold({ ...shop.till, db }, id)).rejects.toThrow();
    }
    expect(await endHold(shop.till, id)).toBe(true);
    await expectFreed(id);
  });

  it('frees all places of a family, and those it still has when one is gone', async () => {
    const { id, lines } = await hold(shop, 1, { entries: [sampleEntry(1), sampleEntry(2)] });
    expect(lines).toHaveLength(2);
    shop.world.advance(minutes(40 + 121));
    // The third place and one of the two go to others, now that hold and grace are over.
    await hold(shop, 3);
    await hold(shop, 4);
    expect(await endHold(shop.till, id)).toBe(true);
    const places = await contents(shop.db, 'places');
    expect(places).toHaveLength(2);
    expect(places.some(({ order }) => order === id)).toBe(false);
    expect(await contents(shop.db, 'runners')).toHaveLength(2);
  });
});

describe('the place of a hold that nobody could end', () => {
  it('stays with its order through the grace, then goes to who comes', async () => {
    const full = await Promise.all([1, 2, 3].map((number) => hold(shop, number)));
    await recountAll(shop.db, shop.world, { event: 'test-race', distance: '10k', capacity: 3 });
    shop.world.advance(minutes(40 + 119));
    expect(await refusalOf(hold(shop, 4))).toMatchObject({
      code: 'sold_out',
      detail: { nextReleaseAt: '2026-11-24T06:40:00.000Z' },
    });
    shop.world.advance(minutes(2));
    const taken = await hold(shop, 4);
    expect(taken.state).toBe('held');
    expect(full.map(({ lines }) => lines[0])).toContainEqual(
      expect.objectContaining({ place: Number(taken.lines[0]?.kind === 'entry' && taken.lines[0].place) }),
    );
  });
});

describe('a runner who starts a second order', () => {
  const other = { contact: { email: 'runner1@example.com', locale: 'en' as const } };
  const second = () => hold(shop, 77, { ...other, entries: [sampleEntry(1)] });

  it('is refused while the first may still be paid', async () => {
    const { order } = await toCheckout(shop, 1);
    expect(await refusalOf(second())).toMatchObject({ code: 'runner_already_entered' });
    shop.world.advance(minutes(37));
    expect(await refusalOf(second())).toMatchObject({ code: 'runner_already_entered' });
    expect((await orderNow(shop, order.id)).state).toBe('paying');
    expect(await mails(shop)).toEqual(['order_link']);
  });

  it('succeeds when the first is over, which is ended on the way', async () => {
    const { order } = await toCheckout(shop, 1);
    shop.world.advance(minutes(41));
    expect((await second()).state).toBe('held');
    expect((await orderNow(shop, order.id)).state).toBe('expired');
    expect(await contents(shop.db, 'runners')).toMatchObject([{ order: (await second()).id }]);
    expect(await contents(shop.db, 'places')).toHaveLength(1);
  });

  it('is refused when the first turns out to be paid', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    shop.world.advance(minutes(41));
    expect(await refusalOf(second())).toMatchObject({ code: 'runner_already_entered' });
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    expect(await balances(shop)).toMatchObject({ stripe: 2_000_000 });
  });

  it('is told to come back while Stripe cannot say what became of the first', async () => {
    await toCheckout(shop, 1);
    shop.world.advance(minutes(41));
    shop.double.faults.add({ kind: 'rate-limit' });
    await expect(second()).rejects.toThrow(GatewayUnavailable);
    shop.double.faults.clear();
    expect((await second()).state).toBe('held');
  });

  it('finds the first when two requests of theirs cross', async () => {
    const outcomes = await Promise.all(
      [hold(shop, 1), second()].map((work) => work.then(({ state }) => state, refusal)),
    );
    expect(outcomes.sort()).toEqual(['held', 'runner_already_entered']);
    expect(await contents(shop.db, 'places')).toHaveLength(1);
  });
});

const refusal = async (thrown: unknown) => {
  const { code } = await refusalOf(Promise.reject(thrown));
  return code;
};

describe('ending and paying at once', () => {
  it('ends paid when the payment came a moment before', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    const db = withFaults(shop.db, { command: 'TransactWrite', kind: () => applyAll(shop) });
    expect(await endOrder({ ...shop.till, db }, order.id, 'hold_ended', { attempt: 1 })).toBe(true);
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    expect(await contents(shop.db, 'places')).toMatchObject([{ order: order.id }]);
    expect(await contents(shop.db, 'runners')).toHaveLength(1);
    expect(await mails(shop)).toEqual(['order_paid']);
  });

  it.each([
    ['takes the place again', false],
    ['gives the money back, as the runner has entered anew,', true],
  ])('%s when the end came a moment before', async (_, taken) => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    const db = withFaults(shop.db, {
      command: 'TransactWrite',
      kind: async () => {
        await endOrder(shop.till, order.id, 'hold_ended', { attempt: 1 });
        if (taken) await hold(shop, 77, { entries: [sampleEntry(1)] });
      },
    });
    await applyAll(shop, { ...shop.till, db });
    expect((await orderNow(shop, order.id)).state).toBe(taken ? 'refunded' : 'paid');
    expect(await contents(shop.db, 'runners')).toHaveLength(1);
    expect(await balances(shop)).toMatchObject(
      taken ? { stripe: 0, 'refunds-due': 0 } : { stripe: order.total },
    );
  });

  it('end in one of the two, with money, place and lock to match', async () => {
    await shop.stop();
    shop = await openTestShop(sampleEvent({ places: 40 }));
    const outcomes = { paid: 0, refunded: 0 };
    for (let round = 0; round < 30; round += 1) {
      const { order, session } = await toCheckout(shop, round);
      shop.double.pay(session);
      const [fact] = (await factsSoFar(shop)).filter(
        (found) => found.kind === 'paid' && found.order === order.id,
      );
      if (!fact) throw new Error('There is no payment.');
      // Here ending does not ask Stripe first, so it truly races with the payment.
      await Promise.all([
        endOrder(shop.till, order.id, 'hold_ended', { attempt: 1 }),
        applyFact(shop.till, fact),
        endOrder(shop.till, order.id, 'hold_ended', { attempt: 1 }),
      ]);
      const { state } = await orderNow(shop, order.id);
      expect(['paid', 'refunded', 'refund_due']).toContain(state);
      outcomes[state === 'paid' ? 'paid' : 'refunded'] += 1;
    }
    const places = await contents(shop.db, 'places');
    expect(places).toHaveLength(outcomes.paid);
    expect(await contents(shop.db, 'runners')).toHaveLength(outcomes.paid);
    await applyAll(shop);
    const { stripe = 0, 'refunds-due': due = 0 } = await balances(shop);
    expect({ stripe, due }).toEqual({ stripe: outcomes.paid * 2_000_000, due: 0 });
  });
});
