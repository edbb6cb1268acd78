import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMailEvents } from '../../functions/mail-events/create.ts';
import { messageTags } from '../../shared/mail/delivery-events.ts';
import { openTestApi, type TestApi } from '../support/api.ts';
import { contents } from '../support/database.ts';
import { asStaff } from '../support/lives/staff.ts';
import { sampleOrder } from '../support/sample.ts';

let api: TestApi;
beforeAll(async () => {
  // The SDK's own tries would take seconds of real time for each of a day's.
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  api = await openTestApi();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.stop();
});

const minute = 60_000;

async function place(number: number, email: string): Promise<{ order: string; token: string }> {
  const { body } = await api.call('POST', '/api/events/test-race/orders', {
    body: sampleOrder(number, { contact: { email, locale: 'ru' } }),
    headers: { 'idempotency-key': `key-for-unreached-${number}` },
  });
  return { order: body.id, token: body.token };
}

/** Places an order and pays it. */
async function buy(number: number, email: string): Promise<string> {
  const { order, token } = await place(number, email);
  const checkout = await api.call('POST', `/api/orders/${token}/checkout`);
  api.stripe.pay(new URL(checkout.body.url).pathname.split('/').at(-1) ?? '');
  await api.stripe.settle();
  return order;
}

/** What the schedule does minute by minute, as far as there is something to do. */
async function sendFor(minutes: number, step = 1): Promise<void> {
  for (let passed = 0; passed < minutes; passed += step) {
    api.world.advance(step * minute);
    await api.sendMail();
  }
}

const mailsTo = async (address: string) =>
  (await api.outbox.messages()).filter(({ to }) => to.some((one) => one.includes(address)));
const mattersOf = async (order: string) => {
  const { matters } = await asStaff(api, 'viewer', 'GET', '/matters');
  return matters.filter(({ about }: { about: { order?: string } }) => about.order === order);
};

describe('with the provider down for a day', () => {
  it('mails are late and none is lost, none is sent twice, and staff are not bothered', async () => {
    const orders = [await buy(1, 'late1@example.com'), await buy(2, 'late2@example.com')];
    api.outbox.setDown(true);
    await sendFor(24 * 60, 30);
    expect(await mailsTo('late')).toEqual([]);
    api.outbox.setDown(false);
    await sendFor(60, 10);
    for (const address of ['late1@example.com', 'late2@example.com'])
      expect((await mailsTo(address)).map(({ subject }) => subject)).toEqual([
        'Регистрация подтверждена: Test Race',
      ]);
    for (const order of orders) expect(await mattersOf(order)).toEqual([]);
  }, 60_000);
});

describe('a mail that comes back', () => {
  let order: string;
  const wrong = 'bounce@example.com';

  it('is told to staff, once, with the order and the reason and without the address', async () => {
    order = await buy(10, wrong);
    await sendFor(2);
    expect(await mailsTo(wrong)).toHaveLength(1);
    const matters = await mattersOf(order);
    expect(matters).toMatchObject([
      { kind: 'mail_refused', detail: 'bounced', about: { mail: `${order}#paid`, order } },
    ]);
    expect(JSON.stringify(matters)).not.toContain('@');
    expect(JSON.stringify(await contents(api.db, 'outbox'))).not.toContain(wrong);
  });

  it('tells it once, however often the provider does', async () => {
    const again = createMailEvents(api.environment, api.world);
    const event = (eventType: string, tags = messageTags(`${order}#paid`)) => ({
      source: 'aws.ses',
      detail: {
        eventType,
        mail: {
          messageId: 'ses-1',
          tags: Object.fromEntries(tags.map(({ Name, Value }) => [Name, [Value]])),
        },
        bounce: { bounceType: 'Permanent', bounceSubType: 'General' },
      },
    });
    await Promise.all(Array.from({ length: 5 }, () => again(event('Bounce'))));
    await again(event('Complaint'));
    await again(event('Delivery'));
    await again(event('Bounce', messageTags('ord_unknown#paid')));
    await again(event('Bounce', []));
    expect(await mattersOf(order)).toHaveLength(1);
  });

  it('is sent again, the same mail, once staff have corrected the address', async () => {
    expect(
      await asStaff(api, 'finance', 'POST', `/orders/${order}/contact`, { email: 'Right@Example.com' }),
    ).toEqual({ mails: 1 });
    await sendFor(2);
    const [first] = await mailsTo(wrong);
    const [second] = await mailsTo('right@example.com');
    expect(second?.messageId).toBeDefined();
    expect(second?.messageId).toBe(first?.messageId);
    const month = api.world.now().toISOString().slice(0, 7);
    const { acts } = await asStaff(api, 'viewer', 'GET', `/audit?month=${month}`);
    expect(acts).toContainEqual(expect.objectContaining({ act: 'mail_sent_again', about: { order } }));
  });

  it('raises a new matter when the corrected address is wrong as well', async () => {
    const twice = await buy(11, wrong);
    await sendFor(2);
    await asStaff(api, 'finance', 'POST', `/orders/${twice}/contact`, { email: 'bounce2@example.com' });
    await sendFor(2);
    expect(await mattersOf(twice)).toHaveLength(2);
  });

  it('of an answering machine has arrived', async () => {
    const answered = await buy(12, 'away@example.com');
    await sendFor(2);
    await createMailEvents(
      api.environment,
      api.world,
    )({
      detail: {
        eventType: 'Bounce',
        mail: { messageId: 'ses-1', tags: { mail: [messageTags(`${answered}#paid`)[0]?.Value ?? ''] } },
        bounce: { bounceType: 'Transient', bounceSubType: 'General' },
      },
    });
    expect(await mattersOf(answered)).toEqual([]);
  });
});

it('a mail that is called unwanted is told to staff', async () => {
  const order = await buy(20, 'complaint@example.com');
  await sendFor(2);
  expect(await mattersOf(order)).toMatchObject([{ detail: 'complaint' }]);
});

describe('correcting an address', () => {
  it('sends the confirmation once more when the mail went to an address that exists', async () => {
    const order = await buy(30, 'stranger@example.com');
    await sendFor(2);
    const { mails } = await asStaff(api, 'admin', 'POST', `/orders/${order}/contact`, {
      email: 'runner30@example.com',
    });
    expect(mails).toBe(1);
    await sendFor(2);
    expect(await mailsTo('stranger@example.com')).toHaveLength(1);
    expect((await mailsTo('runner30@example.com'))[0]?.subject).toBe('Регистрация подтверждена: Test Race');
  });

  it('leads what is still due to the right address', async () => {
    api.outbox.setDown(true);
    const order = await buy(31, 'typo@example.com');
    await sendFor(5);
    await asStaff(api, 'finance', 'POST', `/orders/${order}/contact`, { email: 'runner31@example.com' });
    api.outbox.setDown(false);
    await sendFor(60, 10);
    expect(await mailsTo('typo@example.com')).toEqual([]);
    expect(await mailsTo('runner31@example.com')).toHaveLength(1);
  });

  it('sends the link of an order that waits for its payment', async () => {
    const { order } = await place(32, 'nobody@example.com');
    await asStaff(api, 'finance', 'POST', `/orders/${order}/contact`, { email: 'runner32@example.com' });
    await sendFor(2);
    expect(await mailsTo('runner32@example.com')).toHaveLength(1);
  });

  it('is for those who may, of an order that exists, with an address that can be one', async () => {
    const { order } = await place(33, 'nobody@example.com');
    const post = async (role: string, id: string, body: unknown) => {
      const headers = { authorization: `Bearer ${await api.token([role])}` };
      const answer = await api.call('POST', `/api/staff/orders/${id}/contact`, { body, headers });
      return [answer.status, answer.body.code, answer.body.errors?.[0]?.field];
    };
    const body = { email: 'new@example.com' };
    expect(await post('viewer', order, body)).toEqual([403, 'role_missing', undefined]);
    expect(await post('finance', 'ord_none', body)).toEqual([404, 'order_unknown', undefined]);
    expect(await post('finance', order, { email: 'no address' })).toEqual([
      422,
      'validation_failed',
      'email',
    ]);
  });
});
