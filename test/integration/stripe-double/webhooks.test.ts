import { describe, expect, it, vi } from 'vitest';
import {
  createSession,
  double,
  eachWithDouble,
  endpoint,
  inMinutes,
  order,
  receivedTypes,
  sdk,
  start,
  stripe,
} from '../../support/double.ts';

eachWithDouble();

describe('webhooks', () => {
  it('are sent again after a failure, with a growing delay', async () => {
    let calls = 0;
    endpoint.answer = () => (++calls <= 2 ? 500 : 200);
    const session = await createSession();
    await stripe.checkout.sessions.expire(session.id);
    await double.settle();
    expect(calls).toBe(1);
    double.advance(1000);
    await double.settle();
    expect(calls).toBe(2);
    const undelivered = await stripe.events.list({ delivery_success: false });
    expect(undelivered.data).toMatchObject([{ type: 'checkout.session.expired', pending_webhooks: 1 }]);
    double.advance(1000);
    await double.settle();
    expect(calls).toBe(2);
    double.advance(1000);
    await double.settle();
    expect(receivedTypes()).toEqual(['checkout.session.expired']);
    expect((await stripe.events.list({ delivery_success: false })).data).toEqual([]);
    const delivered = await stripe.events.list({ delivery_success: true });
    expect(delivered.data).toMatchObject([{ pending_webhooks: 0 }]);
  });

  it('wait for an endpoint, and survive one that is away', async () => {
    const late = await start({ port: 0 });
    late.setWebhookUrl(null);
    const session = await sdk(late).checkout.sessions.create(order());
    late.expire(session.id);
    await late.settle();
    expect(endpoint.received).toEqual([]);
    late.setWebhookUrl('http://127.0.0.1:1/nobody');
    await late.settle();
    late.setWebhookUrl(endpoint.url);
    late.advance(1000);
    await vi.waitFor(() => expect(receivedTypes()).toEqual(['checkout.session.expired']));
  });

  it('come twice, turned round, late or never, as told', async () => {
    double.faults.add({ kind: 'duplicate', types: ['payment_intent.created'], count: 1 });
    double.faults.add({
      kind: 'reorder',
      types: ['charge.succeeded', 'payment_intent.succeeded', 'checkout.session.completed'],
      count: 3,
    });
    double.faults.add({ kind: 'drop', types: ['charge.updated'], count: 1 });
    double.pay((await createSession()).id);
    await double.settle();
    expect(receivedTypes().filter((type) => type === 'payment_intent.created')).toHaveLength(2);
    expect(receivedTypes().filter((type) => type !== 'payment_intent.created')).toEqual([
      'checkout.session.completed',
      'payment_intent.succeeded',
      'charge.succeeded',
    ]);
    const dropped = await stripe.events.list({ delivery_success: false });
    expect(dropped.data.map(({ type }) => type)).toEqual(['charge.updated']);

    endpoint.received.length = 0;
    double.faults.add({ kind: 'delay', ms: 5000, count: 1 });
    double.faults.add({ kind: 'hold', count: 1 });
    double.expire((await createSession()).id);
    double.expire((await createSession()).id);
    await double.settle();
    expect(endpoint.received).toEqual([]);
    double.advance(5000);
    await double.settle();
    expect(endpoint.received).toHaveLength(1);
    double.faults.release();
    await double.settle();
    expect(endpoint.received).toHaveLength(2);
    double.resend(dropped.data[0]?.id ?? '');
    await double.settle();
    expect(receivedTypes()[2]).toBe('charge.updated');
  });
});

describe('events', () => {
  it('are listed by type and time, and hold the object as it was', async () => {
    const session = await createSession();
    double.pay(session.id);
    const created = await stripe.events.list({ type: 'payment_intent.created' });
    expect(created.data[0]?.data.object).toMatchObject({ status: 'requires_payment_method' });
    const some = await stripe.events.list({ types: ['charge.succeeded', 'charge.updated'] });
    expect(some.data.map(({ type }) => type)).toEqual(['charge.updated', 'charge.succeeded']);
    const event = some.data[0];
    expect(await stripe.events.retrieve(event?.id ?? '')).toEqual(
      event && expect.objectContaining({ id: event.id }),
    );
    expect((await stripe.events.list({ created: { gt: inMinutes(1) } })).data).toEqual([]);
  });
});

describe('events in another dress', () => {
  it('are told as a newer version, another mode or another account tells them', async () => {
    double.tellAs({
      apiVersion: '2099-01-01.future',
      livemode: true,
      account: 'acct_other',
      fields: { amount_total: null, added: { deep: [1] } },
    });
    const session = await createSession();
    double.expire(session.id);
    double.tellAs();
    double.expire((await createSession()).id);
    await double.settle();
    expect(endpoint.received).toMatchObject([
      {
        api_version: '2099-01-01.future',
        livemode: true,
        account: 'acct_other',
        data: { object: { id: session.id, amount_total: null, added: { deep: [1] } } },
      },
      { api_version: '2026-10-28.endive', livemode: false },
    ]);
    expect((await stripe.checkout.sessions.retrieve(session.id)).amount_total).toBe(2_500_000);
  });

  it('may be of any type', async () => {
    double.tell('treasury.moon_landed', { id: 'moon_1', object: 'moon' });
    await double.settle();
    expect(endpoint.received).toMatchObject([
      { type: 'treasury.moon_landed', data: { object: { id: 'moon_1' } } },
    ]);
  });
});
