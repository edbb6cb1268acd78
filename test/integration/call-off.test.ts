import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish } from '../../shared/catalogue/publish.ts';
import { readStoredEvent } from '../../shared/catalogue/store.ts';
import { recount } from '../../shared/entries/availability.ts';
import { fold } from '../../shared/ledger/fold.ts';
import { verify } from '../../shared/ledger/verify.ts';
import { answerCallOff, callEventOff } from '../../shared/orders/call-off.ts';
import { cancelEntry } from '../../shared/orders/cancel-entry.ts';
import { endOrder } from '../../shared/orders/end-order.ts';
import { entryLines } from '../../shared/orders/order.ts';
import { tendCallOffs } from '../../shared/orders/tend-call-offs.ts';
import { applyFact } from '../../shared/payments/apply-fact.ts';
import { payDueRefunds } from '../../shared/payments/pay-refunds.ts';
import { callOffState } from '../../shared/reports/call-off-state.ts';
import { applyAll, balances, factsSoFar, hold, orderNow, refusalOf, toCheckout } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import { onNewDay, sampleEntry, sampleEvent } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';

const answerBy = '2026-12-10T00:00:00.000Z';
const cancelled = { kind: 'cancelled', answerBy, unanswered: 'refund', note: 'Storm' } as const;
const postponed = { kind: 'postponed', answerBy, unanswered: 'carryOver', note: 'Smog' } as const;

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 60 }));
});
afterEach(() => shop.stop());

const callOff = (input: Parameters<typeof callEventOff>[2]['input']) =>
  callEventOff(shop, 'test-race', { by: 'dana', input });
const paid = (number: number, runners = 1) =>
  paidOrderOf(
    shop,
    number,
    Array.from({ length: runners }, (_, index) => sampleEntry(number + index)),
  );
/** Past the catalogue's memory of a few seconds. */
const later = () => shop.world.advance(6_000);
const asked = async () =>
  (await contents(shop.db, 'outbox')).filter(({ kind }) => kind === 'event_called_off');
const endings = async (order: string) =>
  entryLines(await orderNow(shop, order)).map((line) => line.cancelled?.why ?? 'stands');

/** The race two weeks later. */
const newDay = () =>
  onNewDay({
    ...sampleEvent({ places: 60 }),
    cancellation: { steps: [{ until: '2027-09-01T00:00:00.000Z', percent: 5_000 }] },
  });

const stateNow = (mayDecide = true) => callOffState(shop.db, 'test-race', { mayDecide });

it('shows staff what calling it off would mean, and how far it has come', async () => {
  expect(await callOffState(shop.db, 'no-race', { mayDecide: true })).toBeUndefined();
  await paid(10, 3);
  await hold(shop, 20);
  await fold(shop.db, shop.world);
  await recount(shop.db, shop.world, { event: 'test-race', distance: '10k', blocks: [0] });
  const received = { amount: 6_000_000, currency: 'KZT' };
  expect(await stateNow(false)).toMatchObject({ options: [], taken: 3, held: 1, received });
  expect(await stateNow()).toMatchObject({ options: ['cancelled', 'postponed'], owed: { amount: 0 } });
  await callOff(postponed);
  later();
  const asking = { kind: 'postponed', phase: 'asking', percent: 0, hasNewDay: false };
  expect(await stateNow()).toMatchObject({ options: ['cancelled'], decided: asking });
  await tendCallOffs(shop.till);
  expect((await stateNow())?.decided).toMatchObject({ phase: 'asking', percent: 100 });
  // Another decision begins anew.
  await callOff(cancelled);
  expect((await stateNow())?.decided).toMatchObject({ kind: 'cancelled', percent: 0 });
  expect((await stateNow())?.options).toEqual([]);
  shop.world.set(answerBy);
  later();
  await tendCallOffs(shop.till);
  await fold(shop.db, shop.world);
  const { owed, received: left } = (await stateNow()) ?? {};
  expect([owed?.amount, left?.amount]).toEqual([6_000_000, 0]);
});

describe('an event that is cancelled', () => {
  it('takes no entries any more, once decided, by a person whose act is on record', async () => {
    const decided = await callOff(cancelled);
    later();
    expect(await callOff(cancelled)).toEqual(decided);
    expect(await refusalOf(hold(shop, 1))).toMatchObject({ code: 'event_called_off' });
    expect(await refusalOf(callOff(postponed))).toMatchObject({ code: 'event_called_off_already' });
    const acts = (await contents(shop.db, 'staff')).filter(({ act }) => act === 'event_called_off');
    expect(acts).toMatchObject([{ by: 'dana', note: 'Storm' }]);
    // A file that is published again does not bring it back.
    await publish(shop.db, shop.world, { ...sampleEvent({ places: 61 }) }, { replace: true });
    expect((await readStoredEvent(shop.db, 'test-race'))?.calledOff?.kind).toBe('cancelled');
  });

  it('is refused with a day to answer that is over, or entries carried over to no day', async () => {
    expect(await refusalOf(callOff({ ...cancelled, answerBy: '2026-11-01T00:00:00.000Z' }))).toMatchObject({
      detail: { errors: [{ field: 'answerBy', code: 'too_small' }] },
    });
    expect(await refusalOf(callOff({ ...cancelled, unanswered: 'carryOver' }))).toMatchObject({
      detail: { errors: [{ field: 'unanswered', code: 'not_an_option' }] },
    });
  });

  it('asks each buyer once, obeys the answers, and gives back the rest, to the tiyn', async () => {
    const family = await paid(10, 3);
    const single = await paid(20);
    const silent = await paid(30, 2);
    await callOff(cancelled);
    later();
    expect(await tendCallOffs(shop.till)).toEqual({ asked: 3, ended: 0 });
    expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 0 });
    expect(await asked()).toHaveLength(3);
    const before = await balances(shop);
    await answerCallOff(shop.till, nameOf(family), { choice: 'leave', leaveTo: 'trees' });
    await answerCallOff(shop.till, nameOf(single), { choice: 'refund' });
    await answerCallOff(shop.till, nameOf(single), { choice: 'refund' });
    expect(await refusalOf(answerCallOff(shop.till, nameOf(silent), { choice: 'carryOver' }))).toMatchObject({
      detail: { errors: [{ field: 'choice', code: 'not_an_option' }] },
    });
    expect(await endings(silent.id)).toEqual(['stands', 'stands']);
    shop.world.set(answerBy);
    expect(await refusalOf(answerCallOff(shop.till, nameOf(silent), { choice: 'refund' }))).toMatchObject({
      code: 'answer_too_late',
    });
    expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 4 });
    later();
    expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 0 });
    expect((await readStoredEvent(shop.db, 'test-race'))?.calledOff?.settledAt).toBeDefined();
    await payDueRefunds(shop.till);
    await applyAll(shop);
    const after = await balances(shop);
    // Six entries were paid; one was left to the trees, five went back.
    expect((after.stripe ?? 0) - (before.stripe ?? 0)).toBe(-5 * 2_000_000);
    expect(after['project:trees']).toBe(-2_000_000);
    expect([after['entry-fees'], after['project:school'], after['refunds-due']]).toEqual([0, 0, 0]);
    expect((await contents(shop.db, 'places')).filter(({ order }) => order)).toEqual([]);
    expect((await orderNow(shop, single.id)).state).toBe('refunded');
    await fold(shop.db, shop.world);
    expect(await verify(shop.db, shop.world)).toMatchObject({ difference: 0, unbalanced: [] });
  });

  it('goes on where it died, and gives nothing back twice', async () => {
    for (const number of [10, 20, 30, 40]) await paid(number);
    await callOff(cancelled);
    shop.world.set(answerBy);
    for (const kind of ['fail-before', 'lose-answer'] as const) {
      const db = withFaults(
        shop.db,
        { command: 'TransactWrite', table: 'orders', kind: () => {} },
        { command: 'TransactWrite', table: 'orders', kind },
      );
      await expect(tendCallOffs({ ...shop.till, db })).rejects.toThrow(ConnectionLost);
    }
    await Promise.all([tendCallOffs(shop.till), tendCallOffs({ ...shop.till, ...shop.anotherDesk() })]);
    await payDueRefunds(shop.till);
    await applyAll(shop);
    expect(await balances(shop)).toMatchObject({ stripe: 0, 'refunds-due': 0 });
  });
});

it('asks for many refunds only as far as the balance goes, and for the rest when there is more', async () => {
  const orders = 15;
  for (let number = 1; number <= orders; number += 1) await paid(number * 10);
  const available = (await shop.till.gateway.available('pi_any', 'KZT')) ?? 0;
  const payout = shop.double.payOut(available - 2_500_000);
  await callOff(cancelled);
  shop.world.set(answerBy);
  await tendCallOffs(shop.till);
  expect(await payDueRefunds(shop.till)).toEqual({ paid: 1, failed: 0, waiting: orders - 1 });
  expect(await payDueRefunds(shop.till)).toEqual({ paid: 0, failed: 0, waiting: orders - 1 });
  const told = (await contents(shop.db, 'staff')).filter(({ detail }) => detail === 'balance');
  expect(told).toHaveLength(1);
  shop.double.settlePayout(payout.id, false);
  // The fees of the payments are not there to be given back.
  const { paid: rest, waiting } = await payDueRefunds(shop.till);
  expect(rest + waiting).toBe(orders - 1);
  expect(rest).toBe(Math.floor((available - 2_000_000) / 2_000_000));
});

describe('who was paying when the event was called off', () => {
  it('gets the money back of what is paid after it', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.world.advance(1_000);
    await callOff(cancelled);
    later();
    shop.double.pay(session);
    await applyAll(shop);
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    expect(await balances(shop)).toMatchObject({ stripe: 0, 'refunds-due': 0 });
  });

  it('gets the money back of an order that had ended, though it was paid before', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    const facts = await factsSoFar(shop);
    await endOrder(shop.till, order.id, 'hold_ended', { attempt: 1 });
    shop.world.advance(1_000);
    await callOff(cancelled);
    later();
    for (const fact of facts) await applyFact(shop.till, fact);
    await payDueRefunds(shop.till);
    await applyAll(shop);
    expect((await orderNow(shop, order.id)).state).toBe('refunded');
    expect((await contents(shop.db, 'places')).filter((place) => place.order === order.id)).toEqual([]);
  });

  it('is settled with the others when what was paid before it is told of after the time to answer', async () => {
    const { order, session } = await toCheckout(shop, 1);
    shop.double.pay(session);
    const facts = await factsSoFar(shop);
    shop.world.advance(5_000);
    await callOff({ ...cancelled, answerBy: new Date(shop.world.now().getTime() + 60_000).toISOString() });
    shop.world.advance(120_000);
    await tendCallOffs(shop.till);
    expect((await readStoredEvent(shop.db, 'test-race'))?.calledOff).not.toHaveProperty('settledAt');
    for (const fact of facts) await applyFact(shop.till, fact);
    expect((await orderNow(shop, order.id)).state).toBe('paid');
    later();
    expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 1 });
    expect((await readStoredEvent(shop.db, 'test-race'))?.calledOff).toHaveProperty('settledAt');
    expect(await endings(order.id)).toEqual(['event']);
    // Told once more, or of another page, nothing stands again.
    for (const fact of facts) await applyFact(shop.till, fact);
    expect(await endings(order.id)).toEqual(['event']);
  });
});

it('asks also who had paid before it, but is told of after all others were asked', async () => {
  const others = await paid(10, 2);
  const { session } = await toCheckout(shop, 1);
  shop.double.pay(session);
  const facts = await factsSoFar(shop);
  shop.world.advance(5_000);
  await callOff(cancelled);
  later();
  expect(await tendCallOffs(shop.till)).toEqual({ asked: 1, ended: 0 });
  expect((await stateNow())?.decided).toMatchObject({ phase: 'asking', percent: 100 });
  for (const fact of facts) await applyFact(shop.till, fact);
  expect(await tendCallOffs(shop.till)).toEqual({ asked: 1, ended: 0 });
  expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 0 });
  expect((await asked()).map(({ order }) => order)).toContain(others.id);
  expect(await asked()).toHaveLength(2);
});

describe('an event that is postponed', () => {
  it('may be cancelled after all: what was kept for the new day is asked for and settled anew', async () => {
    const kept = await paid(10);
    await callOff(postponed);
    later();
    await tendCallOffs(shop.till);
    await answerCallOff(shop.till, nameOf(kept), { choice: 'carryOver' });
    shop.world.advance(60_000);
    const after = { ...cancelled, answerBy: '2026-12-20T00:00:00.000Z' };
    await callOff(after);
    later();
    expect(await tendCallOffs(shop.till)).toEqual({ asked: 1, ended: 0 });
    shop.world.set(after.answerBy);
    expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 1 });
    expect(await endings(kept.id)).toEqual(['event']);
    expect(await refusalOf(callOff(postponed))).toMatchObject({ code: 'event_called_off_already' });
  });

  it('ends with the others what is kept by an answer that comes just after it is cancelled after all', async () => {
    const kept = await paid(10);
    await callOff(postponed);
    later();
    await tendCallOffs(shop.till);
    await shop.till.catalogue.event('test-race');
    shop.world.advance(1_000);
    await callOff(cancelled);
    shop.world.advance(1_000);
    await answerCallOff(shop.till, nameOf(kept), { choice: 'carryOver' });
    shop.world.set(cancelled.answerBy);
    later();
    await tendCallOffs(shop.till);
    expect(await endings(kept.id)).toEqual(['event']);
  });

  it('keeps entries without an answer, and takes entries again on its new day', async () => {
    const [keeps, silent, leaves] = [await paid(10), await paid(20), await paid(30)];
    await callOff(postponed);
    later();
    await tendCallOffs(shop.till);
    await answerCallOff(shop.till, nameOf(keeps), { choice: 'carryOver' });
    await answerCallOff(shop.till, nameOf(leaves), { choice: 'carryOver' });
    await answerCallOff(shop.till, nameOf(leaves), { choice: 'refund' });
    shop.world.set(answerBy);
    await tendCallOffs(shop.till);
    for (const [order, end] of [
      [keeps, 'stands'],
      [silent, 'stands'],
      [leaves, 'event'],
    ] as const)
      expect(await endings(order.id)).toEqual([end]);
    expect(await refusalOf(hold(shop, 40))).toMatchObject({ code: 'event_called_off' });
    await publish(shop.db, shop.world, newDay(), { replace: true });
    later();
    expect((await hold(shop, 40)).state).toBe('held');
    // What the call-off asked for is over: the holder may give the entry up as ever.
    expect(await refusalOf(answerCallOff(shop.till, nameOf(keeps), { choice: 'refund' }))).toMatchObject({
      code: 'event_not_called_off',
    });
    const back = { amount: 1_000_000, currency: 'KZT' };
    await cancelEntry(shop.till, nameOf(keeps), { back });
    expect(await endings(keeps.id)).toEqual(['runner']);
  });
});

it('concerns nobody who enters for the new day before all others have answered', async () => {
  const before = await paid(10);
  await callOff({ ...postponed, unanswered: 'refund' });
  later();
  await tendCallOffs(shop.till);
  shop.world.advance(3_600_000);
  await publish(shop.db, shop.world, newDay(), { replace: true });
  later();
  const newcomer = await paid(20);
  expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 0 });
  expect(await refusalOf(answerCallOff(shop.till, nameOf(newcomer), { choice: 'refund' }))).toMatchObject({
    code: 'event_not_called_off',
  });
  shop.world.set(answerBy);
  later();
  const { id: holding } = await hold(shop, 40);
  expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 1 });
  expect(await endings(before.id)).toEqual(['event']);
  expect(await endings(newcomer.id)).toEqual(['stands']);
  expect((await orderNow(shop, holding)).state).toBe('held');
  expect((await readStoredEvent(shop.db, 'test-race'))?.calledOff).toHaveProperty('settledAt');
});

it('nothing is asked of an event that takes place', async () => {
  const order = await paid(10);
  expect(await refusalOf(answerCallOff(shop.till, nameOf(order), { choice: 'refund' }))).toMatchObject({
    code: 'event_not_called_off',
  });
  expect(await tendCallOffs(shop.till)).toEqual({ asked: 0, ended: 0 });
});
