import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../shared/ledger/verify.ts';
import { openTestApi, type TestApi } from '../support/api.ts';
import { sampleEntry, sampleOrder } from '../support/sample.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.stop());

async function place(number: number, input = sampleOrder(number)): Promise<string> {
  const answer = await api.call('POST', '/api/events/test-race/orders', {
    body: input,
    headers: { 'idempotency-key': `key-for-the-api-${number}` },
  });
  expect(answer.status).toBe(201);
  return answer.body.token;
}

async function pay(token: string): Promise<void> {
  const checkout = await api.call('POST', `/api/orders/${token}/checkout`);
  expect(checkout).toMatchObject({ status: 200, body: { state: 'paying' } });
  api.stripe.pay(new URL(checkout.body.url).pathname.split('/').at(-1) ?? '');
  await api.stripe.settle();
}

describe('an entry, from the form to the totals', () => {
  let token: string;

  it('is held', async () => {
    token = await place(1);
    const order = await api.call('GET', `/api/orders/${token}`);
    expect(order.body).toMatchObject({ state: 'held', total: { amount: 2_000_000, currency: 'KZT' } });
    expect(order.body.lines[0]).toMatchObject({ runnerName: 'Әлия-б Нұрланқызы', distance: '10k' });
    expect(order.body.lines[0].ticket).toBeUndefined();
    expect(order.headers.get('cache-control')).toBe('no-store');
  });

  it('tells nothing beyond its contract', async () => {
    const { text } = await api.call('GET', `/api/orders/${token}`);
    for (const secret of ['+7701', '1993-05-17', 'runner1@example.com', 'Ерлан', 'fingerprint', 'lock'])
      expect(text).not.toContain(secret);
  });

  it('is paid through the payment page', async () => {
    await pay(token);
    const { body } = await api.call('GET', `/api/orders/${token}`);
    expect(body).toMatchObject({
      state: 'paid',
      shares: [{ project: 'school', amount: { amount: 500_000 } }],
    });
    expect(body.lines[0].ticket).toMatch(/^ent_/);
    expect(body.heldUntil).toBeUndefined();
  });

  it('has a receipt in three languages', async () => {
    for (const [locale, title] of [
      ['kk', 'Түбіртек'],
      ['ru', 'Квитанция'],
      ['en', 'Receipt'],
    ]) {
      const { status, text, headers } = await api.call('GET', `/${locale}/orders/${token}/receipt`);
      expect(status).toBe(200);
      expect(text).toContain(`<h1>${title}</h1>`);
      expect(text).toContain('runner1@example.com');
      expect(text).toContain('Әлия-б Нұрланқызы');
      expect(text).toMatch(/pi_\w+ paid/);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('has none before it is paid, and none by a wrong key', async () => {
    const unpaid = await place(9);
    const page = await api.call('GET', `/en/orders/${unpaid}/receipt`);
    expect(page.status).toBe(404);
    expect(page.text).toContain('There is no receipt yet');
    const wrong = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`;
    const unknown = await api.call('GET', `/en/orders/${wrong}/receipt`);
    expect(unknown.status).toBe(404);
    expect(unknown.text).not.toContain('runner1@example.com');
  });

  it('is in the totals, the report and the proof', async () => {
    await api.project();
    const { body: totals } = await api.call('GET', '/api/events/test-race/totals');
    expect(totals).toMatchObject({ entries: 1, raised: { amount: 500_000 } });
    const token = await api.token(['finance']);
    const { body: report } = await api.call('GET', '/api/staff/events/test-race/report', {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(report.totals).toMatchObject({
      feeShare: { amount: 500_000 },
      received: { amount: 2_000_000 },
      entryFees: { amount: 1_500_000 },
    });
    expect(await verify(api.db, api.world)).toMatchObject({ transactions: 1, difference: 0, waiting: 0 });
  });

  it('has a calendar file', async () => {
    const { status, text, headers } = await api.call('GET', `/api/orders/${token}/calendar.ics?locale=en`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/calendar');
    expect(text).toContain('BEGIN:VEVENT');
  });
});

describe('a gift', () => {
  it('goes to its project in full', async () => {
    const input = sampleOrder(50, {
      entries: [],
      donations: [
        { project: 'trees', amount: { amount: 700_001, currency: 'KZT' }, name: 'Апа', message: 'Рахмет!' },
      ],
    });
    const token = await place(50, input);
    await pay(token);
    expect((await api.call('GET', `/api/orders/${token}`)).body.state).toBe('paid');
    await api.project();
    const { body } = await api.call('GET', '/api/events/test-race/totals');
    expect(body.projects).toContainEqual(
      expect.objectContaining({ project: 'trees', donation: { amount: 700_001, currency: 'KZT' } }),
    );
  });
});

describe('an order of several', () => {
  it('holds and confirms all of them', async () => {
    const children = { distance: 'children', price: { amount: 500_001, currency: 'KZT' } };
    const child = sampleEntry(61, children);
    const { project: _, ...childEntry } = {
      ...child,
      runner: {
        ...child.runner,
        birthDate: '2015-01-01',
        guardian: { name: 'Ерлан', phone: '+77012345678', consent: true },
      },
    };
    const token = await place(60, sampleOrder(60, { entries: [sampleEntry(60), childEntry] }));
    await pay(token);
    const { body } = await api.call('GET', `/api/orders/${token}`);
    expect(body).toMatchObject({ state: 'paid', total: { amount: 2_500_001 } });
    expect(body.lines[1].shares.map(({ amount }: { amount: { amount: number } }) => amount.amount)).toEqual([
      33_334, 33_334, 33_333,
    ]);
  });
});

describe('the description of the API', () => {
  it('names every route with its schemas', async () => {
    const { body } = await api.call('GET', '/api/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toContain('/api/events/{event}/orders');
    const post = body.paths['/api/events/{event}/orders'].post;
    expect(post.requestBody.content['application/json'].schema.properties.entries.maxItems).toBe(10);
    expect(Object.keys(post.responses)).toEqual(expect.arrayContaining(['201', '404', '409', '422', '503']));
  });
});

describe('the public view of the event', () => {
  it('shows price, places left and the charity share', async () => {
    const { body, headers } = await api.call('GET', '/api/events/test-race');
    expect(headers.get('cache-control')).toBe('public, max-age=0, s-maxage=1');
    expect(body.distances[0]).toMatchObject({
      id: '10k',
      status: 'open',
      price: { amount: 2_000_000 },
      charity: { total: { amount: 500_000 } },
    });
    expect(body.distances[2]).toMatchObject({ id: 'relay', status: 'later' });
  });
});
