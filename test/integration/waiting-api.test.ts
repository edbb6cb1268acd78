import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../support/api.ts';
import { contents } from '../support/database.ts';
import { sampleEntry, sampleEvent, sampleOrder, sampleRunner } from '../support/sample.ts';

let api: TestApi;
let keys = 0;
beforeAll(async () => {
  api = await openTestApi(sampleEvent({ places: 2 }));
  for (const number of [1, 2])
    expect((await post('/api/events/test-race/orders', sampleOrder(number))).status).toBe(201);
});
afterAll(() => api.stop());

const waiting = '/api/events/test-race/distances/10k/waiting';
const capacity = '/api/staff/events/test-race/distances/10k/capacity';

function post(path: string, body?: unknown, headers: Record<string, string> = {}) {
  keys += 1;
  return api.call('POST', path, {
    body,
    headers: { 'idempotency-key': `waiting-api-key-${keys}`, ...headers },
  });
}

function joining(number: number, changes: object = {}) {
  const { givenName, familyName, birthDate } = sampleRunner(number);
  return {
    runner: { givenName, familyName, birthDate, ...changes },
    contact: { email: `runner${number}@example.com`, locale: 'en' },
  };
}

async function minute(): Promise<void> {
  await api.project('test-race#10k#0');
  await api.housekeeping();
  api.world.advance(6_000);
}

describe('before it opens', () => {
  it('nobody can join', async () => {
    const answer = await post(waiting, joining(10));
    expect([answer.status, answer.body.code]).toEqual([409, 'waiting_list_not_open']);
    expect(await contents(api.db, 'waiting')).toEqual([]);
  });
});

describe('a waiting list', () => {
  let first: string;
  beforeAll(minute);

  it('shows on the event, takes runners, and tells their position', async () => {
    const { distances } = (await api.call('GET', '/api/events/test-race')).body;
    expect(distances[0]).toMatchObject({ status: 'sold_out', waitingList: 'open', waiting: 0, left: 0 });
    const joined = await post(waiting, joining(10), { 'idempotency-key': 'the-first-who-waits' });
    expect(joined.status).toBe(201);
    first = joined.body.token;
    expect(joined.body).toMatchObject({
      state: 'waiting',
      position: 1,
      distance: { id: '10k' },
      locale: 'en',
    });
    api.world.advance(1_000);
    expect((await post(waiting, joining(11))).body).toMatchObject({ state: 'waiting', position: 2 });
    const again = await post(waiting, joining(10), { 'idempotency-key': 'the-first-who-waits' });
    expect([again.status, again.body.token]).toEqual([201, first]);
    expect(JSON.stringify(joined.body)).not.toMatch(/runner10@|1993-05-17|lock|request/);
  });

  it('tells a stranger who names the same runner nothing', async () => {
    const answer = await post(waiting, {
      ...joining(10),
      contact: { email: 'stranger@example.com', locale: 'en' },
    });
    expect([answer.status, answer.body.code]).toEqual([409, 'runner_already_waiting']);
    expect(answer.text).not.toContain(first);
    const mails = await contents(api.db, 'outbox');
    expect(mails.filter(({ to }) => to === 'stranger@example.com')).toEqual([]);
  });

  it('offers a place that came free, which an order takes with the token', async () => {
    api.world.advance(41 * 60_000);
    await minute();
    await minute();
    const offered = (await api.call('GET', `/api/waiting/${first}`)).body;
    expect(offered).toMatchObject({ state: 'offered', price: { amount: 2_000_000, currency: 'KZT' } });
    expect(offered.enterUrl).toBe(`http://localhost:3000/en/events/test-race/enter/10k?offer=${first}`);
    const page = await api.call('GET', `/en/events/test-race/enter/10k?offer=${first}`);
    expect(page.text).toContain('<form');
    const strange = await post(
      '/api/events/test-race/orders',
      sampleOrder(30, { entries: [sampleEntry(30, { offer: first })] }),
    );
    expect(strange.body.errors).toEqual([{ field: 'entries.0.runner', code: 'offer_of_another' }]);
    const order = await post(
      '/api/events/test-race/orders',
      sampleOrder(10, { entries: [sampleEntry(10, { offer: first })] }),
    );
    expect(order.status).toBe(201);
    expect(order.body.lines[0].place).toBe(offered.place);
    expect((await api.call('GET', `/api/waiting/${first}`)).body).toMatchObject({
      state: 'accepted',
      orderToken: order.body.token,
    });
    const spent = await post(
      '/api/events/test-race/orders',
      sampleOrder(10, { entries: [sampleEntry(10, { offer: first })] }),
    );
    expect([spent.status, spent.body.code]).toEqual([409, 'offer_over']);
  });

  it('is left once and for all, however often one asks', async () => {
    const { body } = await post(waiting, joining(12));
    for (let time = 0; time < 2; time += 1) {
      const left = await post(`/api/waiting/${body.token}/leave`);
      expect([left.status, left.body.state]).toEqual([200, 'left']);
    }
  });
});

describe('bad input', () => {
  it.each([
    ['no runner', { contact: { email: 'a@b.kz', locale: 'ru' } }, 'runner', 'required'],
    ['a day that is none', joining(20, { birthDate: '2001-02-30' }), 'runner.birthDate', 'date_invalid'],
    ['too young', joining(20, { birthDate: '2015-01-01' }), 'runner.birthDate', 'too_young'],
    ['a hidden character', joining(20, { givenName: 'А\u202eб' }), 'runner.givenName', 'text_not_allowed'],
    ['more than is asked', { ...joining(20), phone: '1' }, 'phone', 'unknown_field'],
    [
      'no address',
      { ...joining(20), contact: { email: 'x', locale: 'ru' } },
      'contact.email',
      'email_invalid',
    ],
  ])('%s is refused by its field', async (_, body, field, code) => {
    const before = await contents(api.db, 'waiting');
    const answer = await post(waiting, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field, code }));
    expect(await contents(api.db, 'waiting')).toEqual(before);
  });

  it('an unknown distance, event, or token is not found', async () => {
    for (const [path, code] of [
      [waiting.replace('10k', 'none'), 'distance_unknown'],
      [waiting.replace('test-race', 'none'), 'event_unknown'],
    ] as const)
      expect((await post(path, joining(20))).body).toMatchObject({ status: 404, code });
    for (const token of ['x', 'wai_00000000000000000000000000.00000000000000000000000000', 'a'.repeat(300)]) {
      const found = await api.call('GET', `/api/waiting/${token}`);
      const left = await post(`/api/waiting/${token}/leave`);
      for (const { status, body } of [found, left]) {
        expect(status).toBe(404);
        expect(['waiter_unknown', 'not_found']).toContain(body.code);
      }
    }
  });

  it('an offer that is no token is refused by its field', async () => {
    const answer = await post(
      '/api/events/test-race/orders',
      sampleOrder(20, { entries: [sampleEntry(20, { offer: 'wai_0.0' })] }),
    );
    expect(answer.body.errors).toEqual([{ field: 'entries.0.offer', code: 'offer_unknown' }]);
  });

  it('a request without a key is refused', async () => {
    const answer = await api.call('POST', waiting, { body: joining(20) });
    expect(answer.body.code).toBe('idempotency_key_missing');
  });
});

describe('changing the capacity', () => {
  it('takes finance or admin', async () => {
    const change = async (groups: readonly string[] | undefined, body: unknown) =>
      post(
        capacity,
        body,
        groups === undefined ? {} : { authorization: `Bearer ${await api.token(groups)}` },
      );
    expect((await change(undefined, { capacity: 4 })).status).toBe(401);
    expect((await change(['viewer'], { capacity: 4 })).status).toBe(403);
    for (const wrong of [0, 1.5, 200_001, '4', null])
      expect((await change(['admin'], { capacity: wrong })).status).toBe(422);
    expect((await change(['finance'], { capacity: 4 })).body).toEqual({ before: 2, capacity: 4 });
    expect((await change(['admin'], { capacity: 4 })).body).toEqual({ before: 4, capacity: 4 });
    const authorization = `Bearer ${await api.token(['viewer'])}`;
    api.world.advance(6_000);
    const report = await api.call('GET', '/api/staff/events/test-race/report', {
      headers: { authorization },
    });
    expect(report.body.distances[0]).toMatchObject({ capacity: 4, overCapacity: 0, reserved: 2 });
    const month = api.world.now().toISOString().slice(0, 7);
    const audit = await api.call('GET', `/api/staff/audit?month=${month}`, { headers: { authorization } });
    expect(audit.body.acts).toMatchObject([
      { act: 'capacity_changed', about: { event: 'test-race', distance: '10k' }, note: '2 → 4' },
    ]);
  });
});

describe('the network address', () => {
  it('counts against a limit that the event sets, whatever a client claims it to be', async () => {
    const other = await openTestApi({
      ...sampleEvent(),
      limits: { entriesPerOrder: 10, unpaidHoldsPerMail: 3, unpaidHoldsPerClient: 2 },
    });
    const answers = [];
    for (const number of [1, 2, 3])
      answers.push(
        await other.call('POST', '/api/events/test-race/orders', {
          body: sampleOrder(number),
          headers: {
            'idempotency-key': `network-address-${number}`,
            'x-startline-client': `198.51.100.${number}`,
            'x-forwarded-for': `198.51.100.${number}, 203.0.113.1`,
          },
        }),
      );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429]);
    expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(60);
    await other.stop();
  });
});
