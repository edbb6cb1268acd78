import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { promoCode, publishPromoCodes } from '../../shared/catalogue/promo-codes.ts';
import { tableNames } from '../../shared/platform/tables.ts';
import { type Answer, openTestApi, type TestApi } from '../support/api.ts';
import { contents } from '../support/database.ts';
import { sampleEntry, sampleOrder, sampleRunner } from '../support/sample.ts';
import { teamEntry } from '../support/teams.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
  const codes = [
    { code: 'KIDS-ONLY', off: { percent: 1_000 }, distances: ['children'], uses: 5 },
    { code: 'OVER', off: { percent: 1_000 }, closesAt: '2026-10-02T00:00:00.000Z', uses: 5 },
    { code: 'LATER', off: { percent: 1_000 }, opensAt: '2099-01-01T00:00:00.000Z', uses: 5 },
    { code: 'ONE-USE', off: { percent: 1_000 }, uses: 1 },
  ];
  await publishPromoCodes(
    api.db,
    api.world,
    'test-race',
    codes.map((code) => promoCode.parse(code)),
  );
});
afterAll(() => api.stop());

const newKey = (): string => `key-${randomUUID()}`;

function order(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return api.call('POST', '/api/events/test-race/orders', {
    body,
    headers: { 'idempotency-key': newKey(), ...headers },
  });
}

/** Everything that is stored, but for the published event. */
async function stored(): Promise<unknown[]> {
  const all = await Promise.all(
    tableNames.filter((name) => name !== 'catalogue').map((name) => contents(api.db, name)),
  );
  return all.flat();
}

async function refused(answer: Answer, status: number, code: string): Promise<void> {
  expect(answer.body).toMatchObject({ status, code, type: `urn:startline:problem:${code}` });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body.instance).toMatch(/^req_/);
  expect(answer.text).not.toMatch(/\.ts|node_modules|Error:|stack/);
  expect(await stored()).toEqual([]);
}

const withRunner = (changes: object) =>
  sampleOrder(1, { entries: [sampleEntry(1, { runner: { ...sampleRunner(1), ...changes } })] });
const withEntry = (changes: object) => ({ ...sampleOrder(1), entries: [{ ...sampleEntry(1), ...changes }] });
const withDonation = (changes: object) => ({
  ...sampleOrder(1),
  entries: [],
  donations: [{ project: 'school', amount: { amount: 500_000, currency: 'KZT' }, ...changes }],
});

describe('a body', () => {
  it('that is not JSON', async () => refused(await order('{"contact":'), 400, 'body_not_json'));
  it('of another type', async () =>
    refused(
      await order('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'media_type_unsupported',
    ));
  it('that is too large', async () =>
    refused(await order({ ...sampleOrder(1), filler: 'x'.repeat(70_000) }), 413, 'body_too_large'));
  it('that is no object', async () => refused(await order('[1, 2]'), 422, 'validation_failed'));
  it('that is empty', async () => refused(await order(''), 400, 'body_not_json'));
  it('with a prototype as a key', async () =>
    refused(await order('{"__proto__": {"x": 1}}'), 422, 'validation_failed'));
});

describe('an Idempotency-Key', () => {
  it.each(['', 'short', 'a'.repeat(101), 'with spaces in between'])('"%s" is refused', async (key) =>
    refused(await order(sampleOrder(1), { 'idempotency-key': key }), 400, 'idempotency_key_missing'),
  );
});

describe('an address', () => {
  it('of no event', async () =>
    refused(await api.call('GET', '/api/events/no-such-race'), 404, 'event_unknown'));
  it('of a malformed event', async () =>
    refused(await api.call('GET', '/api/events/..%2F..%2Fetc'), 404, 'not_found'));
  it('of nothing', async () => refused(await api.call('GET', '/api/nothing'), 404, 'not_found'));
  it('with another method', async () => {
    const answer = await api.call('DELETE', '/api/events/test-race');
    await refused(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET');
  });
  it('of an order in an unknown event', async () =>
    refused(
      await api.call('POST', '/api/events/no-such-race/orders', {
        body: sampleOrder(1),
        headers: { 'idempotency-key': newKey() },
      }),
      404,
      'event_unknown',
    ));
  it.each([
    'ord_00000000000000000000000000.00000000000000000000000000',
    'ord_00000000000000000000000000',
    'x',
    'ord_00000000000000000000000000.0000000000000000000000000ü',
    'a'.repeat(300),
  ])('of an order by the token %s', async (token) => {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/checkout'],
      ['GET', '/calendar.ics'],
    ] as const) {
      const answer = await api.call(method, `/api/orders/${encodeURIComponent(token)}${path}`);
      expect([404]).toContain(answer.status);
      expect(['order_unknown', 'not_found']).toContain(answer.body.code);
    }
    expect(await stored()).toEqual([]);
  });
});

describe('a field', () => {
  it.each([
    ['no contact', { ...sampleOrder(1), contact: undefined }, 'contact', 'required'],
    [
      'a malformed e-mail',
      { ...sampleOrder(1), contact: { email: 'a@b', locale: 'ru' } },
      'contact.email',
      'email_invalid',
    ],
    [
      'an unknown language',
      { ...sampleOrder(1), contact: { email: 'a@b.kz', locale: 'de' } },
      'contact.locale',
      'not_an_option',
    ],
    ['nothing ordered', { ...sampleOrder(1), entries: [] }, 'entries', 'too_few'],
    [
      'eleven entries',
      { ...sampleOrder(1), entries: Array.from({ length: 11 }, (_, number) => sampleEntry(number)) },
      'entries',
      'too_many',
    ],
    ['a member that is not known', { ...sampleOrder(1), admin: true }, 'admin', 'unknown_field'],
    ['an unknown distance', withEntry({ distance: 'no-such' }), 'entries.0.distance', 'distance_unknown'],
    ['an unknown project', withEntry({ project: 'no-such' }), 'entries.0.project', 'project_unknown'],
    [
      'a project that the distance does not offer',
      withEntry({ project: 'trees' }),
      'entries.0.project',
      'project_unknown',
    ],
    ['no project', withEntry({ project: undefined }), 'entries.0.project', 'project_required'],
    [
      'no consent to the rules',
      withEntry({ consents: { rules: false, personalData: true } }),
      'entries.0.consents.rules',
      'consent_required',
    ],
    [
      'no consent to personal data',
      withEntry({ consents: { rules: true, personalData: false } }),
      'entries.0.consents.personalData',
      'consent_required',
    ],
    [
      'a price in another currency',
      withEntry({ price: { amount: 2_000_000, currency: 'USD' } }),
      'entries.0.price.currency',
      'currency_wrong',
    ],
    [
      'a price that is a string',
      withEntry({ price: { amount: '2000000', currency: 'KZT' } }),
      'entries.0.price.amount',
      'wrong_type',
    ],
    ['30 February', withRunner({ birthDate: '1990-02-30' }), 'entries.0.runner.birthDate', 'date_invalid'],
    [
      'a date in another form',
      withRunner({ birthDate: '17.05.1993' }),
      'entries.0.runner.birthDate',
      'date_invalid',
    ],
    ['a country that is none', withRunner({ country: 'XX' }), 'entries.0.runner.country', 'country_unknown'],
    ['a phone of letters', withRunner({ phone: 'call me' }), 'entries.0.runner.phone', 'phone_invalid'],
    [
      'a name of 10,000 characters',
      withRunner({ givenName: 'я'.repeat(10_000) }),
      'entries.0.runner.givenName',
      'too_long',
    ],
    [
      'a name with a line break',
      withRunner({ givenName: 'Айгүл\nBcc: x' }),
      'entries.0.runner.givenName',
      'text_not_allowed',
    ],
    [
      'a name with a direction override',
      withRunner({ familyName: 'Иванов\u202Egnp' }),
      'entries.0.runner.familyName',
      'text_not_allowed',
    ],
    [
      'a name without letters',
      withRunner({ givenName: '12345' }),
      'entries.0.runner.givenName',
      'name_invalid',
    ],
    ['markup as a name', withRunner({ givenName: '<b>x</b>' }), 'entries.0.runner.givenName', 'name_invalid'],
    ['no name', withRunner({ givenName: '   ' }), 'entries.0.runner.givenName', 'required'],
    ['too young', withRunner({ birthDate: '2012-09-27' }), 'entries.0.runner.birthDate', 'too_young'],
    [
      'too old for the children',
      withEntry({ distance: 'children', project: undefined, price: { amount: 500_001, currency: 'KZT' } }),
      'entries.0.runner.birthDate',
      'too_old',
    ],
    [
      'a minor without a guardian',
      withRunner({ birthDate: '2011-01-01' }),
      'entries.0.runner.guardian',
      'guardian_required',
    ],
    [
      'the same runner twice',
      { ...sampleOrder(1), entries: [sampleEntry(1), sampleEntry(1)] },
      'entries.1.runner',
      'runner_twice',
    ],
    [
      'a negative gift',
      withDonation({ amount: { amount: -1, currency: 'KZT' } }),
      'donations.0.amount.amount',
      'too_small',
    ],
    [
      'a gift of parts of a tiyn',
      withDonation({ amount: { amount: 500_000.5, currency: 'KZT' } }),
      'donations.0.amount.amount',
      'wrong_type',
    ],
    [
      'a huge gift',
      withDonation({ amount: { amount: 9_007_199_254_740_991, currency: 'KZT' } }),
      'donations.0.amount.amount',
      'too_large',
    ],
    [
      'a gift beyond all integers',
      withDonation({ amount: { amount: 1e300, currency: 'KZT' } }),
      'donations.0.amount.amount',
      'too_large',
    ],
    [
      'a gift that is a string',
      withDonation({ amount: { amount: '500000', currency: 'KZT' } }),
      'donations.0.amount.amount',
      'wrong_type',
    ],
    ['a gift to no project', withDonation({ project: 'no-such' }), 'donations.0.project', 'project_unknown'],
    [
      'a message with control characters',
      withDonation({ message: 'hello\u0007' }),
      'donations.0.message',
      'text_not_allowed',
    ],
    [
      'a message of 10,000 characters',
      withDonation({ message: 'x'.repeat(10_000) }),
      'donations.0.message',
      'too_long',
    ],
  ])('%s', async (_, body, field, code) => {
    const answer = await order(body);
    await refused(answer, 422, 'validation_failed');
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field, code }));
  });

  it('names every field that is wrong at once', async () => {
    const answer = await order(withRunner({ givenName: '', email: 'no', phone: 'no', country: 'XX' }));
    expect(answer.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'entries.0.runner.country',
      'entries.0.runner.email',
      'entries.0.runner.givenName',
      'entries.0.runner.phone',
    ]);
  });
});

describe('a price', () => {
  it('that is no longer right is answered with the new one', async () => {
    const answer = await order(withEntry({ price: { amount: 1_900_000, currency: 'KZT' } }));
    await refused(answer, 409, 'price_changed');
    expect(answer.body.prices).toEqual([
      { field: 'entries.0.price', distance: '10k', price: { amount: 2_000_000, currency: 'KZT' } },
    ]);
  });
});

describe('what an order would cost', () => {
  const ask = (body: unknown, event = 'test-race') =>
    api.call('POST', `/api/events/${event}/quote`, { body });
  const of10k = { entries: [{ distance: '10k' }] };

  it('is not told for what is no JSON', async () => refused(await ask('{"entries":'), 400, 'body_not_json'));
  it('is not told for no event', async () => refused(await ask(of10k, 'no-such'), 404, 'event_unknown'));
  it.each([
    ['no entries', {}, 'entries', 'required'],
    ['entries that are none', { entries: 'all' }, 'entries', 'wrong_type'],
    [
      'eleven entries',
      { entries: Array.from({ length: 11 }, () => ({ distance: '10k' })) },
      'entries',
      'too_many',
    ],
    ['an unknown distance', { entries: [{ distance: 'no-such' }] }, 'entries.0.distance', 'distance_unknown'],
    [
      'a birthday that is none',
      { entries: [{ distance: '10k', birthDate: '1990-02-30' }] },
      'entries.0.birthDate',
      'date_invalid',
    ],
    ['a member that is not known', { ...of10k, price: 1 }, 'price', 'unknown_field'],
    ['a cover that the event does not offer', { ...of10k, coverFee: true }, 'coverFee', 'unknown_field'],
    ['a code that is no text', { ...of10k, code: 5 }, 'code', 'wrong_type'],
    ['an unknown code', { ...of10k, code: 'NO-SUCH' }, 'code', 'code_unknown'],
    ['a code of 33 letters', { ...of10k, code: 'A'.repeat(33) }, 'code', 'code_unknown'],
    ['a code of 10,000 letters', { ...of10k, code: 'A'.repeat(10_000) }, 'code', 'too_long'],
    ['a code with a key in it', { ...of10k, code: 'OVER#1' }, 'code', 'code_unknown'],
    ['a code before its time', { ...of10k, code: 'LATER' }, 'code', 'code_unknown'],
    ['an expired code', { ...of10k, code: 'OVER' }, 'code', 'code_expired'],
    ['a code of another distance', { ...of10k, code: 'KIDS-ONLY' }, 'code', 'code_not_for_distance'],
    [
      'more entries than a code has uses',
      { entries: [{ distance: '10k' }, { distance: '10k' }], code: 'one-use' },
      'code',
      'code_used_up',
    ],
  ])('is not told for %s', async (_, body, field, code) => {
    const answer = await ask(body);
    await refused(answer, 422, 'validation_failed');
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field, code }));
  });
});

describe('registration', () => {
  it('that is not open', async () => {
    const answer = await order(sampleOrder(1, { entries: [teamEntry()] }));
    await refused(answer, 409, 'registration_not_open');
    expect(answer.body.opensAt).toBe('2027-04-01T04:00:00.000Z');
  });
});

describe('a staff call', () => {
  const report = (authorization?: string) =>
    api.call(
      'GET',
      '/api/staff/events/test-race/report',
      authorization === undefined ? {} : { headers: { authorization } },
    );

  it('without a token', async () => {
    const answer = await report();
    await refused(answer, 401, 'token_missing');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
  it('with a token that is none', async () => refused(await report('Bearer x.y.z'), 401, 'token_invalid'));
  it('with an unsigned token', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      iss: api.signIn.issuer,
      client_id: 'startline-console',
      token_use: 'access',
      exp: 4_000_000_000,
      'cognito:groups': ['admin'],
    };
    await refused(await report(`Bearer ${part({ alg: 'none' })}.${part(claims)}.`), 401, 'token_invalid');
  });
  it('of somebody in no group', async () =>
    refused(await report(`Bearer ${await api.token([])}`), 403, 'role_missing'));
  it('of somebody in another group', async () =>
    refused(await report(`Bearer ${await api.token(['volunteers'])}`), 403, 'role_missing'));
  it('in the right group, about no event', async () => {
    const token = await api.token(['viewer']);
    await refused(
      await api.call('GET', '/api/staff/events/no-such/report', {
        headers: { authorization: `Bearer ${token}` },
      }),
      404,
      'event_unknown',
    );
  });
  it('in the right group, with a format that does not exist', async () => {
    const token = await api.token(['viewer']);
    await refused(
      await api.call('GET', '/api/staff/events/test-race/report?format=xls', {
        headers: { authorization: `Bearer ${token}` },
      }),
      422,
      'validation_failed',
    );
  });
});
