import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { TestApi } from '../api.ts';
import { sampleEntry, sampleOrder, sampleRunner } from '../sample.ts';

const minutes = 60_000;

/**
 * The children's run has one place, which is held, waited for, and offered to who waits since nobody paid for it.
 * @returns the token of who waits.
 */
export async function offeredLive(api: TestApi): Promise<string> {
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await api.call('POST', `/api/${path}`, {
      body,
      headers: { 'idempotency-key': randomUUID(), ...headers },
    });
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.body;
  };
  const minute = async (): Promise<void> => {
    await api.project('test-race#children#0');
    api.world.advance(6_000);
    await api.housekeeping('2026-11-24T00:02:00.000Z');
  };
  const child = (number: number) => ({ ...sampleRunner(number), birthDate: '2015-05-17' });
  // Whoever waited before has what they were offered, or lets it lapse.
  api.world.advance(26 * 60 * minutes);
  await minute();
  const authorization = `Bearer ${await api.token(['finance'])}`;
  await post('staff/events/test-race/distances/children/capacity', { capacity: 1 }, { authorization });
  await minute();
  await minute();
  const price = { amount: 500_001, currency: 'KZT' };
  const { project: _, ...entry } = sampleEntry(901, { distance: 'children', price });
  const runner = { ...child(901), guardian: { name: 'Ерлан', phone: '+77012345678', consent: true } };
  await post('events/test-race/orders', sampleOrder(901, { entries: [{ ...entry, runner }] }));
  await minute();
  const { givenName, familyName, birthDate } = child(902);
  const { token } = await post('events/test-race/distances/children/waiting', {
    runner: { givenName, familyName, birthDate },
    contact: { email: 'parent@example.com', locale: 'kk' },
  });
  api.world.advance(41 * minutes);
  await minute();
  expect((await api.call('GET', `/api/waiting/${token}`)).body.state).toBe('offered');
  return token;
}
