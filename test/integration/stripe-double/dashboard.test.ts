import { describe, expect, it } from 'vitest';
import { createSession, double, eachWithDouble, payment, stripe, submit } from '../../support/double.ts';

eachWithDouble();

describe('the developer’s page', () => {
  it('shows payments and lets staff refund them', async () => {
    const session = await createSession();
    double.pay(session.id);
    const charge = (await stripe.charges.list()).data[0]?.id ?? '';
    expect(await (await fetch(double.url)).text()).toContain(charge);
    const clicked = await submit(`${double.url}/_control/refunds`, { charge });
    expect(clicked.status).toBe(303);
    expect((await stripe.refunds.list({ charge })).data).toMatchObject([{ amount: 2_500_000 }]);
  });

  it('says what a control does not understand', async () => {
    const answer = await submit(`${double.url}/_control/faults`, { kind: 'nonsense' });
    expect(answer.status).toBe(400);
    const elsewhere = await submit(`${double.url}/_control/nothing`, {});
    expect(elsewhere.status).toBe(404);
  });

  it('has a button for all that a bank and Stripe itself may do', async () => {
    await payment();
    const charge = (await stripe.charges.list()).data[0]?.id ?? '';
    const click = (path: string, fields: Record<string, string>) =>
      submit(`${double.url}/_control${path}`, fields);
    await click('/warnings', { charge });
    await click('/disputes', { charge, amount: '600', inquiry: 'true' });
    const [{ id } = { id: '' }] = (await stripe.disputes.list()).data;
    await click(`/disputes/${id}/answer`, {});
    await click(`/disputes/${id}/escalate`, {});
    await click(`/disputes/${id}/close`, { outcome: 'won', amount: '300', withFee: 'true' });
    await click('/fees', { amount: '50000' });
    await click('/payouts', {});
    const [payout] = (await stripe.payouts.list()).data;
    await click(`/payouts/${payout?.id ?? ''}/settle`, { succeed: 'true' });
    await click('/events/telling', { apiVersion: '2099-01-01.future' });
    const page = await (await fetch(double.url)).text();
    for (const title of ['Warnings of fraud', 'Payouts', 'Disputes', 'Balance transactions'])
      expect(page).toContain(`aria-label="${title}"`);
    const types = (await stripe.balanceTransactions.list()).data.map(({ type }) => type);
    expect(types).toEqual(['payout', 'stripe_fee', 'adjustment', 'adjustment', 'charge']);
  });
});
