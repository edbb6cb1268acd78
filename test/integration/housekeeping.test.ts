import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { readList } from '../../shared/entries/waiting-list.ts';
import { physicalName } from '../../shared/platform/tables.ts';
import { openTestApi } from '../support/api.ts';
import { sampleEvent, sampleOrder } from '../support/sample.ts';

it('one job that fails keeps no other from being done, and the run fails in the end', async () => {
  const api = await openTestApi(sampleEvent({ places: 1 }));
  try {
    const sold = await api.call('POST', '/api/events/test-race/orders', {
      body: sampleOrder(1),
      headers: { 'idempotency-key': 'the-one-and-only-place' },
    });
    expect(sold.status).toBe(201);
    await api.project('test-race#10k#0');
    // A refund that nobody can read, as one of a later version would be.
    await api.db.client.send(
      new PutCommand({
        TableName: physicalName(api.db.prefix, 'orders'),
        Item: { pk: 'refunds-due#0', sk: 'pi_later#rfd_later' },
      }),
    );
    await expect(api.housekeeping('2026-11-24T00:01:00.000Z')).rejects.toThrow('invalid_type');
    expect((await readList(api.db, { event: 'test-race', distance: '10k' })).mode).toBe('open');
  } finally {
    await api.stop();
  }
});
