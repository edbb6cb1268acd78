import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import { openCatalogue } from '../../../shared/catalogue/store.ts';
import { openGuide } from '../../../shared/entries/availability.ts';
import { endOrder } from '../../../shared/orders/end-order.ts';
import { parseOrder } from '../../../shared/orders/order.ts';
import { keepInSuspense } from '../../../shared/orders/suspense.ts';
import { physicalName } from '../../../shared/platform/tables.ts';
import type { TestApi } from '../api.ts';
import { contents } from '../database.ts';
import { sampleOrder } from '../sample.ts';
import { participant, teamEntry } from '../teams.ts';
import { asStaff } from './staff.ts';

/** How orders are paid in the life that this is a part of. */
export interface Buying {
  /** A new order of runner `number`: its token. */
  order(number: number, runners?: number): Promise<string>;
  /** A payment page of it. */
  checkout(token: string): Promise<string>;
}

const minutes = 60_000;
const idOf = (token: string) => token.split('.')[0] ?? '';

/**
 * What buyers' banks and staff at Stripe do in the life of an event, told by webhooks and then once more by housekeeping
 * alone: refunds in whole and in part that succeed and fail, disputes lost and won, payments that come late or do not
 * fit.
 */
export async function moneyLive(api: TestApi, buying: Buying): Promise<void> {
  await payOutOf(api, 'project:school');
  for (const [first, isHeard] of [
    [200, true],
    [250, false],
  ] as const) {
    const told = async (): Promise<void> => {
      await api.stripe.settle();
      if (!isHeard) await api.housekeeping('2026-11-24T00:05:00.000Z');
      // What was paid is in the balances before anything of it is given back.
      await api.project('test-race#10k#0');
      api.world.advance(2 * minutes);
      // A webhook that came before the balances knew of its payment is sent again by now.
      await api.stripe.settle();
    };
    if (!isHeard) api.stripe.faults.add({ kind: 'drop' });
    const bought = async (number: number, runners = 1): Promise<{ order: string; payment: string }> => {
      const token = await buying.order(number, runners);
      api.stripe.pay(await buying.checkout(token));
      await told();
      return { order: idOf(token), payment: await paymentOf(api, idOf(token)) };
    };
    const { payment: refunded } = await bought(first);
    const part = api.stripe.refund(refunded, 300_000);
    await told();
    api.stripe.settleRefund(part.id, false);
    await told();
    const { payment: given } = await bought(first + 1);
    api.stripe.refund(given);
    await told();
    const { payment: disputed } = await bought(first + 2);
    const won = api.stripe.openDispute(disputed);
    await told();
    api.stripe.closeDispute(won.id, 'won');
    await told();
    api.stripe.warnOfFraud(refunded);
    await told();
    const { order: team, payment: ofTeam } = await boughtTeam(api, first + 3, told);
    expect(await stateOf(api, team)).toBe('paid');
    api.stripe.refund(ofTeam);
    await told();
    expect(await stateOf(api, team)).toBe('refunded');
    // Paid, and the order ended before anybody heard of it: it takes its place again.
    const late = await buying.order(first + 5);
    const session = await buying.checkout(late);
    if (isHeard) api.stripe.faults.add({ kind: 'hold' });
    api.stripe.pay(session);
    const shop = { ...api, catalogue: openCatalogue(api.db, api.world), guide: openGuide(api.db, api.world) };
    expect(await endOrder(shop, idOf(late), 'hold_ended', { attempt: 1 })).toBe(true);
    api.stripe.faults.clear();
    if (isHeard) api.stripe.faults.release();
    else api.stripe.faults.add({ kind: 'drop' });
    await told();
    expect(await stateOf(api, idOf(late))).toBe('paid');
    api.stripe.faults.clear();
  }
}

/** A paid order of a team with one member. */
async function boughtTeam(
  api: TestApi,
  number: number,
  told: () => Promise<void>,
): Promise<{ order: string; payment: string }> {
  const post = async (path: string, body: unknown = {}) => {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await api.call('POST', `/api${path}`, { body, headers });
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.body;
  };
  const input = sampleOrder(number, { entries: [teamEntry()] });
  const { token } = await post('/events/test-race/orders', input);
  const { url } = await post(`/orders/${token}/checkout`);
  api.stripe.pay(new URL(url).pathname.split('/').at(-1) ?? '');
  await told();
  const { body } = await api.call('GET', `/api/orders/${token}`);
  await post(`/teams/${body.lines[0].team.token}/members`, participant(number + 1));
  return { order: idOf(token), payment: await paymentOf(api, idOf(token)) };
}

/** What staff do about orders: look one up, give back a part and all, end a team, return what did not fit, try again. */
export async function staffMoneyLive(api: TestApi, buying: Buying): Promise<void> {
  const settle = async (): Promise<void> => {
    await api.stripe.settle();
    await api.project('test-race#10k#0');
    api.world.advance(2 * minutes);
  };
  const give = async (order: string, body: object) => {
    const headers = {
      authorization: `Bearer ${await api.token(['finance'])}`,
      'idempotency-key': randomUUID(),
    };
    return api.call('POST', `/api/staff/orders/${order}/refunds`, { body, headers });
  };
  const token = await buying.order(300, 2);
  api.stripe.pay(await buying.checkout(token));
  await settle();
  const order = idOf(token);
  const found = await asStaff(api, 'viewer', 'GET', `/orders/${await paymentOf(api, order)}`);
  expect(found).toMatchObject({ id: order, state: 'paid', owed: { amount: 0 } });
  expect(found.contact).toBeUndefined();
  const part = await give(order, { amount: { amount: 100_000, currency: 'KZT' }, note: 'As agreed.' });
  expect(part.status).toBe(201);
  expect(part.body.contact.email).toContain('@');
  const { refund } = { refund: part.body.due[0].id };
  await asStaff(api, 'finance', 'POST', `/orders/${order}/refunds/${refund}/retry`, {});
  expect((await give(order, { note: 'All of it.' })).body).toMatchObject({ state: 'refund_due' });
  const team = await boughtTeam(api, 310, settle);
  expect((await give(team.order, { note: 'All of it.' })).body).toMatchObject({ state: 'refund_due' });
  const kept = await suspended(api, buying, settle);
  const back = `/orders/${kept.order}/suspense/${kept.payment}/return`;
  expect(await asStaff(api, 'finance', 'POST', back, { note: 'Not ours.' })).toMatchObject({
    due: [{ payment: kept.payment, reason: 'suspense' }],
  });
  await api.housekeeping('2026-11-24T00:07:00.000Z');
  expect(await asStaff(api, 'viewer', 'GET', `/orders/${order}`)).toMatchObject({ state: 'refunded' });
}

/** An order with a payment in suspense beside it. */
async function suspended(
  api: TestApi,
  buying: Buying,
  settle: () => Promise<void>,
): Promise<{ order: string; payment: string }> {
  const order = idOf(await buying.order(320));
  await settle();
  const stored = await itemOf(api, order);
  const event = await openCatalogue(api.db, api.world).event('test-race');
  if (!stored || !event) throw new Error('There is no such order.');
  const payment = {
    id: 'pi_odd',
    account: 'stripe' as const,
    amount: 1,
    currency: 'KZT',
    sessionCreatedAt: api.world.now().toISOString(),
    paidAt: api.world.now().toISOString(),
  };
  await keepInSuspense(api, parseOrder(stored), payment, event, 'amount');
  return { order, payment: payment.id };
}

/** Something was paid out of an account: reversals must look at its balance from now on. */
async function payOutOf(api: TestApi, account: string): Promise<void> {
  await api.db.client.send(
    new PutCommand({
      TableName: physicalName(api.db.prefix, 'charity'),
      Item: { pk: 'event#test-race', sk: `guard#${account}`, out: 1, reserved: 0, reversed: 0 },
    }),
  );
}

async function itemOf(api: TestApi, order: string) {
  return (await contents(api.db, 'orders')).find(({ pk, sk }) => pk === order && sk === 'order');
}

const stateOf = async (api: TestApi, order: string) => (await itemOf(api, order))?.state;

async function paymentOf(api: TestApi, order: string): Promise<string> {
  const payment: unknown = (await itemOf(api, order))?.payment?.id;
  if (typeof payment !== 'string') throw new Error(`Order ${order} is not paid.`);
  return payment;
}
