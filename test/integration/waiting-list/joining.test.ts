import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventOnOffer } from '../../../shared/orders/on-offer.ts';
import { mails, refusalOf } from '../../support/buying.ts';
import { contents } from '../../support/database.ts';
import { withFaults } from '../../support/faults.ts';
import { sampleEvent } from '../../support/sample.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';
import { join, queueNow, soldOut, tend } from '../../support/waiting.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 3 }));
});
afterEach(() => shop.stop());

describe('joining', () => {
  beforeEach(() => soldOut(shop));

  it('puts people in order, and finds the same one again by the same request only', async () => {
    const ids = [];
    for (const number of [10, 11, 12]) {
      shop.world.advance(1000);
      ids.push(await join(shop, number));
    }
    expect(await join(shop, 11)).toBe(ids[1]);
    expect(await queueNow(shop)).toEqual(ids);
    expect(await refusalOf(join(shop, 11, 2))).toMatchObject({
      code: 'runner_already_waiting',
      detail: { field: 'runner' },
    });
    await refusalOf(join(shop, 11, 3));
    const links = (await contents(shop.db, 'outbox')).filter(({ kind }) => kind === 'waiting_joined');
    expect(links.map(({ to }) => String(to)).sort()).toEqual([
      'runner10@example.com',
      'runner11@example.com',
      'runner11@example.com',
      'runner12@example.com',
    ]);
    expect(await queueNow(shop)).toEqual(ids);
  });

  it('is once, when the request is sent five times at once and answers are lost', async () => {
    const db = withFaults(shop.db, { command: 'TransactWrite', kind: 'lose-answer' });
    const outcomes = await Promise.allSettled([
      join(shop, 10, 1, db),
      ...[1, 2, 3, 4].map(() => join(shop, 10)),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(4);
    expect(await queueNow(shop)).toHaveLength(1);
    expect((await mails(shop)).filter((kind) => kind === 'waiting_joined')).toHaveLength(1);
  });

  it('is refused to runners who have an entry, or do not fit', async () => {
    expect(await refusalOf(join(shop, 1))).toMatchObject({ code: 'runner_already_entered' });
    shop.world.set('2027-09-12T19:00:00.000Z');
    expect(await refusalOf(join(shop, 10))).toMatchObject({ code: 'registration_closed' });
  });

  it('is counted for the page', async () => {
    await join(shop, 10);
    await join(shop, 11);
    await tend(shop);
    const view = await eventOnOffer(shop.till, 'test-race');
    expect(view?.distances[0]).toMatchObject({
      status: 'sold_out',
      waitingList: 'open',
      waiting: 2,
      left: 0,
    });
    expect(view?.distances[0]?.nextReleaseAt).toBeUndefined();
  });
});
