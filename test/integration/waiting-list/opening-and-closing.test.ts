import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markPlaces } from '../../../shared/entries/mark-places.ts';
import { takePlace } from '../../../shared/entries/places.ts';
import { resize } from '../../../shared/entries/resize.ts';
import { moveList } from '../../../shared/entries/waiting-list.ts';
import { leaveWaitingList } from '../../../shared/orders/leave-waiting-list.ts';
import { endHold } from '../../../shared/payments/end-hold.ts';
import { commit } from '../../../shared/platform/database.ts';
import { hold, minutes, refusalOf } from '../../support/buying.ts';
import { withFaults } from '../../support/faults.ts';
import { sampleEvent } from '../../support/sample.ts';
import { openTestShop, type TestShop } from '../../support/shop.ts';
import { allHeld, join, list, modeNow, placesNow, soldOut, tend, waiterNow } from '../../support/waiting.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openTestShop(sampleEvent({ places: 3 }));
});
afterEach(() => shop.stop());

describe('a closed list', () => {
  it('gives back the places that a capacity raised while it closed has left to it', async () => {
    await markPlaces(shop.db, shop.world, { ...list, from: 2, to: 5 }, () => 'list');
    expect(await modeNow(shop)).toBe('closed');
    await tend(shop);
    expect(await modeNow(shop)).toBe('closed');
    expect(await placesNow(shop)).toEqual({});
    expect((await tend(shop)).closed).toBe(0);
    // Nobody sells what is beyond the capacity of three.
    shop.world.advance(6000);
    for (const number of [1, 2, 3]) await hold(shop, number);
    expect((await refusalOf(hold(shop, 4))).code).toBe('sold_out');
  });
});

describe('opening', () => {
  it('waits until everything is sold out, and marks every place', async () => {
    await hold(shop, 1);
    await hold(shop, 2);
    expect((await tend(shop)).opened).toBe(0);
    expect(await refusalOf(join(shop, 10))).toMatchObject({ code: 'waiting_list_not_open' });
    await hold(shop, 3);
    expect((await tend(shop)).opened).toBe(1);
    expect(await modeNow(shop)).toBe('open');
    expect(await placesNow(shop)).toEqual({ 1: 'held (list)', 2: 'held (list)', 3: 'held (list)' });
    expect((await tend(shop)).opened).toBe(0);
  });

  it.each([1, 2, 3, 4, 5])('goes on after a crash at write %i', async (writes) => {
    for (const number of [1, 2, 3]) await hold(shop, number);
    const db = withFaults(
      shop.db,
      { command: 'Update', kind: () => {}, times: writes },
      { command: 'Update', kind: 'fail-before' },
    );
    await tend(shop, db).catch(() => {});
    await tend(shop);
    expect(await modeNow(shop)).toBe('open');
    expect(Object.values(await placesNow(shop))).toEqual(Array(3).fill('held (list)'));
  });

  it('keeps what comes free meanwhile from everybody else', async () => {
    const [first = ''] = await allHeld(shop);
    await join(shop, 10);
    shop.world.advance(minutes(41));
    await endHold(shop.till, first);
    expect(Object.values(await placesNow(shop)).sort()).toEqual(['held (list)', 'held (list)', 'reserved']);
    expect((await refusalOf(hold(shop, 20))).code).toBe('sold_out');
    // The grace of the other two is over as well, but their places are the list's.
    shop.world.advance(minutes(121));
    expect((await refusalOf(hold({ ...shop, desk: shop.anotherDesk() }, 21))).code).toBe('sold_out');
  });
});

describe('a process that believes places free', () => {
  /** Tries each of the three places, and a fourth, as a sign-up with an old availability would. */
  const grab = () =>
    Promise.all(
      [1, 2, 3, 4].map(async (n) => {
        const owner = { order: 'ord_x', entry: 'ent_x', heldUntil: '2027-01-01T00:00:00.000Z' };
        const part = takePlace('place', { ...list, n }, owner, shop.world.now());
        return (await commit(shop.db, shop.world, [part])).done;
      }),
    );

  it('gets neither a reserved nor an offered place', async () => {
    await allHeld(shop);
    const [first] = [await join(shop, 10), await join(shop, 11), await join(shop, 12)];
    shop.world.advance(minutes(41));
    await tend(shop);
    await leaveWaitingList(shop.till, first);
    shop.world.advance(minutes(300));
    const states = Object.values(await placesNow(shop));
    expect(states.sort()).toEqual(['offered (list)', 'offered (list)', 'reserved']);
    expect(await grab()).toEqual([false, false, false, true]);
  });

  it('gets no place that waits in the list for its hold to be ended, nor a retired one', async () => {
    await allHeld(shop);
    await resize(shop.db, shop.world, { ...list, capacity: 5 });
    await resize(shop.db, shop.world, { ...list, capacity: 3 });
    shop.world.advance(minutes(300));
    expect(await grab()).toEqual([false, false, false, false]);
  });
});

describe('closing', () => {
  it('waits for nobody: places are anyone’s again', async () => {
    await allHeld(shop);
    shop.world.advance(minutes(41));
    expect(await tend(shop)).toMatchObject({ offered: 0, closed: 1 });
    expect(await placesNow(shop)).toEqual({});
    expect((await hold(shop, 20)).state).toBe('held');
  });

  it('is called off for somebody who joined while it began', async () => {
    await allHeld(shop);
    shop.world.advance(minutes(41));
    const db = withFaults(
      shop.db,
      // The queue is read before serving and after it; the third reading is the one after `closing`.
      { command: 'Query', table: 'waiting', kind: () => {}, times: 2 },
      {
        command: 'Query',
        table: 'waiting',
        kind: async () => {
          await moveList(shop.db, shop.world, list, 'closing', 'open');
          await join(shop, 10);
          await moveList(shop.db, shop.world, list, 'open', 'closing');
        },
      },
    );
    expect((await tend(shop, db)).closed).toBe(0);
    expect(await modeNow(shop)).toBe('open');
    expect((await tend(shop)).offered).toBe(1);
  });

  it('opens again for somebody who slipped in when it had closed', async () => {
    await allHeld(shop);
    const db = withFaults(shop.db, {
      command: 'TransactWrite',
      kind: async () => {
        shop.world.advance(minutes(41));
        await tend(shop);
        expect(await modeNow(shop)).toBe('closed');
      },
    });
    const waiter = await join(shop, 10, 1, db);
    expect(await tend(shop)).toMatchObject({ opened: 1, offered: 1 });
    expect((await waiterNow(shop, waiter)).state).toBe('offered');
  });

  it.each([1, 2, 3, 4, 5, 6])('goes on after a crash at write %i', async (writes) => {
    await allHeld(shop);
    shop.world.advance(minutes(41));
    const db = withFaults(
      shop.db,
      { command: 'Update', kind: () => {}, times: writes },
      { command: 'Update', kind: 'fail-before' },
    );
    await tend(shop, db).catch(() => {});
    await tend(shop);
    await tend(shop);
    expect(await modeNow(shop)).toBe('closed');
    expect(await placesNow(shop)).toEqual({});
  });
});

describe('a raised capacity', () => {
  const raise = (db = shop.db) => resize(db, shop.world, { ...list, capacity: 6 });

  /** Whatever the order of the two, all six places are for sale when both are through. */
  async function expectSixForSale(): Promise<void> {
    shop.world.advance(6000);
    await tend(shop);
    expect(await modeNow(shop)).toBe('closed');
    expect(await placesNow(shop)).toEqual({});
    for (const number of [21, 22, 23, 24, 25, 26])
      expect((await hold(shop, number)).state, `runner ${number}`).toBe('held');
  }

  it.each([0, 1, 2, 3, 4, 5])(
    'is for sale when the list closes on the old one, raised after %i of its writes',
    async (writes) => {
      await allHeld(shop);
      shop.world.advance(minutes(41));
      // The catalogue is remembered by whoever closes the list, and then changed.
      await shop.till.catalogue.event(list.event);
      const db = withFaults(
        shop.db,
        { command: 'Update', kind: () => {}, times: writes },
        { command: 'Update', kind: () => raise() },
      );
      await tend(shop, db);
      await expectSixForSale();
    },
  );

  it.each([0, 1, 2, 3])(
    'is for sale when the list closes after %i of the three places were marked for it',
    async (writes) => {
      await allHeld(shop);
      shop.world.advance(minutes(41));
      await shop.till.catalogue.event(list.event);
      let closed = 0;
      const close = async () => {
        ({ closed } = await tend(shop));
      };
      await raise(
        withFaults(
          shop.db,
          { command: 'Update', table: 'places', kind: () => {}, times: writes },
          { command: writes < 3 ? 'Update' : 'TransactWrite', kind: close },
        ),
      );
      expect(closed).toBe(1);
      await expectSixForSale();
    },
  );

  it('goes to the list, not to the public', async () => {
    await soldOut(shop);
    const waiter = await join(shop, 10);
    await resize(shop.db, shop.world, { ...list, capacity: 5 });
    shop.world.advance(6000);
    expect(await placesNow(shop)).toMatchObject({ 4: 'reserved', 5: 'reserved' });
    expect((await refusalOf(hold(shop, 20))).code).toBe('sold_out');
    await tend(shop);
    expect((await waiterNow(shop, waiter)).state).toBe('offered');
    // Nobody else waits: what is left is anyone's.
    expect(await modeNow(shop)).toBe('closed');
    shop.world.advance(1000);
    expect((await hold(shop, 21)).state).toBe('held');
  });
});
