import { randomUUID } from 'node:crypto';
import type { TestApi } from '../api.ts';
import { sampleOrder } from '../sample.ts';

const minutes = 60_000;

/** One address asks for more unpaid holds than it may have, and then lets all of them run out. */
export async function limitsLive(api: TestApi): Promise<void> {
  const contact = { email: 'greedy@example.com', locale: 'ru' } as const;
  const statuses: number[] = [];
  for (const number of [70, 71, 72, 73]) {
    const { status } = await api.call('POST', '/api/events/test-race/orders', {
      body: sampleOrder(number, { contact }),
      headers: { 'idempotency-key': randomUUID() },
    });
    statuses.push(status);
  }
  if (statuses.join() !== '201,201,201,429') throw new Error(`The limit answered ${statuses.join()}.`);
  api.world.advance(45 * minutes);
  await api.project('test-race#10k#0');
  await api.housekeeping();
}
