import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { openCatalogue } from '../../../shared/catalogue/store.ts';
import { openGuide } from '../../../shared/entries/availability.ts';
import { bankTransferGateway } from '../../../shared/payments/bank-transfer/gateway.ts';
import { recordBankPayment } from '../../../shared/payments/bank-transfer/record.ts';
import { closedGateway, combineGateways } from '../../../shared/payments/gateways.ts';
import type { Till } from '../../../shared/payments/till.ts';
import { physicalName } from '../../../shared/platform/tables.ts';
import type { TestApi } from '../api.ts';
import { contents } from '../database.ts';
import { withFaults } from '../faults.ts';
import { sampleEntry, sampleOrder } from '../sample.ts';
import { testKeys } from '../shop.ts';
import { payer, statementLine } from '../transferring.ts';
import { asStaff } from './staff.ts';

const distance = '20k';
const partition = `test-race#${distance}#0`;
const price = 3_000_000;
const day = 24 * 60 * 60_000;

/** What buyers and staff do with invoices and bank transfers on the 20 km, and what happens when it goes wrong. */
export async function bankLive(api: TestApi): Promise<void> {
  let lines = 0;
  const lineOf = (reference: string, amount: number) => {
    lines += 1;
    return statementLine(`line-${lines}`, reference, {
      amount,
      date: api.world.now().toISOString().slice(0, 10),
    });
  };
  const record = async (reference: string, amount: number) =>
    asStaff(api, 'finance', 'POST', '/bank-payments', lineOf(reference, amount));

  const exact = await invoiced(api, 901);
  await record(exact.reference, price);
  const parts = await invoiced(api, 902);
  await record(parts.reference, 1);
  await record(parts.reference, price);
  const unclear = await record('entry fee', price);
  const meant = await invoiced(api, 903);
  await asStaff(api, 'finance', 'POST', `/bank-payments/${unclear.id}/assign`, { to: meant.reference });
  const strange = await record('entry fee', price);
  const sent = () => ({ reference: 'out', date: api.world.now().toISOString().slice(0, 10) });
  await asStaff(api, 'finance', 'POST', `/bank-payments/${strange.id}/return`, sent());

  // The place went to somebody else, and another one is found.
  const moved = await invoiced(api, 904);
  await loseOne(api, moved.order);
  await record(moved.reference, price);

  // A part came, and the same runner enters again when the hold is over; of another one housekeeping ends the hold.
  const again = await invoiced(api, 905);
  await record(again.reference, 1);
  const over = await invoiced(api, 906);
  await record(over.reference, 1);
  const late = await invoiced(api, 907, 2);
  const unheard = await invoiced(api, 908);
  await recordAndDie(api, lineOf(unheard.reference, price + 1));
  await api.housekeeping('2026-11-24T00:05:00.000Z');
  api.world.advance(6 * day);
  await enter(api, 905);
  await api.housekeeping('2026-11-24T01:00:00.000Z');

  // It came, and nobody heard of it until the same runner enters again, when a place is gone and none is left.
  const heardLater = await invoiced(api, 911, 2);
  await recordAndDie(api, lineOf(heardLater.reference, 2 * price));
  api.world.advance(6 * day);
  await loseAll(api, heardLater.order);
  await api.call('POST', '/api/events/test-race/orders', {
    body: sampleOrder(911, { entries: [sampleEntry(911, { distance: '5k' })] }),
    headers: { 'idempotency-key': randomUUID() },
  });
  await makeRoom(api);

  // It comes too late, when only one of two places is left.
  const tooLate = await invoiced(api, 909, 2);
  await loseAll(api, tooLate.order);
  await record(tooLate.reference, 2 * price);
  await record(late.reference, 2 * price);
  await makeRoom(api);

  const { refunds } = await asStaff(api, 'viewer', 'GET', '/bank-transfers');
  for (const { payment, id } of refunds)
    await asStaff(api, 'finance', 'POST', `/bank-refunds/${payment}/${id}/sent`, sent());
}

async function enter(api: TestApi, number: number, runners = 1): Promise<string> {
  const entries = Array.from({ length: runners }, (_, index) =>
    sampleEntry(number + index * 1000, { distance, price: { amount: price, currency: 'KZT' } }),
  );
  const answer = await api.call('POST', '/api/events/test-race/orders', {
    body: sampleOrder(number, { entries }),
    headers: { 'idempotency-key': randomUUID() },
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.token;
}

async function invoiced(api: TestApi, number: number, runners = 1) {
  const token = await enter(api, number, runners);
  const issued = await api.call('POST', `/api/orders/${token}/invoice`, { body: { payer } });
  if (issued.status !== 200) throw new Error(issued.text);
  const { body } = await api.call('GET', `/api/orders/${token}`);
  const reference: string = body.invoice.reference;
  return { order: token.split('.')[0] ?? '', reference };
}

/** A statement line is recorded by a process that dies before anything follows from it. */
async function recordAndDie(api: TestApi, line: Parameters<typeof recordBankPayment>[2]): Promise<void> {
  const { world } = api;
  const db = withFaults(
    api.db,
    { command: 'TransactWrite', kind: () => {} },
    { command: 'TransactWrite', kind: 'fail-before', times: 9 },
  );
  const office = { publicUrl: 'http://localhost:3000', tokenOf: (order: string) => order, livemode: false };
  const till: Till = {
    db,
    world,
    catalogue: openCatalogue(db, world),
    guide: openGuide(db, world),
    gateway: combineGateways({
      card: closedGateway,
      bank_transfer: bankTransferGateway({ db, world, ...office }),
    }),
    ...office,
    keys: testKeys,
    log: () => {},
  };
  await recordBankPayment(till, 'staff-who-dies', line);
}

async function place(api: TestApi, n: number): Promise<void> {
  const Item = { pk: partition, n, order: 'ord_other', entry: 'ent_other' };
  await api.db.client.send(new PutCommand({ TableName: physicalName(api.db.prefix, 'places'), Item }));
}

async function placesOf(api: TestApi, order: string): Promise<number[]> {
  const items = await contents(api.db, 'places');
  return items.filter((item) => item.pk === partition && item.order === order).map(({ n }) => n);
}

/** Others take the places of an order. */
async function loseOne(api: TestApi, order: string): Promise<void> {
  for (const n of await placesOf(api, order)) await place(api, n);
  await recounted(api);
}

/** Others take every place but one of an order's. */
async function loseAll(api: TestApi, order: string): Promise<void> {
  const [, ...own] = await placesOf(api, order);
  const stored = new Map((await contents(api.db, 'places')).map((item) => [`${item.pk}#${item.n}`, item]));
  for (let n = 1; n <= 50; n += 1) {
    const item = stored.get(`${partition}#${n}`);
    // A hold that is over could be taken over.
    if (!item || (item.heldUntil !== undefined && item.order !== order)) await place(api, n);
  }
  for (const n of own) await place(api, n);
  await recounted(api);
}

/** Others give their places back. */
async function makeRoom(api: TestApi): Promise<void> {
  for (const n of await placesOf(api, 'ord_other'))
    await api.db.client.send(
      new DeleteCommand({ TableName: physicalName(api.db.prefix, 'places'), Key: { pk: partition, n } }),
    );
  await recounted(api);
}

/** The availability is up to date, and processes have forgotten what it was. */
async function recounted(api: TestApi): Promise<void> {
  await api.project(partition);
  api.world.advance(2_000);
}
