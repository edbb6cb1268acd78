import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../../support/api.ts';
import { sampleOrder } from '../../support/sample.ts';
import { payer, statementLine, transferEvent } from '../../support/transferring.ts';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await openTestApi(transferEvent());
  const { body } = await api.call('POST', '/api/events/test-race/orders', {
    body: sampleOrder(1),
    headers: { 'idempotency-key': 'bank-api-test-0001' },
  });
  token = body.token;
});
afterAll(() => api.stop());

describe('an invoice', () => {
  it.each([
    ['no payer', {}, 'payer', 'required'],
    ['no company', { payer: { businessId: payer.businessId } }, 'payer.company', 'required'],
    ['an empty company', { payer: { ...payer, company: '  ' } }, 'payer.company', 'required'],
    [
      'a company with a hidden sign',
      { payer: { ...payer, company: 'A\u202eB' } },
      'payer.company',
      'text_not_allowed',
    ],
    [
      'a wrong check digit',
      { payer: { ...payer, businessId: '270140000018' } },
      'payer.businessId',
      'business_id_invalid',
    ],
    [
      'a number for the BIN',
      { payer: { ...payer, businessId: 270140000017 } },
      'payer.businessId',
      'wrong_type',
    ],
    ['a field nobody knows', { payer: { ...payer, vat: 1 } }, 'payer.vat', 'unknown_field'],
  ])('is refused with %s', async (_, body, field, code) => {
    const answer = await api.call('POST', `/api/orders/${token}/invoice`, { body });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'validation_failed', errors: [{ field, code }] });
  });

  it('is refused for no order, and issued twice as one', async () => {
    const none = await api.call('POST', '/api/orders/ord_none/invoice', { body: { payer } });
    expect([none.status, none.body.code]).toEqual([404, 'order_unknown']);
    const [first, again] = [
      await api.call('POST', `/api/orders/${token}/invoice`, { body: { payer } }),
      await api.call('POST', `/api/orders/${token}/invoice`, { body: { payer } }),
    ];
    expect(first.status).toBe(200);
    expect(again.body).toEqual(first.body);
    const { body } = await api.call('GET', `/api/orders/${token}`);
    expect(body.invoice).toMatchObject({ received: { amount: 0 }, payer });
    expect(await page(`/ru/orders/${token}/invoice`)).toContain('KZ739990000000012345');
    expect((await api.call('GET', '/ru/orders/ord_none/invoice')).status).toBe(404);
  });
});

const page = async (path: string): Promise<string> => (await api.call('GET', path)).text;

describe('a statement line', () => {
  const post = async (path: string, body: unknown, role = 'finance') =>
    api.call('POST', `/api/staff${path}`, {
      body,
      headers: { authorization: `Bearer ${await api.token([role])}` },
    });

  it.each([
    ['no line', { line: undefined }, 'line'],
    ['a day that is none', { date: '2026-02-30' }, 'date'],
    ['a day to come', { date: '2099-01-01' }, 'date'],
    ['an amount that is no whole number', { amount: { amount: 1.5, currency: 'KZT' } }, 'amount.amount'],
    ['an amount of nothing', { amount: { amount: 0, currency: 'KZT' } }, 'amount.amount'],
    ['no payer', { payer: undefined }, 'payer'],
  ])('is refused with %s', async (_, changes, field) => {
    const answer = await post('/bank-payments', { ...statementLine('1', 'x'), ...changes });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ field }]);
  });

  it('is for finance and administrators, and what is unknown is named', async () => {
    expect((await post('/bank-payments', statementLine('1', 'x'), 'viewer')).status).toBe(403);
    const sent = { reference: 'out-1', date: '2026-11-24' };
    for (const [path, body, code] of [
      ['/bank-payments/bnk_none/assign', { to: '1' }, 'bank_payment_unknown'],
      ['/bank-payments/bnk_none/return', sent, 'bank_payment_unknown'],
      ['/bank-refunds/inv_1/rfd_none/sent', sent, 'bank_refund_unknown'],
    ] as const) {
      const answer = await post(path, body);
      expect([answer.status, answer.body.code]).toEqual([404, code]);
    }
    const { status } = await api.call('GET', '/api/staff/bank-transfers?month=2026-13', {
      headers: { authorization: `Bearer ${await api.token(['viewer'])}` },
    });
    expect(status).toBe(422);
  });
});
