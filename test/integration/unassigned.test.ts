import { afterAll, beforeAll, expect, it } from 'vitest';
import { verify } from '../../shared/ledger/verify.ts';
import { openTestApi, type TestApi } from '../support/api.ts';
import { balances } from '../support/buying.ts';
import { sampleEntry, sampleEvent, sampleOrder } from '../support/sample.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi(sampleEvent({ later: true }));
});
afterAll(() => api.stop());

const kzt = (amount: number) => ({ amount, currency: 'KZT' });
const order = (number: number, changes: object = {}) =>
  api.call('POST', '/api/events/test-race/orders', {
    body: sampleOrder(number, { entries: [{ ...sampleEntry(number), project: undefined, ...changes }] }),
    headers: { 'idempotency-key': `key-for-later-projects-${number}` },
  });

it('lets nobody choose a project where the projects are chosen later', async () => {
  expect(await order(1, { project: 'school' })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'entries.0.project', code: 'project_not_offered' }] },
  });
});

it('says before and after paying that the projects are chosen later, and counts it as raised', async () => {
  const { body: event } = await api.call('GET', '/api/events/test-race');
  expect(event.distances[0].charity).toEqual({
    chosenBy: 'later',
    total: kzt(500_000),
    shares: [{ project: '-', amount: kzt(500_000) }],
    projects: [],
  });
  const { body: placed } = await order(2);
  const { body: checkout } = await api.call('POST', `/api/orders/${placed.token}/checkout`);
  api.stripe.pay(new URL(checkout.url).pathname.split('/').at(-1) ?? '');
  await api.stripe.settle();
  await api.project();

  const { body: paid } = await api.call('GET', `/api/orders/${placed.token}`);
  expect(paid).toMatchObject({ state: 'paid', shares: [{ project: '-', amount: kzt(500_000) }] });
  const page = await api.call('GET', `/en/orders/${placed.token}`);
  expect(page.text).toContain('Projects that will be announced later');
  expect(await balances(api)).toEqual({
    stripe: 2_000_000,
    'charity:unassigned': -500_000,
    'entry-fees': -1_500_000,
  });

  const { body: totals } = await api.call('GET', '/api/events/test-race/totals');
  expect(totals.raised).toEqual(kzt(500_000));
  expect(totals.projects.at(-1)).toEqual({
    project: '-',
    feeShare: kzt(500_000),
    donation: kzt(0),
    assignment: kzt(0),
    refund: kzt(0),
    raised: kzt(500_000),
    paidOut: kzt(0),
  });
  const totalsPage = await api.call('GET', '/en/events/test-race/totals');
  expect(totalsPage.text).toContain('Projects that will be announced later');
  const { body: report } = await api.call('GET', '/api/staff/events/test-race/report', {
    headers: { authorization: `Bearer ${await api.token(['viewer'])}` },
  });
  expect(report).toMatchObject({ totals: { feeShare: kzt(500_000), total: kzt(500_000) } });
  expect(report.projects.at(-1)).toMatchObject({ project: '-', total: kzt(500_000) });
  expect(await verify(api.db, api.world)).toMatchObject({ difference: 0 });
});
