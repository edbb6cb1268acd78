import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryInput } from '../../shared/contracts/orders.ts';
import { type Answer, openTestApi, type TestApi } from '../support/api.ts';
import { contents } from '../support/database.ts';
import { sampleEntry, sampleOrder } from '../support/sample.ts';
import { changeableEvent, participant, teamEntry } from '../support/teams.ts';

let api: TestApi;
let keys = 0;
beforeAll(async () => {
  api = await openTestApi(changeableEvent());
});
afterAll(() => api.stop());

const post = (path: string, body?: unknown): Promise<Answer> => {
  keys += 1;
  const headers = { 'idempotency-key': `key-for-changes-${keys}` };
  return api.call('POST', path, { ...(body !== undefined && { body }), headers });
};
const get = (path: string): Promise<Answer> => api.call('GET', path);

/** A paid order of one entry: its token and its line. */
async function paid(number: number, entry: EntryInput = sampleEntry(number)) {
  const { body: order } = await post(
    '/api/events/test-race/orders',
    sampleOrder(number, { entries: [entry] }),
  );
  const { body: checkout } = await post(`/api/orders/${order.token}/checkout`);
  api.stripe.pay(new URL(checkout.url).pathname.split('/').at(-1) ?? '');
  await api.stripe.settle();
  const { body } = await get(`/api/orders/${order.token}`);
  expect(body.state).toBe('paid');
  return { token: String(body.token), line: body.lines[0] };
}

function refused(answer: Answer, status: number, code: string): void {
  expect(answer.body).toMatchObject({ status, code });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.text).not.toMatch(/\.ts|node_modules|Error:|stack/);
}

/** The page that the latest mail of a kind leads to. */
async function pageOf(kind: string): Promise<URL> {
  const mails = (await contents(api.db, 'outbox')).filter((mail) => mail.kind === kind);
  const { page } = mails.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)).at(-1) ?? {};
  return new URL(String(page), 'http://page.example');
}
const tokenIn = (page: URL): string => page.pathname.split('/').at(-1) ?? '';

describe('a team', () => {
  it('is bought, filled by its link, and left by the member’s own', async () => {
    const { token, line } = await paid(100, teamEntry('Жетісу'));
    expect(line).toMatchObject({
      runnerName: 'Жетісу',
      price: { amount: 9_000_000 },
      team: { members: [], missing: { members: 2, women: 1 }, rule: { smallest: 2, largest: 3 } },
    });
    expect(line.ticket).toMatch(/^ent_/);
    const team = line.team.token;
    const joined = await post(`/api/teams/${team}/members`, participant(101));
    expect(joined).toMatchObject({
      status: 201,
      body: { team: { name: 'Жетісу', missing: { members: 1 } } },
    });
    expect((await pageOf('team_joined')).searchParams.get('member')).toBe(joined.body.token);
    const seen = await get(`/api/teams/${team}`);
    expect(seen.body.members).toEqual([{ name: 'Әлия-баб Н.' }]);
    for (const secret of ['+7701', '1993-05-17', 'example.com', 'Нұрланқызы', 'captain', 'lock', token])
      expect(seen.text).not.toContain(secret);
    const left = await post(`/api/members/${joined.body.token}/leave`);
    expect(left.body).toMatchObject({ members: [], joinable: true });
    expect((await post(`/api/members/${joined.body.token}/leave`)).status).toBe(200);
  });

  it('is filled and changed by the holder of its order', async () => {
    const { token, line } = await paid(110, teamEntry('Іле'));
    const path = `/api/orders/${token}/teams/${line.entry}/members`;
    const added = await post(path, participant(111));
    expect(added).toMatchObject({
      status: 201,
      body: { lines: [{ team: { missing: { members: 1, women: 0 } } }] },
    });
    const [member] = added.body.lines[0].team.members;
    expect(member.name).toBe('Әлия-ббб Нұрланқызы');
    refused(await post(path, participant(111)), 409, 'runner_already_entered');
    const removed = await post(`${path}/${member.id}/leave`);
    expect(removed.body.lines[0].team.members).toEqual([]);
  });

  it('counts as one entry in the totals, and is reported while it is incomplete', async () => {
    await api.project();
    const token = await api.token(['viewer']);
    const { body } = await api.call('GET', '/api/staff/events/test-race/report', {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(body.incompleteTeams.map(({ name }: { name: string }) => name).sort()).toEqual(
      ['Жетісу', 'Іле'].sort(),
    );
    expect(body.distances.find(({ distance }: { distance: string }) => distance === 'relay')).toMatchObject({
      entriesConfirmed: 2,
      received: { amount: 18_000_000 },
    });
  });
});

describe('an entry', () => {
  it('goes to somebody else, who has a page of their own', async () => {
    const { token, line } = await paid(200);
    const path = `/api/orders/${token}/entries/${line.entry}/transfer`;
    const asked = await post(path, { to: { email: 'Friend@Example.com', locale: 'kk' } });
    expect(asked.body.lines[0].transfer).toEqual({ number: 1, state: 'asked', to: 'friend@example.com' });
    const offer = tokenIn(await pageOf('transfer_offer'));
    const offered = await get(`/api/transfers/${offer}`);
    expect(offered.body).toMatchObject({
      state: 'asked',
      from: 'Әлия-ваа Н.',
      distance: '10k',
    });
    for (const secret of ['+7701', '1993-05-17', 'runner200', 'Нұрланқызы', token])
      expect(offered.text).not.toContain(secret);
    const accepted = await post(`/api/transfers/${offer}`, participant(201));
    expect(accepted).toMatchObject({ status: 200, body: { state: 'accepted' } });
    const { body: order } = await get(`/api/orders/${token}`);
    expect(order.lines[0].transfer).toMatchObject({ state: 'accepted', name: 'Әлия-ваб Нұрланқызы' });
    const done = await post(`${path}/confirm`, { number: 1 });
    expect(done.body.lines[0]).toMatchObject({ runnerName: 'Әлия-ваб Нұрланқызы', handedOver: true });
    expect(done.body.lines[0].ticket).toBeUndefined();
    const own = await get(`/api/entries/${tokenIn(await pageOf('entry_received'))}`);
    expect(own.body).toMatchObject({ runnerName: 'Әлия-ваб Нұрланқызы', place: line.place });
    expect(own.body.ticket).toMatch(/^ent_/);
    expect(own.text).not.toContain(token);
  });

  it('changes its distance for the same price', async () => {
    const { token, line } = await paid(210);
    const path = `/api/orders/${token}/entries/${line.entry}/distance`;
    const price = { amount: 2_000_000, currency: 'KZT' };
    refused(await post(path, { distance: '20k', price }), 409, 'price_changed');
    const { body } = await post(path, { distance: '5k', price });
    expect(body.lines[0]).toMatchObject({ distance: '5k', price });
    expect(body.lines[0].ticket).not.toBe(line.ticket);
    expect((await post(path, { distance: '5k', price })).body.lines[0].place).toBe(body.lines[0].place);
  });
});

describe('what cannot be read', () => {
  const zeros = '00000000000000000000000000';
  it.each([
    ['GET', '/api/teams/{}', 'team_unknown'],
    ['POST', '/api/teams/{}/members', 'team_unknown'],
    ['POST', '/api/members/{}/leave', 'member_unknown'],
    ['GET', '/api/transfers/{}', 'transfer_unknown'],
    ['POST', '/api/transfers/{}', 'transfer_unknown'],
    ['GET', '/api/entries/{}', 'entry_unknown'],
  ])('%s %s with a token of something else', async (method, path, code) => {
    keys += 1;
    const { token, line } = await paid(300 + keys, teamEntry(`Tokens ${keys}`));
    const wrong = ['x', token, `ord_${zeros}.ent_${zeros}.${zeros}`, `ord_${zeros}.ent_${zeros}.1.${zeros}`];
    if (!path.includes('teams')) wrong.push(line.team.token);
    for (const bad of [...wrong, `${line.team.token}0`]) {
      const address = path.replace('{}', encodeURIComponent(bad));
      const answer = method === 'GET' ? await get(address) : await post(address, participant(1));
      refused(answer, 404, code);
    }
  });

  it('an entry that the order does not have', async () => {
    const mine = await paid(400);
    const other = await paid(401);
    const path = `/api/orders/${mine.token}/entries/${other.line.entry}`;
    refused(await post(`${path}/transfer`, { to: { email: 'a@b.kz', locale: 'ru' } }), 404, 'entry_unknown');
    refused(
      await post(`${path}/distance`, { distance: '5k', price: { amount: 1, currency: 'KZT' } }),
      404,
      'entry_unknown',
    );
    const team = `/api/orders/${mine.token}/teams/${mine.line.entry}/members`;
    refused(await post(team, participant(402)), 404, 'team_unknown');
    refused(
      await post(`/api/orders/x/entries/${mine.line.entry}/transfer/cancel`, { number: 1 }),
      404,
      'order_unknown',
    );
  });

  it('bodies with fields that are wrong', async () => {
    const { token, line } = await paid(410);
    const path = `/api/orders/${token}/entries/${line.entry}`;
    const fields = async (answer: Promise<Answer>) => {
      const { status, body } = await answer;
      expect(status).toBe(422);
      return body.errors.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`);
    };
    expect(await fields(post(`${path}/transfer`, { to: { email: 'a@b', locale: 'de' } }))).toEqual([
      'to.email email_invalid',
      'to.locale not_an_option',
    ]);
    expect(await fields(post(`${path}/transfer/confirm`, { number: '1', admin: true }))).toEqual([
      'number wrong_type',
      'admin unknown_field',
    ]);
    expect(await fields(post(`${path}/distance`, { distance: '5 K' }))).toEqual([
      'distance format_invalid',
      'price required',
    ]);
    const { team } = (await paid(411, teamEntry('Fields'))).line;
    expect(
      await fields(post(`/api/teams/${team.token}/members`, { ...participant(1), runner: {} })),
    ).toContain('runner.givenName required');
    refused(
      await api.call('POST', `/api/teams/${team.token}/members`, { body: participant(1) }),
      400,
      'idempotency_key_missing',
    );
  });

  it('a team without a name or with a captain who cannot be called', async () => {
    const entry = teamEntry(' ');
    const { body } = await post('/api/events/test-race/orders', sampleOrder(1, { entries: [entry] }));
    expect(body.errors).toEqual([{ field: 'entries.0.team.name', code: 'required', limit: 1 }]);
    const { team } = teamEntry();
    const wrong = { ...entry, team: team && { ...team, captain: { ...team.captain, phone: '12' } } };
    const answer = await post('/api/events/test-race/orders', sampleOrder(1, { entries: [wrong] }));
    expect(answer.body.errors).toEqual([{ field: 'entries.0.team.captain.phone', code: 'phone_invalid' }]);
  });
});
