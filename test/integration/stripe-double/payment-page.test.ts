import { describe, expect, it } from 'vitest';
import {
  CARD,
  createSession,
  double,
  eachWithDouble,
  intentOf,
  receivedTypes,
  stripe,
  submit,
} from '../../support/double.ts';

eachWithDouble();

describe('the payment page', () => {
  it('shows what is paid for, and takes a card', async () => {
    const session = await createSession({ locale: 'ru', customer_email: 'a@example.com' });
    const page = await (await fetch(session.url ?? '')).text();
    expect(page).toContain('lang="ru"');
    expect(page).toContain('10 km');
    expect(page).toContain('25 000 ₸'.replaceAll(' ', '\u00a0'));
    expect(page).toContain('href="http://shop.test/back"');
    expect(page).toContain('a@example.com');
    const paid = await submit(session.url, CARD);
    expect(paid.status).toBe(303);
    expect(paid.headers.get('location')).toBe(`http://shop.test/done?session=${session.id}`);

    const complete = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge.balance_transaction'],
    });
    expect(complete).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      customer_details: { email: 'aigerim@example.com', name: 'Aigerim S' },
      payment_intent: {
        status: 'succeeded',
        amount_received: 2_500_000,
        metadata: { order: 'ord_1' },
        latest_charge: {
          paid: true,
          payment_method_details: { card: { last4: '4242' } },
          balance_transaction: { amount: 2_500_000, fee: 82_500, net: 2_417_500, type: 'charge' },
        },
      },
    });
    await double.settle();
    expect(receivedTypes().sort()).toEqual([
      'charge.succeeded',
      'charge.updated',
      'checkout.session.completed',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
    expect(await (await fetch(`${double.url}/c/pay/${session.id}`)).text()).toContain('Оплата прошла');
  });

  it('speaks the browser’s language when the session leaves it open', async () => {
    const session = await createSession({ locale: 'auto' });
    const page = await fetch(session.url ?? '', { headers: { 'accept-language': 'kk-KZ,ru;q=0.8' } });
    expect(await page.text()).toContain('lang="kk"');
  });

  it('keeps markup in names from being markup', async () => {
    const price_data = { currency: 'kzt', unit_amount: 100, product_data: { name: '<script>x</script>' } };
    const session = await createSession({ line_items: [{ quantity: 1, price_data }] });
    expect(await (await fetch(session.url ?? '')).text()).toContain('&lt;script&gt;x&lt;/script&gt;');
  });

  it.each([
    ['4000 0000 0000 0002', 'generic_decline'],
    ['4000 0000 0000 9995', 'insufficient_funds'],
    ['4000 0000 0000 0069', 'expired_card'],
  ])('declines %s and takes another card in the same session', async (number, declineCode) => {
    const session = await createSession();
    const declined = await submit(session.url, { ...CARD, number });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('role="alert"');
    const intentId = await intentOf(session.id);
    const failed = await stripe.paymentIntents.retrieve(intentId);
    expect(failed).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { type: 'card_error', decline_code: declineCode },
    });
    expect((await submit(session.url, CARD)).status).toBe(303);
    expect(await intentOf(session.id)).toBe(intentId);
    const charges = await stripe.charges.list({ payment_intent: intentId });
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    await double.settle();
    expect(receivedTypes()).toEqual(
      expect.arrayContaining(['payment_intent.payment_failed', 'charge.failed']),
    );
  });

  it('marks wrong fields and pays nothing', async () => {
    const session = await createSession();
    const answer = await submit(session.url, {
      ...CARD,
      number: '4242 4242 4242 4243',
      expiry: '01 / 20',
      cvc: '1',
    });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    for (const name of ['number', 'expiry', 'cvc'])
      expect(page).toContain(`aria-describedby="${name}-error"`);
    expect(page).not.toContain('4243');
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_intent: null });
  });

  it('asks for 3-D Secure, and goes on either way', async () => {
    const session = await createSession();
    const secure = { ...CARD, number: '4000 0025 0000 3155' };
    const step = `${session.url}/authenticate`;
    expect((await submit(session.url, secure)).headers.get('location')).toBe(new URL(step).pathname);
    expect((await submit(step, { answer: 'fail' })).status).toBe(402);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
    await submit(session.url, secure);
    const done = await submit(step, { answer: 'complete' });
    expect(done.headers.get('location')).toContain('http://shop.test/done');
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });

  it.each([
    [true, 'paid', 'checkout.session.async_payment_succeeded'],
    [false, 'unpaid', 'checkout.session.async_payment_failed'],
  ])('completes a bank debit unpaid, settled later (%s)', async (succeeds, status, event) => {
    const session = await createSession();
    const answer = await submit(session.url, { ...CARD, method: 'bank_debit' });
    expect(answer.status).toBe(303);
    const pending = await stripe.checkout.sessions.retrieve(session.id);
    expect(pending).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    await submit(`${session.url}/settle`, { succeed: String(succeeds) });
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe(status);
    await double.settle();
    expect(receivedTypes()).toEqual(expect.arrayContaining(['checkout.session.completed', event]));
  });

  it('takes no payment once expired', async () => {
    const session = await createSession();
    expect((await submit(`${session.url}/expire`, {})).status).toBe(303);
    expect((await submit(session.url, CARD)).headers.get('location')).toBe(`/c/pay/${session.id}`);
    expect(await (await fetch(session.url ?? '')).text()).toContain('has expired');
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
  });
});
