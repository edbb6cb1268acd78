import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type FunctionDefinition,
  type FunctionName,
  functionNames,
  functions,
} from '../../infra/functions.ts';
import type { EntryInput } from '../../shared/contracts/orders.ts';
import { physicalName } from '../../shared/platform/tables.ts';
import { type Answer, openTestApi, type TestApi } from '../support/api.ts';
import { connection, contents } from '../support/database.ts';
import { bankLive } from '../support/lives/bank.ts';
import { callOffLive, cancellation } from '../support/lives/changes.ts';
import { codesLive } from '../support/lives/codes.ts';
import { differencesLive } from '../support/lives/differences.ts';
import { limitsLive } from '../support/lives/limits.ts';
import { mailLives } from '../support/lives/mail.ts';
import { moneyLive, staffMoneyLive } from '../support/lives/money.ts';
import { reconcileLive } from '../support/lives/reconcile.ts';
import { refundsByBankLive } from '../support/lives/refunds-by-bank.ts';
import { staffLive } from '../support/lives/staff.ts';
import { type RecordingProxy, recordCalls } from '../support/recording-proxy.ts';
import { sampleEntry, sampleEvent, sampleOrder, sampleRunner } from '../support/sample.ts';
import { changeableEvent, participant, teamEntry } from '../support/teams.ts';
import { transferEvent } from '../support/transferring.ts';

/** A whole season of calls, one after the other, on a machine that may be busy. */
const longestLife = 300_000;
const proxies = new Map<FunctionName, RecordingProxy>();
let api: TestApi;

beforeAll(async () => {
  const event = { ...changeableEvent({ event: sampleEvent({ places }) }), cancellation };
  api = await openTestApi(transferEvent({ unpaidPerPayer: 20 }, event), async (name, prefix) => {
    const proxy = await recordCalls(connection().endpoint, prefix);
    proxies.set(name, proxy);
    return proxy.url;
  });
  await liveThroughIt();
}, longestLife);
afterAll(async () => {
  await api.stop();
  for (const proxy of proxies.values()) await proxy.stop();
});

const minutes = 60_000;
const block = 'test-race#10k#0';
const places = 30;

/** Asks for an entry; the same runner may be refused, whatever that brought about. */
function enter(number: number, runners = 1): Promise<Answer> {
  return api.call('POST', '/api/events/test-race/orders', {
    body: sampleOrder(number, {
      entries: Array.from({ length: runners }, (_, index) => sampleEntry(number + index * 100)),
    }),
    headers: { 'idempotency-key': randomUUID() },
  });
}

async function order(number: number, runners = 1): Promise<string> {
  const answer = await enter(number, runners);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.token;
}

async function checkout(token: string): Promise<string> {
  const { status, text, body } = await api.call('POST', `/api/orders/${token}/checkout`);
  if (status !== 200) throw new Error(text);
  return new URL(body.url).pathname.split('/').at(-1) ?? '';
}

/** Others take places of an order, or all places that are free but some. */
async function lose(token: string | undefined, { but = 0 } = {}): Promise<void> {
  const mine = token?.split('.')[0];
  const stored = await contents(api.db, 'places');
  const lost = Array.from({ length: places }, (_, index) => index + 1).filter((n) => {
    const item = stored.find((place) => place.n === n);
    return mine === undefined ? item === undefined : item?.order === mine;
  });
  for (const n of lost.slice(but)) await putPlace({ pk: block, n, order: 'ord_other', entry: 'ent_other' });
  await recounted();
}

/** The availability is up to date, and processes have forgotten what it was. */
async function recounted(): Promise<void> {
  await api.project(block);
  api.world.advance(2_000);
}

async function putPlace(item: Record<string, unknown>): Promise<void> {
  await api.db.client.send(new PutCommand({ TableName: physicalName(api.db.prefix, 'places'), Item: item }));
}

/** An order whose payment Stripe has, and nobody has told of it. */
async function paidUnheard(number: number, runners = 1): Promise<string> {
  const token = await order(number, runners);
  const session = await checkout(token);
  api.stripe.faults.add({ kind: 'drop' });
  api.stripe.pay(session);
  await api.stripe.settle();
  api.stripe.faults.clear();
  return token;
}

/**
 * Everything that functions do in the life of an event, and what they do when it goes wrong: what is never done here
 * is not granted to them.
 */
async function liveThroughIt(): Promise<void> {
  // Looked at, entered, paid.
  for (const path of [
    '/api/events',
    '/api/events/test-race',
    '/api/events/test-race/totals',
    '/en',
    '/en/events/test-race',
  ])
    expect((await api.call('GET', path)).status).toBe(200);
  await limitsLive(api);
  const paid = await order(1);
  await enter(1);
  api.stripe.pay(await checkout(paid));
  await api.stripe.settle();
  for (const path of [`/api/orders/${paid}`, `/en/orders/${paid}`])
    expect((await api.call('GET', path)).status).toBe(200);

  // The page ends unpaid; the place is gone when the payment comes, and another one is found.
  api.stripe.expire(await checkout(await order(2)));
  const moved = await order(3);
  const movedSession = await checkout(moved);
  await lose(moved);
  api.stripe.pay(movedSession);
  await api.stripe.settle();

  // Paid, but nobody heard of it before the same runner enters again, or housekeeping looks; then the same without a
  // place left, and unpaid.
  for (const [number, andThen] of [
    [4, () => enter(4)],
    [5, () => api.housekeeping('2026-11-24T00:00:00.000Z')],
  ] as const) {
    await paidUnheard(number);
    const displaced = await paidUnheard(number + 10, 2);
    await order(number + 20);
    await lose(displaced, { but: 1 });
    api.world.advance(45 * minutes);
    await andThen();
    if (number === 4) for (const again of [14, 24]) await enter(again);
    const given = await paidUnheard(number + 30, 3);
    api.world.advance(45 * minutes);
    await lose(given, { but: 1 });
    await lose(undefined, { but: 1 });
    if (number === 4) await enter(34);
    else await api.housekeeping('2026-11-24T00:01:00.000Z');
    await makeRoom();
  }

  // Paid when no place is left.
  const late = await order(6);
  const lateSession = await checkout(late);
  await lose(undefined);
  await lose(late);
  api.stripe.pay(lateSession);
  await api.stripe.settle();

  await waitForPlaces();

  // What runs by itself: projection, proof, mail; and what staff read.
  await api.project(block);
  await api.housekeeping('2026-11-24T00:15:00.000Z');
  api.world.advance(10 * minutes);
  await api.sendMail();
  await makeRoom();
  await changeEntries();
  await mailLives(api);
  await codesLive(api, checkout);
  await api.project(block);
  await api.housekeeping('2026-11-24T00:30:00.000Z');
  await moneyLive(api, { order, checkout });
  await reconcileLive(api);
  await bankLive(api);
  await differencesLive(api, { order, checkout });
  await staffMoneyLive(api, { order, checkout });
  await refundsByBankLive(api, { order, checkout });
  await api.project(block);
  await staffLive(api);
  const authorization = `Bearer ${await api.token(['viewer'])}`;
  const report = await api.call('GET', '/api/staff/events/test-race/report', { headers: { authorization } });
  expect(report.body).toMatchObject({ proven: { difference: 0 }, waiting: 0 });
  await callOffLive(api, { order, checkout });
}

/** A distance is sold out: people wait, are offered places, take one, leave, let one lapse; staff change its size. */
async function waitForPlaces(): Promise<void> {
  const resize = async (capacity: number) =>
    api.call('POST', '/api/staff/events/test-race/distances/children/capacity', {
      body: { capacity },
      headers: { authorization: `Bearer ${await api.token(['finance'])}` },
    });
  expect((await resize(2)).status).toBe(200);
  api.world.advance(6_000);
  const children = (number: number, offer?: string) => ({
    ...sampleEntry(number, { distance: 'children', price: { amount: 500_001, currency: 'KZT' } }),
    project: undefined,
    runner: child(number),
    ...(offer !== undefined && { offer }),
  });
  const enterChild = (number: number, offer?: string) =>
    api.call('POST', '/api/events/test-race/orders', {
      body: sampleOrder(number, { entries: [children(number, offer)] }),
      headers: { 'idempotency-key': randomUUID() },
    });
  for (const number of [501, 502]) expect((await enterChild(number)).status).toBe(201);
  const minute = async (): Promise<void> => {
    await api.project('test-race#children#0');
    await api.housekeeping('2026-11-24T00:02:00.000Z');
  };
  await minute();
  const tokens: string[] = [];
  for (const number of [511, 512, 513, 514]) {
    api.world.advance(1_000);
    const { givenName, familyName, birthDate } = child(number);
    const joined = await api.call('POST', '/api/events/test-race/distances/children/waiting', {
      body: {
        runner: { givenName, familyName, birthDate },
        contact: { email: 'parent@example.com', locale: 'kk' },
      },
      headers: { 'idempotency-key': randomUUID() },
    });
    expect(joined.status).toBe(201);
    tokens.push(joined.body.token);
  }
  const [first = '', second = '', , last = ''] = tokens;
  api.world.advance(2 * minutes);
  await api.sendMail();
  expect((await api.call('GET', `/api/waiting/${last}`)).body).toMatchObject({
    state: 'waiting',
    position: 4,
  });
  expect((await api.call('POST', `/api/waiting/${last}/leave`)).body).toMatchObject({ state: 'left' });
  api.world.advance(41 * minutes);
  await minute();
  expect((await api.call('GET', `/kk/waiting/${first}`)).status).toBe(200);
  expect((await enterChild(511, first)).status).toBe(201);
  api.world.advance(25 * 60 * minutes);
  await minute();
  expect((await api.call('GET', `/api/waiting/${second}`)).body).toMatchObject({ state: 'lapsed' });
  expect((await resize(3)).status).toBe(200);
}

function child(number: number) {
  return {
    ...sampleRunner(number),
    birthDate: '2015-05-17',
    guardian: { name: 'Ерлан', phone: '+77012345678', consent: true },
  };
}

/** A team fills up and loses a member; an entry changes its distance, another one its runner. */
async function changeEntries(): Promise<void> {
  const post = async (path: string, body: unknown = {}) => {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await api.call('POST', path, { body, headers });
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.body;
  };
  const bought = async (number: number, entry: EntryInput) => {
    const input = sampleOrder(number, { entries: [entry] });
    const { token } = await post('/api/events/test-race/orders', input);
    api.stripe.pay(await checkout(token));
    await api.stripe.settle();
    const { body } = await api.call('GET', `/api/orders/${token}`);
    return { token, line: body.lines[0] };
  };
  const { line: team } = await bought(80, teamEntry());
  const { token: member } = await post(`/api/teams/${team.team.token}/members`, participant(81));
  await post(`/api/members/${member}/leave`);
  const { token, line } = await bought(82, sampleEntry(82));
  const path = `/api/orders/${token}/entries/${line.entry}`;
  await post(`${path}/distance`, { distance: '5k', price: line.price });
  await post(`${path}/transfer`, { to: { email: 'friend@example.com', locale: 'en' } });
  const [offer] = (await contents(api.db, 'outbox')).filter(({ kind }) => kind === 'transfer_offer');
  await post(`/api${offer?.page}`, participant(83));
  await post(`${path}/transfer/confirm`, { number: 1 });
  const [received] = (await contents(api.db, 'outbox')).filter(({ kind }) => kind === 'entry_received');
  for (const page of [
    `/teams/${team.team.token}`,
    `${offer?.page}`,
    `${received?.page}`,
    `/orders/${token}`,
  ]) {
    expect((await api.call('GET', `/api${page}`)).status).toBe(200);
    expect((await api.call('GET', `/en${page}`)).status).toBe(200);
  }
}

/** Others give their places back. */
async function makeRoom(): Promise<void> {
  const stored = await contents(api.db, 'places');
  for (const { pk, n } of stored.filter(({ order }) => order === 'ord_other'))
    await api.db.client.send(
      new DeleteCommand({ TableName: physicalName(api.db.prefix, 'places'), Key: { pk, n } }),
    );
  await recounted();
}

it.each(functionNames)('%s is granted what it asks for, and nothing else', (name) => {
  const { grants }: FunctionDefinition = functions[name];
  const granted = Object.entries(grants).flatMap(([table, actions]) =>
    actions.map((action) => `${table} ${action}`),
  );
  expect([...(proxies.get(name)?.calls ?? [])].sort()).toEqual(granted.sort());
});
