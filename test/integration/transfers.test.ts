import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verify } from '../../shared/ledger/verify.ts';
import { changeDistance } from '../../shared/orders/change-distance.ts';
import { readOrderWithEntries } from '../../shared/orders/order.ts';
import {
  acceptOffer,
  askTransfer,
  cancelOffer,
  confirmTransfer,
  loadEntryView,
  loadTransferView,
} from '../../shared/orders/transfers.ts';
import { loadOrderView } from '../../shared/orders/view.ts';
import { hold, refusalOf } from '../support/buying.ts';
import { contents } from '../support/database.ts';
import { ConnectionLost, withFaults } from '../support/faults.ts';
import { nameOf, paidOrderOf } from '../support/paying.ts';
import { sampleEntry } from '../support/sample.ts';
import { openTestShop, type TestShop } from '../support/shop.ts';
import { changeableEvent, participant, teamEntry } from '../support/teams.ts';

let shop: TestShop;
let name: { order: string; entry: string };
let numbers = 0;
beforeAll(async () => {
  shop = await openTestShop(changeableEvent());
});
afterAll(() => shop.stop());
beforeEach(async () => {
  numbers += 100;
  name = nameOf(await paidOrderOf(shop, numbers, [sampleEntry(numbers)]));
});

const to = { email: 'friend@example.com', locale: 'en' as const };
const ask = (email = to.email) => askTransfer(shop.desk, name, { to: { ...to, email } });
const accept = (number = 1, runner = numbers + 1) =>
  acceptOffer(shop.desk, { ...name, number }, participant(runner));
const confirm = (number = 1, desk = shop.desk) => confirmTransfer(desk, { ...name, number });
const cancel = (number = 1) => cancelOffer(shop.desk, { ...name, number });
const state = async (number = 1) => (await loadTransferView(shop.desk, { ...name, number })).state;
async function line() {
  const order = await loadOrderView(shop.desk, shop.desk.keys, name.order);
  const [first] = order?.lines ?? [];
  if (first?.kind !== 'entry') throw new Error('There is no entry.');
  return first;
}
async function mails() {
  const all = await contents(shop.db, 'outbox');
  return all
    .filter(({ order, kind }) => order === name.order && kind !== 'order_paid')
    .map(({ kind }) => kind);
}
/** The locks of the order; each is one runner's. */
const locks = async () => (await contents(shop.db, 'runners')).filter(({ order }) => order === name.order);

describe('an entry that is handed over', () => {
  it('is the new runner’s when the holder confirms, and nothing of its money or place changes', async () => {
    const before = await line();
    const ledger = await contents(shop.db, 'ledger');
    const [lock] = await locks();
    await ask();
    expect(await state()).toBe('asked');
    await accept();
    expect(await line()).toMatchObject({
      runnerName: before.runnerName,
      ticket: before.ticket,
      transfer: { number: 1, state: 'accepted', to: 'friend@example.com' },
    });
    await confirm();
    const after = await line();
    expect(after).toMatchObject({
      place: before.place,
      price: before.price,
      shares: before.shares,
      handedOver: true,
    });
    expect(after.runnerName).not.toBe(before.runnerName);
    expect(after.ticket).toBeUndefined();
    expect(after.transfer).toBeUndefined();
    expect(await contents(shop.db, 'ledger')).toEqual(ledger);
    const [newLock, ...others] = await locks();
    expect(others).toEqual([]);
    expect(newLock?.pk).not.toBe(lock?.pk);
    expect(new Set(await mails())).toEqual(
      new Set(['transfer_offer', 'transfer_confirm', 'transfer_done', 'entry_received']),
    );
  });

  it('has a ticket of the new runner’s own, by a link of their own', async () => {
    const { ticket } = await line();
    expect((await refusalOf(loadEntryView(shop.desk, name, 1))).code).toBe('entry_unknown');
    await ask();
    await accept();
    await confirm();
    const seen = await loadEntryView(shop.desk, name, 1);
    expect(seen.runnerName).toBe((await line()).runnerName);
    expect(seen.ticket).not.toBe(ticket);
    expect((await refusalOf(loadEntryView(shop.desk, name, 0))).code).toBe('entry_unknown');
  });

  it('lets the first runner enter again, and the new one not', async () => {
    await ask();
    await accept();
    await confirm();
    await hold(shop, numbers + 50, { entries: [sampleEntry(numbers)] });
    const again = hold(shop, numbers + 51, { entries: [sampleEntry(numbers + 1)] });
    expect((await refusalOf(again)).code).toBe('runner_already_entered');
  });

  it('can be changed by its order no more', async () => {
    await ask();
    await accept();
    await confirm();
    expect((await refusalOf(ask('third@example.com'))).code).toBe('entry_handed_over');
    const other = changeDistance(shop.desk, name, {
      distance: '5k',
      price: { amount: 2_000_000, currency: 'KZT' },
    });
    expect((await refusalOf(other)).code).toBe('entry_handed_over');
  });
});

describe('every step, repeated or at once', () => {
  it('is done once', async () => {
    await Promise.all([ask(), ask(), ask()]);
    await Promise.all([accept(), accept(), accept()]);
    await Promise.all(Array.from({ length: 5 }, () => confirm()));
    expect(await mails()).toHaveLength(4);
    expect(await locks()).toHaveLength(1);
  });

  it('is done once when its answer is lost', async () => {
    await ask();
    await accept();
    const cut = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    await expect(confirm(1, { ...shop.desk, db: cut })).rejects.toThrow(ConnectionLost);
    await confirm();
    expect(await mails()).toHaveLength(4);
    expect(await locks()).toHaveLength(1);
  });

  it('leaves all as it was when it is cut off before', async () => {
    await ask();
    await accept();
    const before = await readOrderWithEntries(shop.db, name.order);
    const cut = withFaults(shop.db, { command: 'TransactWrite', kind: 'fail-before' });
    await expect(confirm(1, { ...shop.desk, db: cut })).rejects.toThrow(ConnectionLost);
    expect(await readOrderWithEntries(shop.db, name.order)).toEqual(before);
  });

  it('either confirms or cancels, never both', async () => {
    await ask();
    await accept();
    const results = await Promise.allSettled([confirm(), cancel(), confirm(), cancel()]);
    const ended = await state();
    const { handedOver } = await line();
    expect(['done', 'cancelled']).toContain(ended);
    expect(handedOver === true).toBe(ended === 'done');
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(results.some(({ status }) => status === 'rejected')).toBe(true);
    expect(await locks()).toHaveLength(1);
  });
});

describe('an offer', () => {
  it('is replaced by a later one to somebody else', async () => {
    await ask();
    await ask('other@example.com');
    const replaced = await loadTransferView(shop.desk, { ...name, number: 1 });
    expect(replaced.state).toBe('cancelled');
    expect(replaced.from).toBeUndefined();
    expect((await refusalOf(accept(1))).code).toBe('transfer_over');
    await accept(2);
    expect((await refusalOf(confirm(1))).code).toBe('transfer_over');
    await confirm(2);
  });

  it('that was taken back is open to nobody', async () => {
    await ask();
    await accept();
    await cancel();
    await cancel();
    expect((await refusalOf(confirm())).code).toBe('transfer_over');
    expect((await refusalOf(accept())).code).toBe('transfer_over');
    // Nothing of the person who accepted is kept.
    expect(JSON.stringify(await contents(shop.db, 'orders'))).not.toContain(
      `runner${numbers + 1}@example.com`,
    );
    await ask();
    expect(await state(2)).toBe('asked');
  });

  it('is accepted by one person only', async () => {
    await ask();
    const results = await Promise.allSettled([1, 2, 3, 4].map((number) => accept(1, numbers + number)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('needs somebody of the right age, who agrees', async () => {
    await ask();
    const child = {
      ...participant(numbers + 1, { birthDate: '2016-01-01' }),
      consents: { rules: true, personalData: false },
    };
    const refused = await refusalOf(acceptOffer(shop.desk, { ...name, number: 1 }, child));
    expect(refused.detail.errors).toEqual([
      { field: 'consents.personalData', code: 'consent_required' },
      { field: 'runner.birthDate', code: 'too_young', limit: 15 },
    ]);
  });

  it('is not for who has an entry, before or after accepting', async () => {
    await ask();
    await hold(shop, numbers + 50, { entries: [sampleEntry(numbers + 2)] });
    expect((await refusalOf(accept(1, numbers + 2))).code).toBe('runner_already_entered');
    await accept();
    await hold(shop, numbers + 51, { entries: [sampleEntry(numbers + 1)] });
    expect((await refusalOf(confirm())).code).toBe('runner_already_entered');
    expect(await state()).toBe('accepted');
  });

  it('ends with the time to hand over', async () => {
    await ask();
    await accept();
    const now = shop.world.now().toISOString();
    shop.world.set('2027-09-12T00:00:00.000Z');
    expect((await refusalOf(confirm())).code).toBe('transfer_closed');
    expect((await refusalOf(ask('x@example.com'))).code).toBe('transfer_closed');
    shop.world.set(now);
  });

  it('is taken back when the entry changes its distance', async () => {
    await ask();
    await accept();
    await changeDistance(shop.desk, name, { distance: '5k', price: { amount: 2_000_000, currency: 'KZT' } });
    expect(await state()).toBe('cancelled');
    expect((await refusalOf(confirm())).code).toBe('transfer_over');
  });

  it('is not made of a team, or of what is not paid', async () => {
    const team = nameOf(await paidOrderOf(shop, numbers + 60, [teamEntry()]));
    expect((await refusalOf(askTransfer(shop.desk, team, { to }))).code).toBe('entry_unknown');
    const unpaid = nameOf(await hold(shop, numbers + 61, { entries: [sampleEntry(numbers + 61)] }));
    expect((await refusalOf(askTransfer(shop.desk, unpaid, { to }))).code).toBe('order_not_paid');
  });
});

it('the ledger stays proven', async () => {
  expect(await verify(shop.db, shop.world)).toMatchObject({ difference: 0 });
});
