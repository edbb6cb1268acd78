import { expect } from 'vitest';
import type { TestApi } from '../api.ts';
import type { Buying } from './money.ts';
import { offeredLive } from './waiting.ts';

/** What an event must say so that its entries can be given up in its life. */
export const cancellation = { steps: [{ until: '2027-09-01T00:00:00.000Z', percent: 9_000 }] };

const hours = (count: number) => count * 3_600_000;

/**
 * The end of an event's life: runners give entries up for money and for a project, then the event is cancelled, and one
 * holder answers and the others do not; who was offered a place is not any more.
 */
export async function callOffLive(api: TestApi, buying: Buying): Promise<void> {
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await api.call('POST', `/api${path}`, { body, headers });
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.body;
  };
  const paid = async (number: number): Promise<{ path: string; entry: string }> => {
    const token = await buying.order(number);
    api.stripe.pay(await buying.checkout(token));
    await api.stripe.settle();
    await api.project('test-race#10k#0');
    api.world.advance(2_000);
    const { body } = await api.call('GET', `/api/orders/${token}`);
    const { entry } = body.lines[0];
    return { path: `/orders/${token}/entries/${entry}`, entry };
  };
  const waiter = await offeredLive(api);
  const back = { amount: 1_800_000, currency: 'KZT' };
  const first = await paid(810);
  expect((await post(`${first.path}/cancel`, { back })).lines[0].cancelled).toBe(true);
  const second = await paid(811);
  await post(`${second.path}/cancel`, { back, leaveTo: 'trees' });

  const [answers, silent] = [await paid(812), await paid(813)];
  const answerBy = new Date(api.world.now().getTime() + hours(2)).toISOString();
  const decision = { kind: 'cancelled', answerBy, unanswered: 'refund', note: 'Storm' };
  const authorization = `Bearer ${await api.token(['admin'])}`;
  await post('/staff/events/test-race/call-off', decision, { authorization });
  const state = await api.call('GET', '/api/staff/events/test-race/call-off', { headers: { authorization } });
  expect(state.body).toMatchObject({ options: [], decided: { kind: 'cancelled', phase: 'asking' } });
  api.world.advance(6_000);
  await api.housekeeping('2026-11-24T00:02:00.000Z');
  expect((await api.call('GET', `/api/waiting/${waiter}`)).body).toMatchObject({
    state: 'waiting',
    noOffers: 'cancelled',
  });
  await api.sendMail();
  await post(`${answers.path}/call-off`, { choice: 'refund' });
  api.world.advance(hours(3));
  await api.housekeeping('2026-11-24T00:02:00.000Z');
  const { body } = await api.call('GET', `/api${silent.path.replace(/\/entries.*/, '')}`);
  expect(body.lines[0].cancelled).toBe(true);
  await api.stripe.settle();
  await api.project('test-race#10k#0');
}
